//! SHOW BINARY LOGS and SHOW BINLOG EVENTS.

use super::lists::grid;
use crate::lesson::binlog::{MAGIC, Whose, rotate};
use crate::lesson::lab::Lab;
use crate::lesson::store::errors::SqlError;
use crate::lesson::store::select::Grid;
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::ids::ServerId;

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
        let Some(gtid) = server.history.get(index).filter(|_| logged) else {
            continue;
        };
        let Some(transaction) = lab.seen.transactions.get(&gtid) else {
            continue;
        };
        let origin = lab.seen.machine(gtid.origin.server).identity.server_id;
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
        push(
            kind,
            lab.seen.gtid_bytes(id, gtid, transaction),
            origin,
            true,
            info,
        );
        let sizes = transaction.sizes(Whose::binlog(id, gtid));
        for (event, size) in transaction.events.iter().zip(sizes) {
            let info = match event.shows_xid {
                true => format!("{} /* xid={} */", event.info, index + 10),
                false => event.info.clone(),
            };
            let shows_end = transaction.shows_end(event, &lab.seen.words);
            push(event.kind, size, origin, shows_end, info);
        }
    }
    if lab.seen.machine(id).rotated.contains_key(&file) {
        let next = lab.seen.binlog_file(id, file + 1);
        push("Rotate", rotate(&next), own, true, format!("{next};pos=4"));
    }
    listed
}

/// SHOW BINLOG EVENTS.
pub fn binlog_events(
    lab: &Lab,
    id: ServerId,
    file: Option<&str>,
    from: Option<u64>,
    limit: Option<usize>,
) -> Result<Grid, SqlError> {
    let world = &lab.simulation.world;
    let files = world.server(id).files.len() as u32;
    let first = lab.seen.machine(id).purged + 1;
    let number = match file {
        None => first,
        Some(name) => (first..=files)
            .find(|number| lab.seen.binlog_file(id, *number) == name)
            .ok_or_else(|| {
                let text =
                    "Error when executing command SHOW BINLOG EVENTS: Could not find target log";
                SqlError::new(1220, "HY000", text)
            })?,
    };
    let all = events(lab, id, number);
    let from = from.unwrap_or(MAGIC);
    let name = lab.seen.binlog_file(id, number);
    let wanted = all.into_iter().filter(|event| event.at >= from);
    let rows = wanted.take(limit.unwrap_or(usize::MAX)).map(|event| {
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
