//! The plugins of semi-sync: which there are, and what their variables are called.

use crate::lesson::store::errors::SqlError;
use std::collections::HashSet;

/// Which half of semi-sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The server that waits.
    Source,
    /// The server that acknowledges.
    Replica,
}

/// A plugin; its variables begin with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// Its name.
    pub name: &'static str,
    /// The file that it is in.
    pub file: &'static str,
    /// Which half it is.
    pub half: Half,
}

const MASTER: Plugin = Plugin {
    name: "rpl_semi_sync_master",
    file: "semisync_master.so",
    half: Half::Source,
};
const SLAVE: Plugin = Plugin {
    name: "rpl_semi_sync_slave",
    file: "semisync_slave.so",
    half: Half::Replica,
};
const SOURCE: Plugin = Plugin {
    name: "rpl_semi_sync_source",
    file: "semisync_source.so",
    half: Half::Source,
};
const REPLICA: Plugin = Plugin {
    name: "rpl_semi_sync_replica",
    file: "semisync_replica.so",
    half: Half::Replica,
};

/// Up to MySQL 8.0.25; in MariaDB they are built in.
pub(super) const OLD: &[Plugin] = &[MASTER, SLAVE];
/// From MySQL 8.0.26 on: whichever is installed brings its own names. The first of a half stands in a my.cnf.
pub(super) const OLD_FIRST: &[Plugin] = &[MASTER, SLAVE, SOURCE, REPLICA];
/// MySQL 8.4, where the old ones are deprecated.
pub(super) const NEW_FIRST: &[Plugin] = &[SOURCE, REPLICA, MASTER, SLAVE];
/// MySQL 9.7.
pub(super) const NEW: &[Plugin] = &[SOURCE, REPLICA];

/// Where semi-sync is.
#[derive(Clone, Copy, Debug)]
pub enum SemiSync {
    /// In plugins that have to be installed: these.
    Plugins(&'static [Plugin]),
    /// In the server, under the names of these.
    BuiltIn(&'static [Plugin]),
}

impl SemiSync {
    /// The plugins that there are, or whose names are used.
    pub fn plugins(&self) -> &'static [Plugin] {
        match self {
            SemiSync::Plugins(plugins) | SemiSync::BuiltIn(plugins) => plugins,
        }
    }

    /// The one of a half that is there, with these plugins installed.
    pub fn of(&self, half: Half, installed: &HashSet<String>) -> Option<&'static Plugin> {
        let mut of_half = self.plugins().iter().filter(|plugin| plugin.half == half);
        match self {
            SemiSync::BuiltIn(_) => of_half.next(),
            SemiSync::Plugins(_) => of_half.find(|plugin| installed.contains(plugin.name)),
        }
    }
}

/// 1125
pub fn plugin_exists(plugin: &str) -> SqlError {
    SqlError::new(1125, "HY000", format!("Function '{plugin}' already exists"))
}

/// 1126, as the system's error was printed before 8.4.
pub(super) fn no_library(file: &str) -> SqlError {
    library(&format!(
        "'/usr/lib64/mysql/plugin/{file}' (errno: 2 No such file or directory)"
    ))
}

/// 1126, as 9.7 prints what the dynamic loader says.
pub(super) fn no_library_by_loader(file: &str) -> SqlError {
    let path = format!("/usr/lib/mysql/plugin/{file}");
    library(&format!(
        "'{path}' (errno: 0 {path}: cannot open shared object file: No such file or directory)"
    ))
}

/// 1126 in MariaDB.
pub(super) fn no_library_of_mariadb(file: &str) -> SqlError {
    library(&format!(
        "'/usr/lib/mysql/plugin/{file}' (errno: 2, cannot open shared object file: No such file or directory)"
    ))
}

fn library(what: &str) -> SqlError {
    SqlError::new(1126, "HY000", format!("Can't open shared library {what}"))
}
