//! SHOW PROCESSLIST.

use super::lists::{dump_threads, grid};
use crate::lesson::lab::Lab;
use crate::lesson::store::select::Grid;
use crate::protocol::client::Phase;
use crate::protocol::ids::{ServerId, SessionId};
use crate::protocol::variables::{Flavour, Positioning};

/// What a session's thread does, as SHOW PROCESSLIST names it.
fn state(lab: &Lab, session: SessionId) -> &'static str {
    let flavour = lab.seen.flavour;
    match lab.simulation.world.sessions[usize::from(session.0)]
        .commit
        .phase
    {
        Phase::SemiSyncWait if flavour == Flavour::Mysql80 => {
            "Waiting for semi-sync ACK from replica"
        }
        Phase::SemiSyncWait => "Waiting for semi-sync ACK from slave",
        Phase::RowLock => "updating",
        Phase::Held if flavour == Flavour::Mariadb1011 => "Waiting for backup lock",
        Phase::Held => "Waiting for commit lock",
        Phase::Execute => "update",
        Phase::InQueue if flavour == Flavour::Mysql80 => "waiting for handler commit",
        Phase::InQueue if flavour == Flavour::Mariadb1011 => {
            "Waiting for prior transaction to commit"
        }
        _ => "query end",
    }
}

/// SHOW PROCESSLIST.
pub fn processlist(lab: &Lab, id: ServerId, own: SessionId) -> Grid {
    let flavour = lab.seen.flavour;
    let mariadb = flavour == Flavour::Mariadb1011;
    let world = &lab.simulation.world;
    let now = lab.now();
    let seconds = |since: u64| (now.saturating_sub(since) / 1_000_000_000).to_string();
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    let mut push = |id: u32,
                    user: &str,
                    host: &str,
                    db: &str,
                    command: &str,
                    time: String,
                    state: &str,
                    info: &str| {
        let mut row: Vec<String> = vec![
            id.to_string(),
            user.into(),
            host.into(),
            db.into(),
            command.into(),
            time,
            state.into(),
            info.into(),
        ];
        if mariadb {
            row.push("0.000".to_owned());
        }
        rows.push((id, row));
    };
    let replica = &world.server(id).replica;
    let slave_state = |text: &str| match flavour {
        Flavour::Mysql80 => text.replace("master", "source").replace("Slave", "Replica"),
        _ => text.to_owned(),
    };
    let started = lab.seen.machine(id).started;
    let io_state = match replica.connected {
        true => "Waiting for master to send event",
        false => "Connecting to master",
    };
    let sql_state = match replica.has_applied_all() {
        true => "Slave has read all relay log; waiting for more updates",
        false => "Reading event from the relay log",
    };
    let threads = [
        (replica.io_running, 2, "Slave_IO", io_state),
        (replica.sql_running, 3, "Slave_SQL", sql_state),
    ];
    for (_, thread, command, state) in threads.into_iter().filter(|(runs, ..)| *runs) {
        let command = if mariadb { command } else { "Connect" };
        push(
            thread,
            "system user",
            "",
            "NULL",
            command,
            seconds(started),
            &slave_state(state),
            "NULL",
        );
    }
    for (connection, replica) in dump_threads(lab, id) {
        let name = &lab.seen.machine(replica).identity.name;
        let state = match flavour {
            Flavour::Mysql80 => "Source has sent all binlog to replica; waiting for more updates",
            Flavour::Mysql57 => "Master has sent all binlog to slave; waiting for more updates",
            Flavour::Mariadb1011 => "Master has sent all binlog to slave; waiting for more updates",
        };
        let gtid = world.server(replica).variables.positioning == Positioning::Gtid && !mariadb;
        let command = if gtid {
            "Binlog Dump GTID"
        } else {
            "Binlog Dump"
        };
        let user = lab
            .seen
            .machine(replica)
            .upstream
            .as_ref()
            .map_or("repl", |known| known.user.as_str());
        push(
            connection,
            user,
            &format!("{name}:40000"),
            "NULL",
            command,
            seconds(started),
            state,
            "NULL",
        );
    }
    for (at, connection) in lab.seen.connections.iter().enumerate() {
        let session = SessionId(at as u16);
        let here = world.sessions[at].server == id;
        let at_work = world.sessions[at].is_busy();
        if !here || connection.id == 0 || (connection.killed && !at_work) {
            continue;
        }
        let database = connection.database.as_deref().unwrap_or("NULL");
        let since = seconds(connection.since);
        match (&connection.running, session == own) {
            (_, true) => {
                let command = if mariadb { "starting" } else { "init" };
                push(
                    connection.id,
                    "root",
                    "localhost",
                    database,
                    "Query",
                    "0".into(),
                    command,
                    "SHOW PROCESSLIST",
                );
            }
            (Some(running), _) => {
                let command = if connection.killed { "Killed" } else { "Query" };
                let state = state(lab, session);
                push(
                    connection.id,
                    "root",
                    "localhost",
                    database,
                    command,
                    since,
                    state,
                    &running.text,
                );
            }
            (None, _) => push(
                connection.id,
                "root",
                "localhost",
                database,
                "Sleep",
                since,
                "",
                "NULL",
            ),
        }
    }
    rows.sort_by_key(|(id, _)| *id);
    let mut columns = vec![
        ("Id", true),
        ("User", false),
        ("Host", false),
        ("db", false),
        ("Command", false),
        ("Time", true),
        ("State", false),
        ("Info", false),
    ];
    if mariadb {
        columns.push(("Progress", true));
    }
    grid(&columns, rows.into_iter().map(|(_, row)| row).collect())
}
