//! The servers' variables, each once: its names, where it exists, its values and defaults, and what it does here.
//!
//! The tables beside this file have a row for each variable, with tabs between the columns: spellings, kind of values,
//! how it is set, defaults of MySQL, defaults of MariaDB, effect. A column that differs between the families has
//! ` | mariadb: ` in it; defaults begin with the first version that was seen to have them. `tests/servers` checks them against
//! what servers answered.

mod kind;
pub mod page;
mod release;
mod row;
mod special;

pub use kind::Kind;
pub use release::{Range, Release, Version, written};
pub use special::Special;

use super::settings::Setting;
use crate::protocol::flavour::Family;
use crate::protocol::variables::Name;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The tables by subject.
pub const SUBJECTS: [(&str, &str); 9] = [
    ("Binlog", include_str!("binlog.tsv")),
    (
        "Semi-synchronous replication",
        include_str!("semi_sync.tsv"),
    ),
    ("Replication", include_str!("replication.tsv")),
    ("Relay log", include_str!("relay_log.tsv")),
    ("InnoDB", include_str!("innodb.tsv")),
    ("The server itself", include_str!("identity.tsv")),
    ("Limits and time-outs", include_str!("limits.tsv")),
    ("Others", include_str!("other.tsv")),
    (
        "Options of mysqld and mariadbd that are no variables",
        include_str!("options.tsv"),
    ),
];

/// How a variable is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settable {
    /// In my.cnf, and with SET GLOBAL while the server runs.
    Dynamic,
    /// In my.cnf only: SET GLOBAL is refused with error 1238.
    AtStart,
    /// By the server alone.
    Computed,
    /// By a session, for itself.
    Session,
    /// In my.cnf, as an option that no statement knows: error 1193.
    Option,
    /// With CHANGE MASTER TO; no statement knows it as a variable.
    ChangeMaster,
}

impl Settable {
    /// Whether SHOW GLOBAL VARIABLES prints it.
    pub fn is_shown(self) -> bool {
        match self {
            Settable::Dynamic | Settable::AtStart | Settable::Computed => true,
            Settable::Session | Settable::Option | Settable::ChangeMaster => false,
        }
    }

    /// In words.
    pub fn described(self) -> &'static str {
        match self {
            Settable::Dynamic => "my.cnf, SET GLOBAL",
            Settable::AtStart => "my.cnf",
            Settable::Computed => "the server alone",
            Settable::Session => "a session",
            Settable::Option => "my.cnf (an option)",
            Settable::ChangeMaster => "CHANGE MASTER TO",
        }
    }
}

/// What a variable does here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is a field of `Variables`.
    Modelled(Name),
    /// It is modelled elsewhere.
    Special(Special),
    /// Nothing that is modelled depends on it.
    None,
    /// Another value than these, or than the default where there are none, would change the answer.
    Refused {
        /// The values that say what is modelled anyway.
        unless: Vec<&'static str>,
        /// Why, in a sentence.
        why: &'static str,
    },
}

/// What a setting of a variable does here: the same answer for a model, a my.cnf and `SET GLOBAL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It sets a field of `Variables`.
    Modelled(Name),
    /// It is modelled elsewhere.
    Special(Special),
    /// It is accepted, and changes nothing that is modelled.
    WithoutEffect,
    /// It says what is modelled anyway.
    AsModelled,
    /// It would change the answer: why it is refused.
    Refused(String),
}

/// One spelling of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    /// The name.
    pub name: &'static str,
    /// Where it exists; empty: wherever the variable does.
    pub only: Vec<Range>,
}

/// Something that may differ between the families.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Each<T> {
    mysql: T,
    mariadb: T,
}

impl<T> Each<T> {
    fn of(&self, family: Family) -> &T {
        match family {
            Family::Mysql => &self.mysql,
            Family::Mariadb => &self.mariadb,
        }
    }
}

/// Versions and what holds from each on: a default, or `None` where the variable is gone.
type Defaults = Vec<(Version, Option<&'static str>)>;

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its spellings; the first is used from here on.
    pub spellings: Vec<Spelling>,
    kind: Each<Kind>,
    settable: Each<Settable>,
    defaults: Each<Defaults>,
    /// What it does here.
    pub effect: Effect,
}

impl Entry {
    /// The name that is used from here on.
    pub fn name(&self) -> &'static str {
        self.spellings[0].name
    }

    /// Its values.
    pub fn kind(&self, release: Release) -> &Kind {
        self.kind.of(release.family)
    }

    /// How it is set.
    pub fn settable(&self, release: Release) -> Settable {
        *self.settable.of(release.family)
    }

    /// Versions and what holds from each on: a default, or `None` where the variable is gone.
    fn defaults(&self, family: Family) -> &[(Version, Option<&'static str>)] {
        self.defaults.of(family)
    }

    /// The default, as the server shows it; `None` where it does not exist.
    pub fn default(&self, release: Release) -> Option<&'static str> {
        let steps = self.defaults(release.family).iter();
        let held = steps
            .take_while(|(since, _)| *since <= release.version)
            .last();
        held.and_then(|(_, value)| *value)
    }

    /// Whether a server of this release has it, in any spelling.
    pub fn exists(&self, release: Release) -> bool {
        self.default(release).is_some()
    }

    /// The spellings that a server of this release knows.
    pub fn spelled(&self, release: Release) -> impl Iterator<Item = &'static str> {
        let known = move |spelling: &&Spelling| {
            self.exists(release)
                && (spelling.only.is_empty()
                    || spelling.only.iter().any(|range| range.has(release)))
        };
        self.spellings
            .iter()
            .filter(known)
            .map(|spelling| spelling.name)
    }

    /// Its values and what it does here, in a line.
    pub fn described(&self) -> String {
        let there = |family: &Family| !self.defaults(*family).is_empty();
        let families = Family::ALL.into_iter().filter(there);
        let of =
            |family: Family| format!("{}: {}", family.name(), self.kind.of(family).described());
        let values = families.map(of).collect::<Vec<_>>().join("; ");
        match &self.effect {
            Effect::Refused { why, .. } => format!("{values}. One way is modelled: {why}"),
            Effect::Modelled(_) | Effect::Special(_) | Effect::None => values,
        }
    }

    /// Whether nothing in a run depends on it.
    pub fn is_without_effect(&self) -> bool {
        match self.effect {
            Effect::None => true,
            Effect::Special(special) => special.is_identity(),
            Effect::Modelled(_) | Effect::Refused { .. } => false,
        }
    }

    /// What a setting does here; an error where the server itself would not take the value.
    pub fn status(&self, release: Release, setting: &Setting) -> Result<Status, String> {
        let kind = self.kind(release);
        match &self.effect {
            Effect::Modelled(name) => Ok(Status::Modelled(*name)),
            Effect::Special(special) => Ok(Status::Special(*special)),
            Effect::None => kind.shown(setting).map(|_| Status::WithoutEffect),
            Effect::Refused { unless, why } => {
                let value = kind.shown(setting)?;
                let default = self.default(release).unwrap_or_default();
                let known = if unless.is_empty() {
                    &[default][..]
                } else {
                    unless
                };
                if known.iter().any(|known| known.eq_ignore_ascii_case(&value)) {
                    return Ok(Status::AsModelled);
                }
                let only = match known {
                    [""] => String::new(),
                    known => format!(", only {}", super::names::listed(known)),
                };
                let name = self.name();
                Ok(Status::Refused(format!(
                    "`{name}={value}` is not modelled yet{only}: {why}"
                )))
            }
        }
    }
}

/// Every variable, in the order of the tables.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    tables().iter().flat_map(|(_, entries)| entries)
}

/// Every variable by subject.
pub fn tables() -> &'static [(&'static str, Vec<Entry>)] {
    static TABLES: OnceLock<Vec<(&str, Vec<Entry>)>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let table = |(subject, text): (&'static str, &'static str)| {
            let row = |row| Entry::parse(row).unwrap_or_else(|why| panic!("{row:?}: {why}"));
            (subject, text.lines().map(row).collect())
        };
        SUBJECTS.into_iter().map(table).collect()
    })
}

/// Every spelling of every variable.
pub fn spellings() -> impl Iterator<Item = &'static str> {
    entries().flat_map(|entry| entry.spellings.iter().map(|spelling| spelling.name))
}

/// The variable with this name, in any spelling that a person or a file has for it.
pub fn find(name: &str) -> Option<&'static Entry> {
    static BY_NAME: OnceLock<HashMap<&str, &Entry>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        let names =
            entries().flat_map(|entry| entry.spellings.iter().map(move |s| (s.name, entry)));
        names.collect()
    });
    by_name.get(plain(name).as_str()).copied()
}

/// The variable of a field of `Variables`.
pub fn of(name: Name) -> &'static Entry {
    let entry = find(name.server_name());
    entry.unwrap_or_else(|| panic!("{} has no row", name.server_name()))
}

/// A name as the tables have it: lower case, no dashes, no `loose_`, no `@@global.` and its like.
pub fn plain(name: &str) -> String {
    let plain = name
        .trim_start_matches("@@")
        .to_lowercase()
        .replace('-', "_");
    let scopes = ["global.", "session.", "local.", "persist.", "persist_only."];
    let plain = scopes
        .iter()
        .find_map(|scope| plain.strip_prefix(scope))
        .unwrap_or(&plain);
    plain.strip_prefix("loose_").unwrap_or(plain).to_owned()
}
