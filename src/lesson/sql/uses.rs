//! Which tables statements name, and which statements open any.

use super::statement::{Change, Show, Statement, TableName};

impl Change {
    /// The tables that it names.
    pub fn tables(&self) -> Vec<&TableName> {
        match self {
            Change::CreateTable(table, ..)
            | Change::Truncate(table)
            | Change::DropColumn(table, _)
            | Change::AddColumn(table, ..)
            | Change::Insert(table, ..)
            | Change::Update(table, ..)
            | Change::Delete(table, _) => vec![table],
            Change::DropTable(tables, _) => tables.iter().collect(),
            Change::CreateUser(..)
            | Change::DropUser(..)
            | Change::Grant(..)
            | Change::CreateDatabase(..)
            | Change::DropDatabase(..)
            | Change::FlushTables
            | Change::FlushPrivileges => Vec::new(),
        }
    }
}

impl Statement {
    /// Whether it opens tables, the server's own lists among them.
    pub fn uses_tables(&self) -> bool {
        match self {
            Statement::Change(change) => !change.tables().is_empty(),
            Statement::Select(select) => select.from.is_some(),
            Statement::Show(what, _) => matches!(
                what,
                Show::Status | Show::Variables | Show::Databases | Show::Tables(..)
            ),
            Statement::Use(_)
            | Statement::Shutdown
            | Statement::ChangeMaster(_)
            | Statement::StartSlave(..)
            | Statement::StopSlave(_)
            | Statement::ResetSlave(_)
            | Statement::ResetMaster
            | Statement::InstallPlugin(..)
            | Statement::UninstallPlugin(_)
            | Statement::Set(_)
            | Statement::SetNothing
            | Statement::Kill(..)
            | Statement::Begin(_)
            | Statement::Commit
            | Statement::Rollback
            | Statement::Flush(_)
            | Statement::UnlockTables
            | Statement::Purge(_) => false,
        }
    }
}
