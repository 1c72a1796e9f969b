//! SHOW SLAVE STATUS: every field of each flavour, in its order (semantics.md 4.2, 4.3).

use super::clock::{moment, stamp};
use crate::lesson::lab::Lab;
use crate::lesson::lab::machine::Trouble;
use crate::lesson::store::select::Grid;
use crate::lesson::vocabulary::{Attempt, Columns, SecondsBehind};
use crate::plan::values::shown;
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::ids::ServerId;
use crate::protocol::server::Life;
use crate::protocol::variables::{Name, Positioning};

/// The words of MySQL 8.0.22 and later, for SHOW REPLICA STATUS.
fn new_word(name: &str) -> String {
    match name {
        "Master_Server_Id" => "Source_Server_Id".to_owned(),
        "Slave_SQL_Running_State" => "Replica_SQL_Running_State".to_owned(),
        other => other
            .replace("Slave_", "Replica_")
            .replace("Master_", "Source_")
            .replace("_Master", "_Source")
            // So in the servers, with a capital.
            .replace("_master_", "_Source_"),
    }
}

/// `Seconds_Behind_Master`, by the exact rule of each flavour; `None` is NULL.
pub fn seconds_behind(lab: &Lab, id: ServerId) -> Option<u64> {
    let world = &lab.simulation.world;
    let replica = &world.server(id).replica;
    if !replica.sql_running {
        return None;
    }
    let caught_up = replica.has_applied_all();
    // The timestamp of the transaction that the SQL thread has taken.
    let taken = replica.relay.get(replica.applied);
    let timestamp = taken.and_then(|gtid| lab.seen.transactions.get(&gtid));
    let behind = timestamp.map_or(0, |known| {
        lab.seen.seconds(lab.now()).saturating_sub(known.timestamp)
    });
    let seconds = if caught_up { 0 } else { behind };
    let shown = match lab.seen.words.shows.seconds_behind {
        SecondsBehind::NullUnconnected => replica.connected,
        // A backlog shows a number even with the IO thread stopped.
        SecondsBehind::NullWithoutBacklog => replica.connected || !caught_up,
    };
    shown.then_some(seconds)
}

/// Why the IO thread does not connect, as long as it tries.
pub fn io_trouble(lab: &Lab, id: ServerId) -> Trouble {
    let world = &lab.simulation.world;
    let machine = lab.seen.machine(id);
    let replica = &world.server(id).replica;
    let (Some(upstream), Some(known)) = (replica.upstream, &machine.upstream) else {
        return Trouble::default();
    };
    if !replica.io_running || replica.connected || replica.attempts == 0 {
        return machine.io_trouble.clone();
    }
    let code = match world.server(upstream).life {
        Life::Dead => (111, "Connection refused"),
        Life::Absent => (113, "No route to host"),
        // Nobody answers: the site is gone, or the network is.
        Life::Up | Life::Silent | Life::Destroyed => (110, "Connection timed out"),
    };
    let variables = &world.server(id).variables;
    let retry = variables.connect_retry.0 / 1_000_000_000;
    let verb = if known.server_id == 0 {
        "connecting"
    } else {
        "reconnecting"
    };
    let text = (lab.seen.words.errors.io_thread)(&Attempt {
        verb,
        user: &known.user,
        host: &known.host,
        port: known.port,
        retry,
        attempts: replica.attempts,
        most: variables.retry_count,
        error: code,
    });
    Trouble {
        number: 2003,
        text,
        at: lab.now(),
    }
}

/// The one row of SHOW SLAVE STATUS; none on a server that replicates from nobody.
pub fn slave_status(lab: &mut Lab, id: ServerId, columns: Columns) -> Grid {
    let words = lab.seen.words;
    let Some(known) = lab.seen.machine(id).upstream.clone() else {
        return Grid::default();
    };
    let (relay_file, relay_pos, relay_space) =
        lab.seen.relay_coordinates(id, &lab.simulation.world);
    let world = &lab.simulation.world;
    let server = world.server(id);
    let replica = &server.replica;
    let (read_file, read_pos) = lab.seen.read_coordinates(id, world);
    let (exec_file, exec_pos) = lab.seen.executed_coordinates(id, world);
    let exec_pos = match exec_file.is_empty() {
        true => words.shows.executed_nowhere.unwrap_or(exec_pos),
        false => exec_pos,
    };
    let (source_word, replica_word) = (words.source, words.replica);
    let (io_state, io_running) = match (replica.io_running, replica.connected) {
        (false, _) => (String::new(), "No"),
        (true, true) => (format!("Waiting for {source_word} to send event"), "Yes"),
        (true, false) if known.server_id == 0 => {
            (format!("Connecting to {source_word}"), "Connecting")
        }
        (true, false) => (
            format!("Reconnecting after a failed {source_word} event read"),
            "Connecting",
        ),
    };
    let (sql_delay, due) = (
        lab.seen.machine(id).delay.to_string(),
        lab.seen.waits_with(id, lab.now(), world),
    );
    let now = lab.now().since_start().whole_seconds();
    let remaining = due.map_or("NULL".to_owned(), |due| (due - now).to_string());
    let sql_state = match (replica.sql_running, replica.has_applied_all()) {
        (false, _) => String::new(),
        (true, false) if due.is_some() => words.applier.delays.to_owned(),
        (true, true) => format!("{replica_word} has read all relay log; waiting for more updates"),
        (true, false) => "Reading event from the relay log".to_owned(),
    };
    let skip_counter = lab.seen.shown_skip_counter(id, world).to_string();
    let (until_condition, (until_file, until_pos)) = lab.seen.shown_until(id);
    let io = io_trouble(lab, id);
    let sql = lab.seen.machine(id).sql_trouble.clone();
    let behind = seconds_behind(lab, id).map_or("NULL".to_owned(), |seconds| seconds.to_string());
    let yes = |on: bool| if on { "Yes" } else { "No" }.to_owned();
    let number = |trouble: &Trouble| trouble.number.to_string();
    let connect_retry = (server.variables.connect_retry.0 / 1_000_000_000).to_string();
    let mut fields: Vec<(&str, String)> = vec![
        ("Slave_IO_State", io_state),
        ("Master_Host", known.host.clone()),
        ("Master_User", known.user.clone()),
        ("Master_Port", known.port.to_string()),
        ("Connect_Retry", connect_retry),
        ("Master_Log_File", read_file),
        ("Read_Master_Log_Pos", read_pos.to_string()),
        ("Relay_Log_File", relay_file),
        ("Relay_Log_Pos", relay_pos.to_string()),
        ("Relay_Master_Log_File", exec_file),
        ("Slave_IO_Running", io_running.to_owned()),
        ("Slave_SQL_Running", yes(replica.sql_running)),
    ];
    let empty = |fields: &mut Vec<(&str, String)>, names: &[&'static str]| {
        fields.extend(names.iter().map(|name| (*name, String::new())));
    };
    empty(
        &mut fields,
        &[
            "Replicate_Do_DB",
            "Replicate_Ignore_DB",
            "Replicate_Do_Table",
            "Replicate_Ignore_Table",
            "Replicate_Wild_Do_Table",
            "Replicate_Wild_Ignore_Table",
        ],
    );
    fields.extend([
        ("Last_Errno", number(&sql)),
        ("Last_Error", sql.text.clone()),
        ("Skip_Counter", skip_counter),
        ("Exec_Master_Log_Pos", exec_pos.to_string()),
        ("Relay_Log_Space", relay_space.to_string()),
        ("Until_Condition", until_condition),
        ("Until_Log_File", until_file),
        ("Until_Log_Pos", until_pos.to_string()),
        ("Master_SSL_Allowed", words.shows.ssl.to_owned()),
    ]);
    empty(
        &mut fields,
        &[
            "Master_SSL_CA_File",
            "Master_SSL_CA_Path",
            "Master_SSL_Cert",
            "Master_SSL_Cipher",
            "Master_SSL_Key",
        ],
    );
    fields.extend([
        ("Seconds_Behind_Master", behind),
        (
            "Master_SSL_Verify_Server_Cert",
            words.shows.ssl_verified.to_owned(),
        ),
        ("Last_IO_Errno", number(&io)),
        ("Last_IO_Error", io.text.clone()),
        ("Last_SQL_Errno", number(&sql)),
        ("Last_SQL_Error", sql.text.clone()),
        ("Replicate_Ignore_Server_Ids", String::new()),
        (
            "Master_Server_Id",
            known.server_id.max(known.kept_server_id).to_string(),
        ),
    ]);
    if lab.seen.rules.gtids == Gtids::Sequence {
        let machine = lab.seen.machine(id);
        let by_gtid = server.variables.positioning == Positioning::Gtid;
        let received = machine.relay.since < replica.relay.end();
        let last = replica.relay.end().checked_sub(1).filter(|_| received);
        let last = last.and_then(|at| replica.relay.get(at));
        let io_pos = match by_gtid {
            true => last.map_or_else(
                || lab.seen.seq_text(machine.slave_pos),
                |gtid| lab.seen.gtid_text(gtid),
            ),
            false => String::new(),
        };
        let (ddl, rows) = machine.applied_groups;
        fields.extend([
            ("Master_SSL_Crl", String::new()),
            ("Master_SSL_Crlpath", String::new()),
            ("Using_Gtid", known.using_gtid.to_owned()),
            ("Gtid_IO_Pos", io_pos),
            ("Replicate_Do_Domain_Ids", String::new()),
            ("Replicate_Ignore_Domain_Ids", String::new()),
            ("Parallel_Mode", shown(server.variables.get(Name::Parallel))),
            ("SQL_Delay", sql_delay.clone()),
            ("SQL_Remaining_Delay", remaining.clone()),
            ("Slave_SQL_Running_State", sql_state),
            ("Slave_DDL_Groups", ddl.to_string()),
            ("Slave_Non_Transactional_Groups", "0".to_owned()),
            ("Slave_Transactional_Groups", rows.to_string()),
            ("Replicate_Rewrite_DB", String::new()),
        ]);
    } else {
        let when = |trouble: &Trouble| match trouble.number {
            0 => String::new(),
            _ => stamp(lab.seen.seconds(trouble.at)),
        };
        let by_gtid = server.variables.positioning == Positioning::Gtid;
        let retrieved = lab.seen.gtid_set(
            &replica
                .relay
                .set_between(lab.seen.machine(id).relay.since, replica.relay.end()),
        );
        fields.extend([
            ("Master_UUID", known.uuid.clone()),
            ("Master_Info_File", words.shows.info_file.to_owned()),
            ("SQL_Delay", sql_delay.clone()),
            ("SQL_Remaining_Delay", remaining.clone()),
            ("Slave_SQL_Running_State", sql_state),
            (
                "Master_Retry_Count",
                server.variables.retry_count.to_string(),
            ),
            ("Master_Bind", String::new()),
            ("Last_IO_Error_Timestamp", when(&io)),
            ("Last_SQL_Error_Timestamp", when(&sql)),
            ("Master_SSL_Crl", String::new()),
            ("Master_SSL_Crlpath", String::new()),
            ("Retrieved_Gtid_Set", retrieved.to_string()),
            ("Executed_Gtid_Set", lab.executed(id)),
            ("Auto_Position", u8::from(by_gtid).to_string()),
            ("Replicate_Rewrite_DB", String::new()),
            ("Channel_Name", String::new()),
            ("Master_TLS_Version", String::new()),
        ]);
    }
    let more = words.shows.more_status.iter();
    fields.extend(more.map(|(name, value)| (*name, (*value).to_owned())));
    let renamed = |name: &str| match columns {
        Columns::New => new_word(name),
        Columns::Old => name.to_owned(),
    };
    Grid {
        columns: fields
            .iter()
            .map(|(name, value)| (renamed(name), value.parse::<u64>().is_ok()))
            .collect(),
        nullable: Vec::new(),
        rows: vec![fields.into_iter().map(|(_, value)| value).collect()],
    }
}

/// SHOW ALL SLAVES STATUS (MariaDB): the same with the connection's name in front, and what it has done behind.
pub fn all_slaves_status(lab: &mut Lab, id: ServerId, columns: Columns) -> Grid {
    let mut all = slave_status(lab, id, columns);
    let state = all
        .columns
        .iter()
        .position(|(name, _)| name == "Slave_SQL_Running_State");
    let mut front = vec![
        ("Connection_name".to_owned(), false),
        ("Slave_SQL_State".to_owned(), false),
    ];
    front.append(&mut all.columns);
    all.columns = front;
    for row in &mut all.rows {
        let state = state.map_or_else(String::new, |at| row[at].clone());
        row.splice(0..0, [String::new(), state]);
    }
    if !all.rows.is_empty() {
        for (name, value) in behind_status(lab, id) {
            let number = value.parse::<u64>().is_ok();
            all.columns.push((name.to_owned(), number));
            all.rows.iter_mut().for_each(|row| row.push(value.clone()));
        }
    }
    all
}

/// What SHOW ALL SLAVES STATUS has more.
fn behind_status(lab: &Lab, id: ServerId) -> Vec<(&'static str, String)> {
    let server = lab.simulation.world.server(id);
    let replica = &server.replica;
    let machine = lab.seen.machine(id);
    let size = |name: &str| lab.variable(id, name).unwrap_or_default();
    let largest = match size("max_relay_log_size").as_str() {
        "0" | "" => size("max_binlog_size"),
        size => size.to_owned(),
    };
    let period = server.variables.heartbeat_period.0 / 1_000_000;
    let not_modelled = || "(not modelled)".to_owned();
    let mut fields = vec![
        ("Retried_transactions", replica.rollbacks.to_string()),
        ("Max_relay_log_size", largest),
        ("Executed_log_entries", not_modelled()),
        ("Slave_received_heartbeats", not_modelled()),
        (
            "Slave_heartbeat_period",
            format!("{}.{:03}", period / 1_000, period % 1_000),
        ),
        ("Gtid_Slave_Pos", lab.seen.seq_text(machine.slave_pos)),
    ];
    if lab.seen.words.shows.tells_event_times {
        let known = |gtid| {
            lab.seen
                .transactions
                .get(&gtid)
                .map(|known| known.timestamp)
        };
        let received = machine.progress.queued.and_then(|(gtid, _)| known(gtid));
        let applied = replica
            .applied
            .checked_sub(1)
            .and_then(|at| replica.relay.get(at));
        let applied = applied.filter(|_| received.is_some()).and_then(known);
        let shown = |time: Option<u64>| time.map_or("NULL".to_owned(), moment);
        let behind = received
            .zip(applied)
            .map(|(received, applied)| received.saturating_sub(applied));
        fields.extend([
            ("Master_last_event_time", shown(received)),
            ("Slave_last_event_time", shown(applied)),
            (
                "Master_Slave_time_diff",
                behind.map_or("NULL".to_owned(), |behind| behind.to_string()),
            ),
        ]);
    }
    fields
}
