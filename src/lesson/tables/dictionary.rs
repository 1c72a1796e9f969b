//! What there is: databases, tables, storage engines, plugins, users.

use super::{DATABASES, Fields, Rows, text};
use crate::lesson::lab::Lab;
use crate::lesson::store::value::Value;
use crate::lesson::vocabulary::semi_sync::Half;
use crate::protocol::ids::ServerId;

/// The rows of one of these tables.
pub(super) fn rows(lab: &Lab, id: ServerId, name: &str) -> Rows {
    match name {
        "tables" => tables(lab, id),
        "schemata" => Rows::of(schemata(lab, id)),
        "engines" => Rows::of(engines(lab)),
        "plugins" => plugins(lab, id),
        "user" => Rows::of(users(lab, id)),
        _ => Rows::default(),
    }
}

fn null(name: &str) -> (String, Value) {
    (name.to_owned(), Value::Null)
}

/// `TABLES`: the server's own ones are there and not listed.
fn tables(lab: &Lab, id: ServerId) -> Rows {
    let store = &lab.seen.machine(id).store;
    let all = store.databases.iter();
    let all = all.flat_map(|(database, tables)| tables.keys().map(move |table| (database, table)));
    let shown = all.map(|(database, table)| {
        vec![
            text("TABLE_CATALOG", "def"),
            text("TABLE_SCHEMA", database),
            text("TABLE_NAME", table),
            text("TABLE_TYPE", "BASE TABLE"),
            text("ENGINE", "InnoDB"),
            ("VERSION".to_owned(), Value::Int(10)),
            text("ROW_FORMAT", "Dynamic"),
            null("CHECK_TIME"),
            null("CHECKSUM"),
            text("CREATE_OPTIONS", ""),
            text("TABLE_COMMENT", ""),
            text("TEMPORARY", "N"),
        ]
    });
    let hidden = DATABASES.iter().map(|database| {
        let (kind, engine) = match *database {
            "information_schema" => ("SYSTEM VIEW", Value::Null),
            "performance_schema" => ("BASE TABLE", Value::Text("PERFORMANCE_SCHEMA".to_owned())),
            "sys" => ("VIEW", Value::Null),
            _ => ("BASE TABLE", Value::Text("InnoDB".to_owned())),
        };
        vec![
            text("TABLE_CATALOG", "def"),
            text("TABLE_SCHEMA", *database),
            null("TABLE_NAME"),
            text("TABLE_TYPE", kind),
            ("ENGINE".to_owned(), engine),
        ]
    });
    Rows {
        shown: shown.collect(),
        hidden: hidden.collect(),
    }
}

fn schemata(lab: &Lab, id: ServerId) -> Vec<Fields> {
    let grid = crate::lesson::show::lists::databases(lab, id);
    let row = |row: Vec<String>| {
        vec![
            text("CATALOG_NAME", "def"),
            text("SCHEMA_NAME", row.concat()),
            null("SQL_PATH"),
            text("DEFAULT_ENCRYPTION", "NO"),
            text("SCHEMA_COMMENT", ""),
        ]
    };
    grid.rows.into_iter().map(row).collect()
}

/// The storage engines, as the server lists them.
pub fn engines(lab: &Lab) -> Vec<Fields> {
    let names = [
        "ENGINE",
        "SUPPORT",
        "COMMENT",
        "TRANSACTIONS",
        "XA",
        "SAVEPOINTS",
    ];
    let row = |line: &str| {
        let cells = names.iter().zip(line.split('|'));
        cells
            .map(|(name, cell)| super::printed(name, cell, false))
            .collect()
    };
    lab.seen.words.own.engines.lines().map(row).collect()
}

/// `PLUGINS`: those of semi-sync; some of the others, so that nobody asks for them.
fn plugins(lab: &Lab, id: ServerId) -> Rows {
    let installed = |half| {
        lab.seen
            .semi_sync(id, half)
            .filter(|plugin| lab.seen.machine(id).plugins.contains(plugin.name))
    };
    let shown = [Half::Source, Half::Replica]
        .into_iter()
        .filter_map(installed);
    let row = |plugin: &crate::lesson::vocabulary::semi_sync::Plugin| {
        let (_, side) = plugin.name.rsplit_once('_').unwrap_or_default();
        let side = side[..1].to_ascii_uppercase() + &side[1..];
        vec![
            text("PLUGIN_NAME", plugin.name),
            text("PLUGIN_VERSION", "1.0"),
            text("PLUGIN_STATUS", "ACTIVE"),
            text("PLUGIN_TYPE", "REPLICATION"),
            text("PLUGIN_TYPE_VERSION", "4.0"),
            text("PLUGIN_LIBRARY", plugin.file),
            text("PLUGIN_AUTHOR", "Oracle Corporation"),
            text(
                "PLUGIN_DESCRIPTION",
                format!("{side}-side semi-synchronous replication."),
            ),
            text("PLUGIN_LICENSE", "GPL"),
            text("LOAD_OPTION", "ON"),
        ]
    };
    let others = lab.seen.words.own.plugins.iter();
    let other = |(name, kind): &(&str, &str)| {
        vec![
            text("PLUGIN_NAME", *name),
            text("PLUGIN_STATUS", "ACTIVE"),
            text("PLUGIN_TYPE", *kind),
            null("PLUGIN_LIBRARY"),
        ]
    };
    Rows {
        shown: shown.map(row).collect(),
        hidden: others.map(other).collect(),
    }
}

/// `mysql.user`: who there is, by host and name.
fn users(lab: &Lab, id: ServerId) -> Vec<Fields> {
    let created = lab.seen.machine(id).store.users.iter();
    let mut all: Vec<(String, String, &str)> = created
        .map(|user| {
            let (user, host) = user.split_once('@').unwrap_or((user, ""));
            let plain = |part: &str| part.trim_matches('\'').to_owned();
            (plain(host), plain(user), "N")
        })
        .collect();
    let localhost = || "localhost".to_owned();
    all.push((localhost(), "root".to_owned(), "N"));
    let accounts = lab.seen.words.own.accounts.iter();
    all.extend(accounts.map(|account| (localhost(), (*account).to_owned(), "Y")));
    all.sort_unstable();
    let row = |(host, user, locked): (String, String, &str)| {
        vec![
            text("Host", host),
            text("User", user),
            text("account_locked", locked),
        ]
    };
    all.into_iter().map(row).collect()
}
