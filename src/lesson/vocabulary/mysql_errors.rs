//! Texts of MySQL's errors with something in them (semantics.md 12a, 14.1, 14.2).

use super::{Attempt, Conversion, Failed, NotSent};
use crate::lesson::store::errors::Note;
use crate::lesson::store::value::Value;

pub(super) fn connect_57(of: &Attempt) -> String {
    format!(
        "error {} to master '{}@{}:{}' - retry-time: {}  retries: {}",
        of.verb, of.user, of.host, of.port, of.retry, of.attempts
    )
}

pub(super) fn connect_80(of: &Attempt) -> String {
    let Attempt {
        user, host, port, ..
    } = of;
    format!(
        "Error {} to source '{user}@{host}:{port}'. This was attempt {}/{}, with a delay of {} seconds between attempts. \
         Message: Can't connect to MySQL server on '{host}:{port}' ({})",
        of.verb, of.attempts, of.most, of.retry, of.error.0
    )
}

/// Without what it begins with, as MySQL 8.0 has it.
pub(super) fn not_sent_80(of: &NotSent) -> String {
    let read = |file: &str, at: u64| {
        format!(
            "the first event '{file}' at {at}, the last event read from '{file}' at 4, the last byte read from '{file}' at 4."
        )
    };
    match *of {
        NotSent::NoFile => NO_FILE.to_owned(),
        NotSent::BehindEnd(file, at) => format!(
            "'Client requested master to start replication from position > file size; {}'",
            read(file, at)
        ),
        NotSent::Inside(file, at, _) => {
            format!("'bogus data in log event; {}'", read(file, at))
        }
        NotSent::Purged(..) => {
            "'Cannot replicate because the master purged required binary logs.'".to_owned()
        }
        NotSent::Ahead(_) | NotSent::Diverged(_) => "'Slave has more GTIDs than the master has, using the master's SERVER_UUID. This may indicate that \
                              the end of the binary log was truncated or that the last binary log file was lost, e.g., after a \
                              power or disk failure when sync_binlog != 1. The master may or may not have rolled back \
                              transactions that were already replicated to the slave.'"
            .to_owned(),
    }
}

/// The same from MySQL 8.4 on.
pub(super) fn not_sent_84(of: &NotSent) -> String {
    match *of {
        NotSent::NoFile => NO_FILE.to_owned(),
        NotSent::BehindEnd(..) => {
            "'Client requested source to start replication from position > file size'".to_owned()
        }
        NotSent::Inside(file, at, [first, end]) => format!(
            "'binlog truncated in the middle of event; consider out of disk space on source; the first event '{file}' at {at}, \
             the last event read from './{file}' at {first}, the last byte read from './{file}' at {end}.'"
        ),
        NotSent::Purged(sent, missing) => format!(
            "'Cannot replicate because the source purged required binary logs. Replicate the missing transactions from \
             elsewhere, or provision a new replica from backup. Consider increasing the source's binary log expiration period. \
             The GTID set sent by the replica is '{sent}', and the missing transactions are '{missing}''"
        ),
        // The server cuts its own text.
        NotSent::Ahead(_) | NotSent::Diverged(_) => "'Replica has more GTIDs than the source has, using the source's SERVER_UUID. This may indicate that \
                              the the last binary log file was truncated or lost, e.g., after a power failure when sync_binlog \
                              != 1. The source may have rolled back transactions that were already replicated to the replica. \
                              Replicate any transactions that source has rolled back from replica to source, and/or commit \
                              empty transactions on source to account for transactions that have been committed on source but \
                              are not included in GTID_EXECU'"
            .to_owned(),
    }
}

const NO_FILE: &str = "'Could not find first log file name in binary log index file'";

/// Columns are counted from 0.
pub(super) fn conversion_80(of: &Conversion) -> String {
    let Conversion {
        column,
        table,
        from,
        to,
    } = of;
    format!(
        "Column {column} of table '{table}' cannot be converted from type '{from}' to type '{to}'"
    )
}

/// Columns are counted from 1, and it says so.
pub(super) fn conversion_97(of: &Conversion) -> String {
    let Conversion {
        column,
        table,
        from,
        to,
    } = of;
    format!(
        "Column {} (counting the first column as number 1) of table '{table}' cannot be converted from type '{from}' to type \
         '{to}'",
        column + 1
    )
}

pub(super) fn coordinator_57(of: &Failed) -> String {
    coordinator(of, "master")
}

pub(super) fn coordinator_80(of: &Failed) -> String {
    coordinator(of, "source")
}

fn coordinator(of: &Failed, source: &str) -> String {
    format!(
        "Coordinator stopped because there were error(s) in the worker(s). The most recent failure being: {}. See error log \
         and/or performance_schema.replication_applier_status_by_worker table for more details about this failure or others, \
         if any.",
        of.sentence(source)
    )
}

/// 1292, as a note.
pub(super) fn time_cut(value: &Value, column: &str, row: usize) -> Note {
    let text = format!("Incorrect date value: '{value}' for column '{column}' at row {row}");
    Note::said((1292, &text))
}
