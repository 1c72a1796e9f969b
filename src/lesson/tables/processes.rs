//! The list of processes as tables: PROCESSLIST, `performance_schema.threads`.

use super::{Fields, Reader, Rows, printed, text};
use crate::lesson::lab::Lab;
use crate::lesson::show::processlist::{IO_THREAD, processes};
use crate::lesson::store::value::Value;

/// A thread's number is so much larger than its connection's, as on a fresh 9.7.
const BEHIND_BACKGROUND: i64 = 31;

/// The number of a connection's thread in `performance_schema`.
pub(super) fn thread(connection: i64) -> Value {
    Value::Int(connection + BEHIND_BACKGROUND)
}

/// The rows of one of them.
pub(super) fn rows(lab: &Lab, reader: Reader, database: &str, name: &str) -> Rows {
    let state = lab.seen.words.own.reads_processes;
    let grid = processes(lab, reader.id, reader.session, (state, reader.text));
    let rows = grid.rows.iter().map(|row| {
        let named = grid.columns.iter().zip(row);
        let fields = named.map(|((name, number), cell)| printed(name, cell, *number));
        fields.collect::<Fields>()
    });
    if name == "threads" {
        return Rows::of(rows.map(|row| as_thread(lab, row)).collect());
    }
    let mut shown: Vec<Fields> = rows.collect();
    for row in &mut shown {
        if database == "performance_schema" {
            row.push(text("EXECUTION_ENGINE", "PRIMARY"));
            // Here the IO thread has no host.
            row.iter_mut()
                .filter(|(name, _)| name == "Host")
                .for_each(|(_, host)| {
                    if *host == Value::Text(lab.seen.words.shows.processes.io_host.to_owned()) {
                        *host = Value::Text(String::new());
                    }
                });
        }
        let info = field(row, "Info");
        row.extend([
            ("INFO_BINARY".to_owned(), info),
            ("STAGE".to_owned(), Value::Int(0)),
            ("MAX_STAGE".to_owned(), Value::Int(0)),
        ]);
    }
    Rows::of(shown)
}

fn field(row: &Fields, name: &str) -> Value {
    let found = row.iter().find(|(field, _)| field == name);
    found.map_or(Value::Null, |(_, value)| value.clone())
}

/// A row of `threads`: threads of clients and of replication. Those in the background are not listed.
fn as_thread(lab: &Lab, row: Fields) -> Fields {
    let [io, sql, worker] = lab.seen.words.own.threads;
    let processes = &lab.seen.words.shows.processes;
    let (user, state) = (
        field(&row, "User").to_string(),
        field(&row, "State").to_string(),
    );
    let id = match field(&row, "Id").number() {
        Some((id, _)) => id as i64,
        None => 0,
    };
    let is_replication = user == "system user";
    let name = match () {
        () if !is_replication => "one_connection",
        () if processes.worker == Some(state.as_str()) => worker,
        () if id == IO_THREAD => io,
        () => sql,
    };
    let mut fields = vec![
        ("THREAD_ID".to_owned(), thread(id)),
        text("NAME", format!("thread/sql/{name}")),
        text("TYPE", "FOREGROUND"),
        text("INSTRUMENTED", "YES"),
        text("HISTORY", "YES"),
        ("ROLE".to_owned(), Value::Null),
        text("EXECUTION_ENGINE", "PRIMARY"),
        text("TELEMETRY_ACTIVE", "NO"),
    ];
    let group = if is_replication {
        "SYS_default"
    } else {
        "USR_default"
    };
    fields.push(text("RESOURCE_GROUP", group));
    for (name, value) in row {
        // Threads of replication belong to who started them, there.
        let value = match (name.as_str(), is_replication) {
            ("User", true) => Value::Text("root".to_owned()),
            ("Host", true) => Value::Text("localhost".to_owned()),
            ("Host", false) => {
                Value::Text(value.to_string().split(':').next().unwrap_or("").to_owned())
            }
            (_, _) => value,
        };
        fields.push((format!("PROCESSLIST_{}", name.to_ascii_uppercase()), value));
    }
    fields
}
