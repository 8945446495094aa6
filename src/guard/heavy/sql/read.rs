//! The walk through a statement: everything in it must only read, or write where it may.

use std::ops::ControlFlow::{self, Break, Continue};

use sqlparser::ast::{
    BinaryOperator, Expr, Ident, ObjectName, Query, Select, SetExpr, Statement, TableFactor,
    Visitor,
};

use super::{Sql, function, write};

/// Stops at the first thing that may not be.
pub(super) struct Reader<'r>(&'r Sql);

impl<'r> Reader<'r> {
    pub(super) fn new(sql: &'r Sql) -> Self {
        Self(sql)
    }
}

/// Goes on if it may.
pub(super) fn demand(is_met: bool) -> ControlFlow<()> {
    if is_met { Continue(()) } else { Break(()) }
}

impl Visitor for Reader<'_> {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        // The walk goes on into a query.
        demand(matches!(statement, Statement::Query(_)) || write::is_permitted(statement, self.0))
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        // All members, so that one more of them does not compile. Those bound to `_` are walked.
        let Query {
            with: _,
            body,
            order_by: _,
            limit_clause: _,
            fetch: _,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = query;
        demand(
            is_walked(body)
                && locks.is_empty()
                && for_clause.is_none()
                && settings.is_none()
                && format_clause.is_none()
                && pipe_operators.is_empty(),
        )
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        demand(
            select.into.is_none()
                && select.optimizer_hints.is_empty()
                && select.lateral_views.is_empty(),
        )
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        demand(match factor {
            TableFactor::Table { name, args: Some(_), .. } | TableFactor::Function { name, .. } => {
                is_function(name)
            }
            TableFactor::Table { .. }
            | TableFactor::Derived { .. }
            | TableFactor::JsonTable { .. }
            | TableFactor::NestedJoin { .. }
            | TableFactor::TableFunction { .. }
            | TableFactor::UNNEST { .. } => true,
            _ => false,
        })
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        demand(names(relation).is_some())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        demand(match expression {
            Expr::Function(function) => is_function(&function.name),
            // `@name := 1` sets a variable.
            Expr::BinaryOp { op: BinaryOperator::Assignment, .. } => false,
            _ => true,
        })
    }
}

/// Whether the walk sees all of a body. `TABLE name` keeps its name to itself.
fn is_walked(body: &SetExpr) -> bool {
    match body {
        SetExpr::Table(_) => false,
        SetExpr::SetOperation { left, right, .. } => is_walked(left) && is_walked(right),
        _ => true,
    }
}

fn is_function(name: &ObjectName) -> bool {
    let names = names(name);
    names.is_some_and(|names| names.iter().all(|name| function::is_permitted(&name.value)))
}

/// The parts of a name, if all of them are names.
pub(super) fn names(name: &ObjectName) -> Option<Vec<&Ident>> {
    name.0.iter().map(|part| part.as_ident()).collect()
}
