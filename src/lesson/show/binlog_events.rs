//! SHOW BINARY LOGS, SHOW BINLOG EVENTS and SHOW RELAYLOG EVENTS.

use super::lists::grid;
use crate::lesson::binlog::{MAGIC, Whose, rotate};
use crate::lesson::lab::Lab;
use crate::lesson::lab::relay::HeadEvent;
use crate::lesson::sql::statement::Part;
use crate::lesson::store::errors::SqlError;
use crate::lesson::store::select::Grid;
use crate::lesson::vocabulary::{EventLists, FromInside};
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::ids::{Gtid, ServerId};

/// SHOW BINARY LOGS.
pub fn binary_logs(lab: &Lab, id: ServerId) -> Grid {
    let world = &lab.simulation.world;
    let files = world.server(id).files.len() as u32;
    let more = lab.seen.words.shows.binary_logs;
    let purged = lab.seen.machine(id).purged;
    let rows = (purged + 1..=files).map(|file| {
        let end = events(lab, id, file)
            .last()
            .map_or(MAGIC, |event| event.at + event.size);
        let mut row = vec![lab.seen.binlog_file(id, file), end.to_string()];
        row.extend(more.iter().map(|(_, value)| (*value).to_owned()));
        row
    });
    let mut columns = vec![("Log_name", false), ("File_size", true)];
    columns.extend(more.iter().map(|(name, _)| (*name, false)));
    grid(&columns, rows.collect())
}

/// An event of a binlog file.
struct Listed {
    kind: String,
    at: u64,
    size: u64,
    server_id: u32,
    /// `End_log_pos`
    end: u64,
    info: String,
}

/// An event of a transaction.
struct Written {
    kind: &'static str,
    size: u64,
    server_id: u32,
    shows_end: bool,
    info: String,
}

/// The events of a transaction in a server's binlog, where it has this index.
fn of_transaction(lab: &Lab, id: ServerId, gtid: Gtid, index: u64) -> Vec<Written> {
    let Some(transaction) = lab.seen.transaction(id, gtid) else {
        return Vec::new();
    };
    let server_id = lab.seen.machine(gtid.origin.server).identity.server_id;
    let text = lab.seen.gtid_text(gtid);
    let (kind, info) = match (lab.seen.rules.gtids, text.as_str()) {
        (Gtids::Sequence, _) if transaction.is_dml => ("Gtid", format!("BEGIN GTID {text}")),
        (Gtids::Sequence, _) => ("Gtid", format!("GTID {text}")),
        (Gtids::Sets, "ANONYMOUS") => (
            "Anonymous_Gtid",
            "SET @@SESSION.GTID_NEXT= 'ANONYMOUS'".to_owned(),
        ),
        (Gtids::Sets, _) => ("Gtid", format!("SET @@SESSION.GTID_NEXT= '{text}'")),
    };
    let mut written = vec![Written {
        kind,
        size: lab.seen.gtid_bytes(id, gtid, transaction),
        server_id,
        shows_end: true,
        info,
    }];
    let sizes = transaction.sizes(Whose::binlog(id, gtid));
    written.extend(transaction.events.iter().zip(sizes).map(|(event, size)| {
        let info = match event.shows_xid {
            true => format!("{} /* xid={} */", event.info, index + 10),
            false => event.info.clone(),
        };
        Written {
            kind: event.kind,
            size,
            server_id,
            shows_end: transaction.shows_end(event, &lab.seen.words),
            info,
        }
    }));
    written
}

/// The events of a relay log file, by its place among them.
fn relayed(lab: &Lab, id: ServerId, at: usize) -> Vec<Listed> {
    let world = &lab.simulation.world;
    let replica = &world.server(id).replica;
    let relay = &lab.seen.machine(id).relay;
    let (file, mut place) = (&relay.files[at], MAGIC);
    let mut listed = Vec::new();
    let mut push = |event: HeadEvent| {
        listed.push(Listed {
            kind: event.kind.to_owned(),
            at: place,
            size: event.size,
            server_id: event.server_id,
            end: event.end,
            info: event.info,
        });
        place += event.size;
    };
    for event in file.own.iter().chain(&file.lead) {
        push(event.clone());
    }
    let annotated = world.server(id).variables.log_slave_updates;
    for index in file.start..relay.end_of(at, replica.relay.end()) {
        let Some(gtid) = replica.relay.get(index) else {
            continue;
        };
        // As they stand in the binlog of the source.
        let source = replica.upstream.unwrap_or(gtid.origin.server);
        let there = world.server(source).history.find(gtid);
        let place = there.map(|_| lab.seen.relayed_from(id, index, world).1);
        let mut end = place.unwrap_or(0);
        for event in of_transaction(lab, source, gtid, there.unwrap_or(index)) {
            end += event.size;
            if event.kind == "Annotate_rows" && !annotated {
                continue;
            }
            let shown = if event.shows_end { end } else { 0 };
            push(HeadEvent {
                kind: event.kind,
                size: event.size,
                server_id: event.server_id,
                end: shown,
                info: event.info,
            });
        }
    }
    if let Some(event) = &file.tail {
        push(event.clone());
    }
    if file.close > 0 {
        let next = lab.seen.relay_file(id, file.number + 1);
        let own = lab.seen.machine(id).identity.server_id;
        let end = listed.last().map_or(MAGIC, |last| last.at + last.size) + file.close;
        listed.push(Listed {
            kind: "Rotate".to_owned(),
            at: end - file.close,
            size: file.close,
            server_id: own,
            end,
            info: format!("{next};pos=4"),
        });
    }
    listed
}

/// The events of a binlog file.
fn events(lab: &Lab, id: ServerId, file: u32) -> Vec<Listed> {
    let world = &lab.simulation.world;
    let server = world.server(id);
    let own = lab.seen.machine(id).identity.server_id;
    let mut at = MAGIC;
    let mut listed = Vec::new();
    let mut push = |kind: &str, size: u64, server_id: u32, shows_end: bool, info: String| {
        listed.push(Listed {
            kind: kind.to_owned(),
            at,
            size,
            server_id,
            end: if shows_end { at + size } else { 0 },
            info,
        });
        at += size;
    };
    for (kind, size, info) in lab.seen.head(id, file, world) {
        push(kind, size, own, true, info);
    }
    let start = server.files[file as usize - 1];
    let end = server
        .files
        .get(file as usize)
        .copied()
        .unwrap_or(server.history.end());
    for index in start..end {
        let logged = server.history.run_at(index).is_some_and(|run| run.logged);
        let gtid = server.history.get(index).filter(|_| logged);
        for event in gtid
            .iter()
            .flat_map(|gtid| of_transaction(lab, id, *gtid, index))
        {
            push(
                event.kind,
                event.size,
                event.server_id,
                event.shows_end,
                event.info,
            );
        }
    }
    if lab.seen.machine(id).rotated.contains_key(&file) {
        let next = lab.seen.binlog_file(id, file + 1);
        push("Rotate", rotate(&next), own, true, format!("{next};pos=4"));
    }
    listed
}

/// SHOW BINLOG EVENTS.
pub fn binlog_events(lab: &Lab, id: ServerId, part: &Part) -> Result<Grid, SqlError> {
    let files = lab.simulation.world.server(id).files.len() as u32;
    let mut left = lab.seen.machine(id).purged + 1..=files;
    let number = match &part.file {
        None => left.next().unwrap_or(files),
        Some(name) => left
            .find(|number| lab.seen.binlog_file(id, *number) == *name)
            .ok_or_else(|| wrong("BINLOG", NO_FILE))?,
    };
    let name = lab.seen.binlog_file(id, number);
    let lists = &lab.seen.words.shows.events;
    shown(name, events(lab, id, number), part, lists, "BINLOG")
}

/// SHOW RELAYLOG EVENTS.
pub fn relaylog_events(lab: &Lab, id: ServerId, part: &Part) -> Result<Grid, SqlError> {
    let machine = lab.seen.machine(id);
    let lists = &lab.seen.words.shows.events;
    if machine.upstream.is_none() || machine.relay.is_ended() {
        return Ok(Grid::default());
    }
    let named = |number| lab.seen.relay_file(id, number);
    let mut files = machine.relay.files.iter();
    let at = match &part.file {
        None => 0,
        Some(name) => files
            .position(|file| named(file.number) == *name)
            .ok_or_else(|| wrong(lists.relay_log, NO_FILE))?,
    };
    match machine.relay.files.get(at).map(|file| named(file.number)) {
        Some(name) => shown(name, relayed(lab, id, at), part, lists, lists.relay_log),
        None => Ok(Grid::default()),
    }
}

const NO_FILE: &str = "Could not find target log";

fn wrong(of: &str, what: &str) -> SqlError {
    let text = format!("Error when executing command SHOW {of} EVENTS: {what}");
    SqlError::new(1220, "HY000", text)
}

fn shown(
    name: String,
    all: Vec<Listed>,
    part: &Part,
    lists: &EventLists,
    of: &str,
) -> Result<Grid, SqlError> {
    let from = part.from.unwrap_or(MAGIC).max(MAGIC);
    let size = all.last().map_or(MAGIC, |last| last.at + last.size);
    let begins = from == size || all.iter().any(|event| event.at == from);
    match lists.from_inside {
        FromInside::Refused if from > size => {
            let what = format!(
                "Invalid pos specified. Requested from pos:{from} is greater than actual file size:{size}"
            );
            return Err(wrong(of, &what));
        }
        FromInside::Refused if !begins => return Err(wrong(of, "Wrong offset or I/O error")),
        FromInside::Refused | FromInside::NextEvent => {}
    }
    let limit = match part.limit {
        Some(0) => lists.limit_zero,
        Some(limit) => limit,
        None => usize::MAX,
    };
    let wanted = all.into_iter().filter(|event| event.at >= from);
    let rows = wanted.skip(part.skip).take(limit).map(|event| {
        vec![
            name.clone(),
            event.at.to_string(),
            event.kind,
            event.server_id.to_string(),
            event.end.to_string(),
            event.info,
        ]
    });
    let columns = [
        ("Log_name", false),
        ("Pos", true),
        ("Event_type", false),
        ("Server_id", true),
        ("End_log_pos", true),
        ("Info", false),
    ];
    Ok(grid(&columns, rows.collect()))
}
