//! What stands in a server's own tables.

/// What stands in a server's own tables.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Which tables there are.
    pub tables: &'static [super::own_tables::Listed],
    /// What `performance_schema` is unless it is said.
    pub performance_schema: PerformanceSchema,
    /// 1109: the name of a table that is not in `information_schema`.
    pub unknown_table: fn(&str) -> String,
    /// Users that are there from the beginning, beside root.
    pub accounts: &'static [&'static str],
    /// What threads of a replica are called in `performance_schema.threads`: IO, SQL, worker.
    pub threads: [&'static str; 3],
    /// What a SELECT that reads the list of processes does.
    pub reads_processes: &'static str,
    /// The storage engines: name, SUPPORT, COMMENT, TRANSACTIONS, XA, SAVEPOINTS; parted by `|`, one a line.
    pub engines: &'static str,
    /// Some plugins that are built in: name and type. They are not listed; so a SELECT that asks for them is not answered.
    pub plugins: &'static [(&'static str, &'static str)],
    /// The text of a moment that was not, in `performance_schema`.
    pub never: &'static str,
}

/// What `performance_schema` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerformanceSchema {
    /// Everything.
    On,
    /// Its tables are empty.
    Off,
}

impl PerformanceSchema {
    /// Which.
    pub fn is_on(self) -> bool {
        self == PerformanceSchema::On
    }
}
