//! One statement out of a text.
//!
//! What a statement begins with is looked at here, and only the parsers of those that may pass are
//! called. The parser could read some hundred kinds more; they would weigh as much again.

use sqlparser::ast::{ObjectName, Statement};
use sqlparser::dialect::{Dialect, SQLiteDialect};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, Tokenizer};

/// How deep a statement may be nested. The parser calls itself as often, and the stack is small.
const DEPTH: usize = 32;

/// How many operators and keywords a statement may have. `1 + 1 + 1` nests as deep as it has
/// operators, and whoever walks through it calls himself as often.
const MAX_LINKS: usize = 600;

/// What `SQLite` tells about itself without changing anything.
const PRAGMAS: [&str; 10] = [
    "collation_list",
    "database_list",
    "foreign_key_list",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// A statement.
pub(super) enum Found {
    /// It tells something about the database, and holds nothing that could be run.
    Telling,
    /// `DROP` of tables, views or indexes, and of nothing that depends on them.
    Dropping(Vec<ObjectName>),
    /// Any other.
    Running(Box<Statement>),
}

/// Parses a text that holds one statement, with no comments in it.
pub(super) fn statement(text: &str, dialect: &dyn Dialect) -> Option<Found> {
    let tokens = Tokenizer::new(dialect, text).tokenize().ok()?;
    if tokens.iter().filter(|token| is_link(token)).count() > MAX_LINKS {
        return None;
    }
    let mut parser = Parser::new(dialect).with_recursion_limit(DEPTH).with_tokens(tokens);
    let found = found(&mut parser, dialect).ok()?;
    let _ = parser.consume_token(&Token::SemiColon);
    (parser.peek_token_ref().token == Token::EOF).then_some(found)
}

/// Whether a token may make an expression one level deeper. Values and the commas between them
/// do not, so that a long list of them may pass.
fn is_link(token: &Token) -> bool {
    match token {
        Token::Word(word) => !matches!(
            word.keyword,
            Keyword::NoKeyword | Keyword::NULL | Keyword::TRUE | Keyword::FALSE | Keyword::DEFAULT
        ),
        Token::Comma
        | Token::EOF
        | Token::EscapedStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::LParen
        | Token::NationalStringLiteral(_)
        | Token::Number(..)
        | Token::Period
        | Token::Placeholder(_)
        | Token::RParen
        | Token::SingleQuotedString(_)
        | Token::Whitespace(_) => false,
        _ => true,
    }
}

/// The keyword that stands next, if one does.
fn next(parser: &Parser) -> Keyword {
    match &parser.peek_token_ref().token {
        Token::Word(word) if word.quote_style.is_none() => word.keyword,
        _ => Keyword::NoKeyword,
    }
}

fn unknown<T>() -> Result<T, ParserError> {
    Err(ParserError::ParserError(String::new()))
}

fn found(parser: &mut Parser, dialect: &dyn Dialect) -> Result<Found, ParserError> {
    match next(parser) {
        Keyword::DESC | Keyword::DESCRIBE => {
            parser.next_token();
            parser.parse_object_name(false)?;
            Ok(Found::Telling)
        }
        Keyword::EXPLAIN => {
            parser.next_token();
            explained(parser)?;
            running(parser)
        }
        Keyword::PRAGMA if dialect.is::<SQLiteDialect>() => {
            parser.next_token();
            pragma(parser)
        }
        Keyword::SHOW => {
            parser.next_token();
            words(parser);
            Ok(Found::Telling)
        }
        _ => running(parser),
    }
}

fn running(parser: &mut Parser) -> Result<Found, ParserError> {
    let statement = match next(parser) {
        Keyword::ALTER => {
            parser.next_token();
            parser.expect_keyword_is(Keyword::TABLE)?;
            parser.parse_alter_table(None)?
        }
        Keyword::CREATE => {
            parser.next_token();
            create(parser)?
        }
        Keyword::DELETE => {
            let token = parser.next_token();
            parser.parse_delete(token)?
        }
        Keyword::DROP => {
            parser.next_token();
            return drop(parser).map(Found::Dropping);
        }
        Keyword::INSERT => {
            let token = parser.next_token();
            parser.parse_insert(token)?
        }
        Keyword::MERGE => {
            let token = parser.next_token();
            parser.parse_merge(token)?.into()
        }
        Keyword::REPLACE => {
            let token = parser.next_token();
            parser.parse_replace(token)?
        }
        Keyword::UPDATE => {
            let token = parser.next_token();
            parser.parse_update(token)?
        }
        _ => parser.parse_query()?.into(),
    };
    Ok(Found::Running(Box::new(statement)))
}

/// What stands between `EXPLAIN` and the statement, which is judged as if it were run.
fn explained(parser: &mut Parser) -> Result<(), ParserError> {
    if parser.consume_token(&Token::LParen) {
        // A query in parentheses has more in it than words.
        while matches!(parser.peek_token_ref().token, Token::Word(_) | Token::Comma) {
            parser.next_token();
        }
        parser.expect_token(&Token::RParen)?;
        return Ok(());
    }
    if !parser.parse_keywords(&[Keyword::QUERY, Keyword::PLAN]) {
        let _ = parser.parse_keyword(Keyword::ANALYZE);
        let _ = parser.parse_keyword(Keyword::VERBOSE);
    }
    Ok(())
}

fn create(parser: &mut Parser) -> Result<Statement, ParserError> {
    let or_replace = parser.parse_keywords(&[Keyword::OR, Keyword::REPLACE]);
    if matches!(next(parser), Keyword::MATERIALIZED | Keyword::VIEW) {
        return Ok(parser.parse_create_view(false, or_replace, false, None)?.into());
    }
    if parser.parse_keyword(Keyword::TABLE) {
        let table =
            parser.parse_create_table(or_replace, false, false, None, false, false, None)?;
        return Ok(table.into());
    }
    let is_unique = parser.parse_keyword(Keyword::UNIQUE);
    if or_replace || !parser.parse_keyword(Keyword::INDEX) {
        return unknown();
    }
    Ok(parser.parse_create_index(is_unique)?.into())
}

fn drop(parser: &mut Parser) -> Result<Vec<ObjectName>, ParserError> {
    let _ = parser.parse_keyword(Keyword::MATERIALIZED);
    parser.expect_one_of_keywords(&[Keyword::INDEX, Keyword::TABLE, Keyword::VIEW])?;
    let _ = parser.parse_keywords(&[Keyword::IF, Keyword::EXISTS]);
    let names = parser.parse_comma_separated(|parser| parser.parse_object_name(false))?;
    let _ = parser.parse_keyword(Keyword::RESTRICT);
    Ok(names)
}

fn pragma(parser: &mut Parser) -> Result<Found, ParserError> {
    let Token::Word(name) = parser.next_token().token else { return unknown() };
    if !PRAGMAS.contains(&name.value.as_str()) {
        return unknown();
    }
    if parser.consume_token(&Token::LParen) {
        words(parser);
        parser.expect_token(&Token::RParen)?;
    }
    Ok(Found::Telling)
}

/// Skips names and patterns: nothing that could call a function.
fn words(parser: &mut Parser) {
    while matches!(
        parser.peek_token_ref().token,
        Token::Word(_) | Token::Period | Token::SingleQuotedString(_)
    ) {
        parser.next_token();
    }
}
