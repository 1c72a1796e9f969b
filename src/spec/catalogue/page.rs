//! The page docs/variables.md: every server variable, and what it does here.

use super::{Effect, Entry, Settable, Special, tables, written};
use crate::protocol::flavour::Family;

const INTRODUCTION: &str = "\
# Server variables

Models, `--set`, `vary`, the lessons' my.cnf, `SET GLOBAL`, `SHOW VARIABLES` and `SELECT @@name` take the variables of this page,
with the names, values and defaults of the servers: MySQL 5.7, 8.0 and 9.7, MariaDB 10.11 and 11.8. Upper case, dashes for
underscores, `loose_` in front and every spelling are fine, and K, M, G and T stand for powers of 1024. A name that no server has
is an error, and so is one that the model's flavour does not have.

* **Modelled**: what happens depends on it.
* **Refused**: another value than the accepted ones would change what happens, and that is not modelled.
* **Without effect**: accepted; nothing that is modelled depends on it, and `run` says so once. `SHOW VARIABLES` prints the value.

A default begins with the first version that was seen to have it. Written by a test from `src/spec/catalogue`; do not edit.
";

/// The page as Markdown.
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## Modelled\n\n| variable | values | set with | MySQL | MariaDB |\n|---|---|---|---|---|\n");
    for entry in all(|effect| matches!(effect, Effect::Modelled(_) | Effect::Special(_))) {
        let names: Vec<String> = entry.spellings.iter().map(|one| code(one.name)).collect();
        let row = [
            names.join(", "),
            each(entry, |family| values(entry, family)),
            each(entry, |family| {
                entry.settable.of(family).described().to_owned()
            }),
            defaults(entry, Family::Mysql),
            defaults(entry, Family::Mariadb),
        ];
        page.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    page.push_str("\n## Refused at other values\n\n| variable | accepted | why |\n|---|---|---|\n");
    for entry in all(|effect| matches!(effect, Effect::Refused { .. })) {
        let Effect::Refused { unless, why } = &entry.effect else {
            continue;
        };
        let accepted = match unless.as_slice() {
            [] => "the default".to_owned(),
            values => values
                .iter()
                .map(|value| code(value))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let names: Vec<String> = entry.spellings.iter().map(|one| code(one.name)).collect();
        page.push_str(&format!("| {} | {accepted} | {why} |\n", names.join(", ")));
    }
    page.push_str("\n## Without effect\n");
    for (subject, entries) in tables() {
        page.push_str(&format!("\n### {subject}\n"));
        let groups = [
            ("MySQL and MariaDB", [true, true]),
            ("MySQL", [true, false]),
            ("MariaDB", [false, true]),
        ];
        for (heading, wanted) in groups {
            let there = |entry: &&Entry| {
                entry.effect == Effect::None
                    && Family::ALL.map(|family| !entry.defaults(family).is_empty()) == wanted
            };
            let names = entries
                .iter()
                .filter(there)
                .flat_map(|entry| &entry.spellings);
            let names: Vec<String> = names.map(|spelling| code(spelling.name)).collect();
            if !names.is_empty() {
                page.push_str(&format!("\n{heading}: {}.\n", names.join(", ")));
            }
        }
    }
    page
}

fn all(wanted: impl Fn(&Effect) -> bool) -> Vec<&'static Entry> {
    let entries = tables().iter().flat_map(|(_, entries)| entries);
    entries.filter(|entry| wanted(&entry.effect)).collect()
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// What holds for the families that have the variable: once where it is the same.
fn each(entry: &Entry, of: impl Fn(Family) -> String) -> String {
    let there = |family: &Family| !entry.defaults(*family).is_empty();
    let said: Vec<(Family, String)> = Family::ALL
        .into_iter()
        .filter(there)
        .map(|family| (family, of(family)))
        .collect();
    match said.as_slice() {
        [(_, one)] => one.clone(),
        [(_, one), (_, other)] if one == other => one.clone(),
        _ => {
            let named = said
                .iter()
                .map(|(family, text)| format!("{}: {text}", family.name()));
            named.collect::<Vec<_>>().join("; ")
        }
    }
}

fn values(entry: &Entry, family: Family) -> String {
    match (&entry.effect, entry.settable.of(family)) {
        (_, Settable::Computed) => String::new(),
        (Effect::Special(Special::LogBin), _) => "ON or a name".to_owned(),
        _ => entry.kind.of(family).described(),
    }
}

fn defaults(entry: &Entry, family: Family) -> String {
    let steps = entry
        .defaults(family)
        .iter()
        .map(|(since, value)| match value {
            Some("") => format!("{}: empty", written(*since)),
            Some(value) => format!("{}: {value}", written(*since)),
            None => format!("{}: gone", written(*since)),
        });
    steps.collect::<Vec<_>>().join("; ")
}
