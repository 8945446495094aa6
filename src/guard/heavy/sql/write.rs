//! Where a statement writes to.
//!
//! Everything that a statement writes to has to be named with a schema that may be written to. A
//! clause that is not known here is refused, since it may write somewhere else: `CASCADE` does,
//! and so does a view that hands on what is written to it.

use sqlparser::ast::{
    AlterTable, AlterTableOperation, ColumnOption, CreateIndex, CreateTable, CreateTableOptions,
    CreateView, Delete, DropBehavior, FromTable, GroupByExpr, Insert, Merge, ObjectName,
    RenameTableNameKind, SetExpr, Statement, TableConstraint, TableFactor, TableObject,
    TableWithJoins, Update, visit_relations,
};

use super::read::{demand, names};
use super::{Sql, table};
use crate::policy::document::SqlDialect;

/// Whether a statement is one that writes, and only where it may. What it reads, and which
/// functions it calls, is not looked at here.
pub(super) fn is_permitted(statement: &Statement, sql: &Sql) -> bool {
    if sql.writes.is_empty() {
        return false;
    }
    match statement {
        Statement::Insert(insert) => sql.insert(insert),
        Statement::Update(update) => sql.update(update),
        Statement::Delete(delete) => sql.delete(delete),
        Statement::Merge(merge) => sql.merge(merge),
        Statement::CreateTable(table) => sql.create_table(table),
        Statement::CreateIndex(index) => sql.create_index(index),
        Statement::CreateView(view) => sql.create_view(view),
        Statement::AlterTable(table) => sql.alter_table(table),
        _ => false,
    }
}

impl Sql {
    /// Whether a name says schema and table, and the schema is one to write to.
    pub(super) fn may_write(&self, name: &ObjectName) -> bool {
        let parts = names(name);
        let Some([schema, _]) = parts.as_deref() else { return false };
        // MySQL and SQLite may take more spellings for the same name, and those are refused.
        let folds = schema.quote_style.is_none() && self.dialect == SqlDialect::PostgreSql;
        let folded = if folds { schema.value.to_ascii_lowercase() } else { schema.value.clone() };
        self.writes.contains(&folded)
    }

    fn may_write_factor(&self, factor: &TableFactor) -> bool {
        matches!(factor, TableFactor::Table { name, args: None, .. } if self.may_write(name))
    }

    /// MySQL writes to any of the tables that are joined.
    fn may_write_tables(&self, tables: &TableWithJoins) -> bool {
        tables.joins.is_empty() && self.may_write_factor(&tables.relation)
    }

    fn insert(&self, insert: &Insert) -> bool {
        let is_plain = insert.output.is_none()
            && insert.multi_table_insert_type.is_none()
            && insert.multi_table_into_clauses.is_empty()
            && insert.multi_table_when_clauses.is_empty()
            && insert.multi_table_else_clause.is_none()
            && insert.partitioned.is_none()
            && insert.optimizer_hints.is_empty();
        is_plain && matches!(&insert.table, TableObject::TableName(name) if self.may_write(name))
    }

    fn update(&self, update: &Update) -> bool {
        update.output.is_none()
            && update.on_cluster.is_none()
            && update.optimizer_hints.is_empty()
            && self.may_write_tables(&update.table)
    }

    fn delete(&self, delete: &Delete) -> bool {
        let FromTable::WithFromKeyword(from) = &delete.from else { return false };
        // To MySQL, `FROM` names aliases of what `USING` names.
        let is_alias = delete.using.is_some() && self.dialect == SqlDialect::MySql;
        delete.tables.is_empty()
            && delete.output.is_none()
            && delete.on_cluster.is_none()
            && delete.optimizer_hints.is_empty()
            && !is_alias
            && from.iter().all(|tables| self.may_write_tables(tables))
    }

    fn merge(&self, merge: &Merge) -> bool {
        merge.output.is_none() && self.may_write_factor(&merge.table)
    }

    fn create_table(&self, table: &CreateTable) -> bool {
        let mut options = table.columns.iter().flat_map(|column| &column.options);
        table::is_plain(table)
            && self.may_write(&table.name)
            && options.all(|option| self.column_option(&option.option))
            && table.constraints.iter().all(|constraint| self.constraint(constraint))
    }

    /// A foreign key sets a watch on the other table.
    fn column_option(&self, option: &ColumnOption) -> bool {
        match option {
            ColumnOption::ForeignKey(key) => self.may_write(&key.foreign_table),
            ColumnOption::CharacterSet(_)
            | ColumnOption::Check(_)
            | ColumnOption::Collation(_)
            | ColumnOption::Comment(_)
            | ColumnOption::Default(_)
            | ColumnOption::DialectSpecific(_)
            | ColumnOption::Generated { .. }
            | ColumnOption::NotNull
            | ColumnOption::Null
            | ColumnOption::OnUpdate(_)
            | ColumnOption::PrimaryKey(_)
            | ColumnOption::Unique(_) => true,
            _ => false,
        }
    }

    fn constraint(&self, constraint: &TableConstraint) -> bool {
        match constraint {
            TableConstraint::ForeignKey(key) => self.may_write(&key.foreign_table),
            TableConstraint::Check(_)
            | TableConstraint::Index(_)
            | TableConstraint::PrimaryKey(_)
            | TableConstraint::Unique(_) => true,
            _ => false,
        }
    }

    fn create_index(&self, index: &CreateIndex) -> bool {
        let is_named = |name: &ObjectName| name.0.len() == 1 || self.may_write(name);
        index.alter_options.is_empty()
            && self.may_write(&index.table_name)
            && index.name.as_ref().is_none_or(is_named)
    }

    fn create_view(&self, view: &CreateView) -> bool {
        let is_plain = matches!(view.options, CreateTableOptions::None)
            && !view.temporary
            && !view.or_alter
            && !view.secure
            && view.to.is_none()
            && view.params.is_none()
            && view.cluster_by.is_empty();
        is_plain && self.may_write(&view.name) && (view.materialized || self.is_dead_end(view))
    }

    /// Whether nothing can be written through a view to a table outside: it combines rows, or it
    /// looks only at tables that may be written to anyway.
    fn is_dead_end(&self, view: &CreateView) -> bool {
        let combines = match view.query.body.as_ref() {
            SetExpr::SetOperation { .. } => true,
            SetExpr::Select(select) => {
                let is_grouped =
                    !matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
                select.distinct.is_some() || select.having.is_some() || is_grouped
            }
            _ => false,
        };
        let looks_outside = || visit_relations(&view.query, |name| demand(self.may_write(name)));
        combines || looks_outside().is_continue()
    }

    fn alter_table(&self, table: &AlterTable) -> bool {
        table.location.is_none()
            && table.on_cluster.is_none()
            && table.table_type.is_none()
            && self.may_write(&table.name)
            && table.operations.iter().all(|operation| self.operation(operation))
    }

    fn operation(&self, operation: &AlterTableOperation) -> bool {
        match operation {
            AlterTableOperation::AddColumn { column_def, .. } => {
                column_def.options.iter().all(|option| self.column_option(&option.option))
            }
            AlterTableOperation::AddConstraint { constraint, .. } => self.constraint(constraint),
            AlterTableOperation::ChangeColumn { options, .. }
            | AlterTableOperation::ModifyColumn { options, .. } => {
                options.iter().all(|option| self.column_option(option))
            }
            AlterTableOperation::AlterColumn { .. }
            | AlterTableOperation::DropIndex { .. }
            | AlterTableOperation::RenameColumn { .. }
            | AlterTableOperation::RenameConstraint { .. }
            | AlterTableOperation::ValidateConstraint { .. } => true,
            AlterTableOperation::DropColumn { drop_behavior, .. }
            | AlterTableOperation::DropConstraint { drop_behavior, .. }
            | AlterTableOperation::DropForeignKey { drop_behavior, .. }
            | AlterTableOperation::DropPrimaryKey { drop_behavior, .. } => {
                !matches!(drop_behavior, Some(DropBehavior::Cascade))
            }
            // Without a schema, PostgreSQL and SQLite leave the table where it is.
            AlterTableOperation::RenameTable {
                table_name: RenameTableNameKind::As(name) | RenameTableNameKind::To(name),
            } => {
                let stays = name.0.len() == 1 && self.dialect != SqlDialect::MySql;
                stays || self.may_write(name)
            }
            _ => false,
        }
    }
}
