//! A row of the tables: text to a variable.

use super::release::{Range, version};
use super::{Defaults, Each, Effect, Entry, Kind, Settable, Special, Spelling};
use crate::protocol::variables::Name;

impl Settable {
    fn parse(text: &str) -> Result<Settable, String> {
        Ok(match text {
            "dynamic" => Settable::Dynamic,
            "at start" => Settable::AtStart,
            "computed" => Settable::Computed,
            "session" => Settable::Session,
            "option" => Settable::Option,
            "change master" => Settable::ChangeMaster,
            _ => return Err(format!("no way to set a variable: {text:?}")),
        })
    }
}

impl Entry {
    /// Reads a row; the error says what is wrong with it.
    pub(super) fn parse(row: &'static str) -> Result<Entry, String> {
        let columns: Vec<&str> = row.split('\t').collect();
        let [spellings, kind, settable, mysql, mariadb, effect] = columns[..] else {
            return Err(format!("{} columns, not 6", columns.len()));
        };
        let spellings = spellings
            .split("; ")
            .map(spelling)
            .collect::<Result<Vec<_>, _>>()?;
        let name = spellings[0].name;
        Ok(Entry {
            kind: each(kind, Kind::parse)?,
            settable: each(settable, Settable::parse)?,
            defaults: Each {
                mysql: defaults(mysql)?,
                mariadb: defaults(mariadb)?,
            },
            effect: self::effect(name, effect)?,
            spellings,
        })
    }
}

fn spelling(text: &'static str) -> Result<Spelling, String> {
    let Some((name, only)) = text.split_once(" (") else {
        return Ok(Spelling {
            name: text,
            only: Vec::new(),
        });
    };
    let only = only.strip_suffix(')').ok_or("a bracket is never closed")?;
    let only = only
        .split(", ")
        .map(Range::parse)
        .collect::<Result<_, _>>()?;
    Ok(Spelling { name, only })
}

fn each<T>(
    text: &'static str,
    parse: impl Fn(&'static str) -> Result<T, String>,
) -> Result<Each<T>, String> {
    let (mysql, mariadb) = text.split_once(" | mariadb: ").unwrap_or((text, text));
    Ok(Each {
        mysql: parse(mysql)?,
        mariadb: parse(mariadb)?,
    })
}

fn defaults(text: &'static str) -> Result<Defaults, String> {
    let steps = text.split(" | ").filter(|step| !step.is_empty());
    let step = |step: &'static str| {
        let (since, value) = step.split_once(':').ok_or("a default without a version")?;
        let value = Some(value.trim_start()).filter(|value| *value != "(none)");
        Ok((version(since)?, value))
    };
    steps.map(step).collect()
}

fn effect(name: &str, text: &'static str) -> Result<Effect, String> {
    match text {
        "none" => return Ok(Effect::None),
        "special" => {
            let known = Special::ALL
                .iter()
                .find(|known| known.server_name() == name);
            return known
                .map(|known| Effect::Special(*known))
                .ok_or_else(|| format!("{name} is not in `Special`"));
        }
        "modelled" => {
            let known = Name::ALL.iter().find(|known| known.server_name() == name);
            return known
                .map(|known| Effect::Modelled(*known))
                .ok_or_else(|| format!("{name} is no field of `Variables`"));
        }
        _ => {}
    }
    let (refused, why) = text
        .split_once(": ")
        .ok_or_else(|| format!("no effect: {text:?}"))?;
    let unless = match refused.strip_prefix("refused unless ") {
        Some(values) => values.split(", ").collect(),
        None if refused == "refused" => Vec::new(),
        None => return Err(format!("no effect: {text:?}")),
    };
    Ok(Effect::Refused { unless, why })
}
