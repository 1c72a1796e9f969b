//! The lists that SHOW prints, beside SHOW SLAVE STATUS.

use crate::lesson::lab::Lab;
use crate::lesson::sql::statement::{Filter, Show};
use crate::lesson::store::errors::{Note, SqlError};
use crate::lesson::store::kind::Type;
use crate::lesson::store::rows::matching;
use crate::lesson::store::select::Grid;
use crate::lesson::store::value::Value;
use crate::lesson::store::{Column, Table};
use crate::lesson::tables::DATABASES;
use crate::lesson::vocabulary::semi_sync::{Half, Plugin};
use crate::lesson::vocabulary::{Columns, SlaveHost, Vocabulary};
use crate::protocol::flavour_rules::{AckCounters, Gtids};
use crate::protocol::ids::ServerId;
use std::collections::BTreeSet;

pub(super) fn grid(columns: &[(&str, bool)], rows: Vec<Vec<String>>) -> Grid {
    Grid {
        columns: columns
            .iter()
            .map(|(name, right)| ((*name).to_owned(), *right))
            .collect(),
        nullable: Vec::new(),
        rows,
    }
}

/// SHOW MASTER STATUS.
pub fn master_status(lab: &Lab, id: ServerId) -> Grid {
    let (file, position) = lab.seen.end_of_binlog(id, &lab.simulation.world);
    let mut columns = vec![
        ("File", false),
        ("Position", true),
        ("Binlog_Do_DB", false),
        ("Binlog_Ignore_DB", false),
    ];
    let mut row = vec![file, position.to_string(), String::new(), String::new()];
    if lab.seen.rules.gtids == Gtids::Sets {
        columns.push(("Executed_Gtid_Set", false));
        row.push(lab.executed(id));
    }
    grid(&columns, vec![row])
}

/// The dump threads on a server: Id of the connection, and the replica. Each connection has an Id of its own.
pub fn dump_threads(lab: &Lab, id: ServerId) -> Vec<(u32, ServerId)> {
    let world = &lab.simulation.world;
    let all = world.server_ids();
    all.filter(|replica| world.link(*replica).dump.on == Some(id))
        .map(|replica| {
            let before = lab.seen.machine(replica).io_connected.0.saturating_sub(1);
            (1_000 + u32::from(replica.0) + 16 * before, replica)
        })
        .collect()
}

/// SHOW SLAVE HOSTS.
pub fn slave_hosts(lab: &Lab, id: ServerId, columns: Columns) -> Grid {
    let has_uuids = lab.seen.rules.gtids == Gtids::Sets;
    let names = match columns {
        Columns::Old => ["Server_id", "Master_id", "Slave_UUID"],
        Columns::New => ["Server_Id", "Source_Id", "Replica_UUID"],
    };
    let mut columns = vec![
        (names[0], true),
        ("Host", false),
        ("Port", true),
        (names[1], true),
    ];
    if has_uuids {
        columns.push((names[2], false));
    }
    let own = lab.seen.machine(id).identity.server_id.to_string();
    let rows = dump_threads(lab, id).into_iter().map(|(_, replica)| {
        let identity = &lab.seen.machine(replica).identity;
        let host = match lab.seen.words.shows.slave_host {
            SlaveHost::Seen => identity.name.clone(),
            SlaveHost::Reported => String::new(),
        };
        let mut row = vec![
            identity.server_id.to_string(),
            host,
            "3306".to_owned(),
            own.clone(),
        ];
        if has_uuids {
            row.push(identity.uuid.clone());
        }
        row
    });
    grid(&columns, rows.collect())
}

/// Whether a name is like a pattern: `%` any characters, `_` any one.
pub fn is_like(name: &str, pattern: &str) -> bool {
    let (name, pattern): (Vec<char>, Vec<char>) = (
        name.to_lowercase().chars().collect(),
        pattern.to_lowercase().chars().collect(),
    );
    fn like(name: &[char], pattern: &[char]) -> bool {
        match pattern.split_first() {
            None => name.is_empty(),
            Some(('%', rest)) => (0..=name.len()).any(|from| like(&name[from..], rest)),
            Some((first, rest)) => match name.split_first() {
                Some((c, others)) => (*first == '_' || c == first) && like(others, rest),
                None => false,
            },
        }
    }
    like(&name, &pattern)
}

fn values(all: Vec<(impl Into<String>, String)>) -> Grid {
    let columns = [("Variable_name", false), ("Value", false)];
    let rows = all
        .into_iter()
        .map(|(name, value)| vec![name.into(), value]);
    grid(&columns, rows.collect())
}

/// A list as a table that can be asked.
pub fn table(grid: &Grid) -> Table {
    let column = |(name, number): &(String, bool)| Column {
        name: name.clone(),
        kind: match number {
            true => Type::Decimal {
                digits: 30,
                scale: 0,
            },
            false => Type::Text { length_bytes: 4 },
        },
        not_null: false,
        auto_increment: false,
        default: None,
        on_update: false,
    };
    let value = |(text, (_, number)): (&String, &(String, bool))| match text.as_str() {
        "NULL" => Value::Null,
        text if *number => Value::decimal(text),
        text => Value::Text(text.to_owned()),
    };
    let rows = grid.rows.iter().zip(1..);
    Table {
        columns: grid.columns.iter().map(column).collect(),
        key: Vec::new(),
        unique: Vec::new(),
        rows: rows
            .map(|(row, number)| {
                let cells = row.iter().zip(&grid.columns);
                (Value::Int(number), cells.map(value).collect())
            })
            .collect(),
        next_auto: 1,
    }
}

/// The rows that LIKE and WHERE leave; a pattern stands in the heading of names.
pub fn filtered(
    mut all: Grid,
    filter: &Filter,
    what: &Show,
    words: &Vocabulary,
) -> Result<Grid, SqlError> {
    if let Some(pattern) = &filter.like {
        all.rows.retain(|row| is_like(&row[0], pattern));
        if matches!(what, Show::Tables(..) | Show::Databases) {
            all.columns[0].0 += &format!(" ({pattern})");
        }
    }
    if let Some(condition) = &filter.condition {
        let asked = table(&all);
        let found = matching(&asked, Some(condition), words)?;
        let kept: BTreeSet<&Value> = found.into_iter().map(|(number, _)| number).collect();
        let mut number = 0;
        all.rows.retain(|_| {
            number += 1;
            kept.contains(&Value::Int(number))
        });
    }
    Ok(all)
}

/// SHOW VARIABLES.
pub fn variables(lab: &Lab, id: ServerId) -> Grid {
    values(lab.variables(id))
}

/// The status variables that are modelled: those of semi-sync, and what monitors ask first.
pub fn status_of(lab: &Lab, id: ServerId) -> Vec<(String, String)> {
    let world = &lab.simulation.world;
    let counted = &lab.simulation.out.counters[id];
    let on = |yes: bool| if yes { "ON" } else { "OFF" }.to_owned();
    let mut all = Vec::new();
    // The core has the counters under their old names.
    let named = |name: &str, plugin: &Plugin| {
        let (_, counter) = name.split_once("_master_")?;
        Some(format!("R{}_{counter}", &plugin.name[1..]))
    };
    if let Some(plugin) = lab.seen.semi_sync(id, Half::Source) {
        for (name, value) in lab.seen.times.counters(id, world, counted) {
            let value = match name {
                "Rpl_semi_sync_master_status" => on(value == 1),
                _ => value.to_string(),
            };
            all.extend(named(name, plugin).map(|name| (name, value)));
        }
    }
    if let Some(plugin) = lab.seen.semi_sync(id, Half::Replica) {
        let status = on(world.link(id).semi_sync && world.server(id).replica.connected);
        all.push((format!("R{}_status", &plugin.name[1..]), status));
        if lab.seen.rules.ack_counters == AckCounters::Counted {
            let sent = counted.send_ack.to_string();
            all.push((format!("R{}_send_ack", &plugin.name[1..]), sent));
        }
    }
    let connections = lab.seen.connections.iter().zip(world.sessions.iter());
    let open =
        connections.filter(|(connection, session)| connection.id > 0 && session.server == id);
    let open = open.count().to_string();
    let uptime = lab.seen.uptime(lab.now(), id).to_string();
    for (name, value) in [("Threads_connected", open), ("Uptime", uptime)] {
        all.push((name.to_owned(), value));
    }
    all.sort();
    all
}

/// SHOW STATUS.
pub fn status(lab: &Lab, id: ServerId) -> Grid {
    values(status_of(lab, id))
}

/// SHOW DATABASES: the server's own and those that were created.
pub fn databases(lab: &Lab, id: ServerId) -> Grid {
    let mut names: Vec<String> = DATABASES.iter().map(|name| (*name).to_owned()).collect();
    names.extend(lab.seen.machine(id).store.databases.keys().cloned());
    let leads = lab.seen.words.shows.virtual_database_leads;
    names.sort_by_key(|name| (!leads || name != "information_schema", name.clone()));
    grid(
        &[("Database", false)],
        names.into_iter().map(|name| vec![name]).collect(),
    )
}

/// SHOW WARNINGS.
pub fn warnings(notes: &[Note]) -> Grid {
    let rows = notes.iter().map(|note| {
        vec![
            note.level.to_owned(),
            note.number.to_string(),
            note.text.clone(),
        ]
    });
    let columns = [("Level", false), ("Code", true), ("Message", false)];
    grid(&columns, rows.collect())
}

/// SHOW TABLES.
pub fn tables(lab: &Lab, id: ServerId, database: &str, full: Option<&str>) -> Grid {
    let name = format!("Tables_in_{database}");
    let tables = lab.seen.machine(id).store.databases.get(database);
    let tables = tables.into_iter().flat_map(|tables| tables.keys());
    let rows = tables.map(|table| {
        let name = std::iter::once(table.clone());
        name.chain(full.map(str::to_owned)).collect()
    });
    let more = full.map(|_| ("Table_type", false));
    let columns: Vec<(&str, bool)> = [(name.as_str(), false)].into_iter().chain(more).collect();
    grid(&columns, rows.collect())
}
