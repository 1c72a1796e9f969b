//! Tables of the server itself that a SELECT may read.

use super::Lab;
use crate::lesson::show::lists;
use crate::lesson::sql::select::Select;
use crate::lesson::store::Store;
use crate::lesson::store::select::Grid;
use crate::protocol::ids::ServerId;

impl Lab<'_> {
    /// A store with the table that a SELECT reads, if the server makes it.
    pub(super) fn shown_tables(&self, id: ServerId, select: &Select) -> Option<Store> {
        let name = select.from.as_ref()?;
        let full = format!("{}.{}", name.database.as_ref()?, name.table);
        let grid = match full.to_ascii_lowercase().as_str() {
            "mysql.user" => self.users(id),
            "performance_schema.global_variables" | "information_schema.global_variables" => {
                lists::variables(self, id)
            }
            "performance_schema.global_status" | "information_schema.global_status" => {
                lists::status(self, id)
            }
            _ => return None,
        };
        let mut store = Store::default();
        let tables = store.databases.entry(name.database.clone()?).or_default();
        tables.insert(name.table.clone(), lists::table(&grid));
        Some(store)
    }

    /// `mysql.user`: who there is.
    fn users(&self, id: ServerId) -> Grid {
        let users = self.seen.machine(id).store.users.iter();
        let row = |user: &String| {
            let (user, host) = user.split_once('@').unwrap_or((user, ""));
            [host, user]
                .map(|part| part.trim_matches('\'').to_owned())
                .to_vec()
        };
        let root = vec!["localhost".to_owned(), "root".to_owned()];
        Grid {
            columns: vec![("Host".to_owned(), false), ("User".to_owned(), false)],
            nullable: Vec::new(),
            rows: users.map(row).chain([root]).collect(),
        }
    }
}
