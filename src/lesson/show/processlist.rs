//! SHOW PROCESSLIST.

use super::lists::{dump_threads, grid};
use crate::engine::Moment;
use crate::lesson::lab::Lab;
use crate::lesson::lab::waiting::Wait;
use crate::lesson::store::select::Grid;
use crate::protocol::commit::Phase;
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::ids::{ServerId, SessionId};
use crate::protocol::variables::Positioning;

/// Ids of threads that apply, behind those of clients and of dump threads.
const FIRST_WORKER: u32 = 2_000;

/// The Id of the IO thread.
pub const IO_THREAD: i64 = 2;
/// The Id of the SQL thread.
pub const SQL_THREAD: i64 = 3;

/// The Id of a worker, from 0.
pub fn worker_thread(number: u32) -> i64 {
    i64::from(FIRST_WORKER + number)
}

/// What a session's thread does, as SHOW PROCESSLIST names it.
#[expect(clippy::wildcard_enum_match_arm, reason = "only these phases matter")]
fn state(lab: &Lab, session: SessionId) -> &'static str {
    let words = &lab.seen.words.shows.processes;
    match lab.simulation.world.sessions[session].commit.phase {
        Phase::SemiSyncWait => words.waits_for_ack,
        Phase::RowLock => "updating",
        Phase::Held => words.held,
        Phase::Execute => "update",
        Phase::InQueue => words.in_queue,
        _ => "query end",
    }
}

/// SHOW PROCESSLIST.
pub fn processlist(lab: &Lab, id: ServerId, own: SessionId) -> Grid {
    let itself = lab.seen.words.shows.processes.itself;
    processes(lab, id, own, (itself, "SHOW PROCESSLIST"))
}

/// The same, with the state and the statement of the session that asks.
pub fn processes(lab: &Lab, id: ServerId, own: SessionId, itself: (&str, &str)) -> Grid {
    let words = &lab.seen.words;
    let processes = &words.shows.processes;
    let world = &lab.simulation.world;
    let now = lab.now();
    let seconds = |since: Moment| now.since(since).whole_seconds().to_string();
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
        row.extend(processes.more.iter().map(|(_, value)| (*value).to_owned()));
        rows.push((id, row));
    };
    let replica = &world.server(id).replica;
    let started = lab.seen.machine(id).started;
    let io_state = match replica.connected {
        true => format!("Waiting for {} to send event", words.source),
        false => format!("Connecting to {}", words.source),
    };
    let sql_state = match replica.has_applied_all() {
        true => format!(
            "{} has read all relay log; waiting for more updates",
            words.replica
        ),
        false if lab.seen.waits_with(id, lab.now(), world).is_some() => {
            words.applier.delays.to_owned()
        }
        false => "Reading event from the relay log".to_owned(),
    };
    let [io, sql] = processes.threads;
    let mut threads = vec![
        (replica.io_running, 2, processes.io_host, io, io_state),
        (replica.sql_running, 3, "", sql, sql_state),
    ];
    if let Some(idle) = processes.worker {
        let workers = u32::from(world.server(id).variables.workers);
        let worker = |number| {
            let thread = FIRST_WORKER + number;
            // Whoever had rows to apply stays in its command; the first idle one gets it.
            let command = match number == 0 && lab.seen.machine(id).worker_has_applied {
                true => "Query",
                false => "Connect",
            };
            (replica.sql_running, thread, "", command, idle.to_owned())
        };
        threads.extend((0..workers).map(worker));
    }
    for (_, thread, host, command, state) in threads.into_iter().filter(|(runs, ..)| *runs) {
        push(
            thread,
            "system user",
            host,
            "NULL",
            command,
            seconds(started),
            &state,
            "NULL",
        );
    }
    for (connection, replica) in dump_threads(lab, id) {
        let name = &lab.seen.machine(replica).identity.name;
        let by_gtid = world.server(replica).variables.positioning == Positioning::Gtid;
        let gtid = by_gtid && lab.seen.rules.gtids == Gtids::Sets;
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
            seconds(lab.seen.machine(replica).io_connected.1),
            match world.server(replica).replica.connected {
                true => processes.sent_all,
                false => processes.finalizes,
            },
            "NULL",
        );
    }
    let connections = &lab.seen.connections;
    for (session, connection) in connections.ids().zip(connections) {
        let here = world.sessions[session].server == id;
        let at_work = world.sessions[session].is_busy();
        if !here || connection.id == 0 || (connection.killed && !at_work) {
            continue;
        }
        let user = connection.user.as_deref().unwrap_or("root");
        let database = connection.database.as_deref().unwrap_or("NULL");
        let since = seconds(connection.since);
        let (command, time, state, info) = match (&connection.waiting, &connection.running) {
            (Some(waiting), _) => {
                let state = match waiting.wait {
                    Wait::ReadOnly | Wait::ReadLock => processes.read_lock,
                    Wait::Rotation(_) => processes.rotates,
                    Wait::Select(..) => "executing",
                };
                ("Query", since, state, waiting.text.as_str())
            }
            _ if session == own => ("Query", "0".to_owned(), itself.0, itself.1),
            (None, Some(running)) => {
                let command = if connection.killed { "Killed" } else { "Query" };
                (command, since, state(lab, session), running.text.as_str())
            }
            (None, None) => ("Sleep", since, "", "NULL"),
        };
        push(
            connection.id,
            user,
            "localhost",
            database,
            command,
            time,
            state,
            info,
        );
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
    columns.extend(processes.more.iter().map(|(name, _)| (*name, true)));
    grid(&columns, rows.into_iter().map(|(_, row)| row).collect())
}
