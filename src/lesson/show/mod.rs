//! Answers as the servers' clients print them.

mod binlog_events;
pub mod clock;
pub mod lists;
pub mod processlist;
pub mod slave_status;

use super::lab::Lab;
use super::lab::connection::{Does, Running};
use super::sql::statement::{Change, Filter, Log, Show};
use super::store::errors::{SqlError, no_database};
use super::store::select::Grid;
use super::tables::is_own;
use super::vocabulary::{Columns, Vocabulary};
use crate::measure::seconds;
use crate::protocol::ids::{ServerId, SessionId, Span};

/// A time as the client prints it.
fn took(span: Span, words: &Vocabulary) -> String {
    format!("({:.*} sec)", words.decimals, seconds(span))
}

/// `Query OK` of a statement that changes no rows.
pub fn ok(warnings: u32, words: &Vocabulary) -> String {
    ok_after(warnings, Span(0), words)
}

/// The same of one that took so long.
pub fn ok_after(warnings: u32, span: Span, words: &Vocabulary) -> String {
    format!(
        "Query OK, 0 rows affected{} {}",
        warned(warnings),
        took(span, words)
    )
}

fn warned(warnings: u32) -> String {
    match warnings {
        0 => String::new(),
        1 => ", 1 warning".to_owned(),
        many => format!(", {many} warnings"),
    }
}

/// `Query OK` of a statement that was committed.
#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
pub fn query_ok(running: &Running, span: Span, words: &Vocabulary) -> String {
    let rows = |count: u64| match count {
        1 => "1 row".to_owned(),
        count => format!("{count} rows"),
    };
    let executed = &running.executed;
    let warnings = executed.notes.len() as u32;
    let mut text = format!(
        "Query OK, {} affected{} {}",
        rows(executed.affected),
        warned(warnings),
        took(span, words)
    );
    let Does::Change(change) = &running.does else {
        return text;
    };
    match change {
        Change::Update(..) => {
            text += &format!(
                "\nRows matched: {}  Changed: {}  Warnings: {warnings}",
                executed.matched, executed.affected
            );
        }
        Change::Insert(_, _, said) if said.len() > 1 => {
            let records = said.len();
            text += &format!("\nRecords: {records}  Duplicates: 0  Warnings: {warnings}");
        }
        Change::DropColumn(..) | Change::AddColumn(..) => {
            text += "\nRecords: 0  Duplicates: 0  Warnings: 0";
        }
        _ => {}
    }
    text
}

/// Rows as a table, or below each other after `\G`.
pub fn grid(grid: &Grid, vertical: bool, words: &Vocabulary) -> String {
    grid_after(grid, vertical, Span(0), words)
}

/// The same of a statement that took so long.
pub fn grid_after(grid: &Grid, vertical: bool, span: Span, words: &Vocabulary) -> String {
    if grid.rows.is_empty() {
        return format!("Empty set {}", took(span, words));
    }
    let count = match grid.rows.len() {
        1 => "1 row in set".to_owned(),
        count => format!("{count} rows in set"),
    };
    let end = format!("{count} {}", took(span, words));
    if vertical {
        return below_each_other(grid) + &end;
    }
    let longest = |text: &str| {
        text.lines()
            .map(|line| line.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = grid
        .columns
        .iter()
        .enumerate()
        .map(|(at, (name, _))| {
            let cells = grid.rows.iter().map(|row| longest(&row[at]));
            let widest = cells.chain([name.chars().count()]).max().unwrap_or(0);
            // Room for NULL.
            let nullable = grid.nullable.get(at).copied().unwrap_or(false);
            widest.max(if nullable { 4 } else { 0 })
        })
        .collect();
    // Rust pads no wider than 65,535 characters.
    let blanks = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.chars().count()));
    let line: String = widths
        .iter()
        .map(|width| format!("+{}", "-".repeat(width + 2)))
        .collect::<String>()
        + "+\n";
    let mut out = line.clone();
    for ((name, _), &width) in grid.columns.iter().zip(&widths) {
        out += &format!("| {name}{} ", blanks(name, width));
    }
    out += "|\n";
    out += &line;
    for row in &grid.rows {
        for ((cell, (_, right)), &width) in row.iter().zip(&grid.columns).zip(&widths) {
            let blanks = blanks(cell, width);
            out += &match right {
                true => format!("| {blanks}{cell} "),
                false => format!("| {cell}{blanks} "),
            };
        }
        out += "|\n";
    }
    out + &line + &end
}

fn below_each_other(grid: &Grid) -> String {
    let width = grid
        .columns
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    let mut out = String::new();
    for (number, row) in grid.rows.iter().enumerate() {
        let stars = "*".repeat(27);
        out += &format!("{stars} {}. row {stars}\n", number + 1);
        for ((name, _), value) in grid.columns.iter().zip(row) {
            out += format!("{name:>width$}: {value}").trim_end();
            out.push('\n');
        }
    }
    out
}

/// A list.
pub fn show(
    lab: &mut Lab,
    id: ServerId,
    session: SessionId,
    (what, filter): (&Show, &Filter),
    database: Option<&str>,
    vertical: bool,
) -> String {
    let columns = |new_words: bool| match new_words {
        true => lab.seen.words.shows.replica_columns,
        false => Columns::Old,
    };
    let shown = match what {
        Show::MasterStatus => lists::master_status(lab, id),
        Show::SlaveStatus { new_words } => slave_status::slave_status(lab, id, columns(*new_words)),
        Show::SlaveHosts { new_words } => lists::slave_hosts(lab, id, columns(*new_words)),
        Show::Status => lists::status(lab, id),
        Show::Variables => lists::variables(lab, id),
        Show::AllSlavesStatus => slave_status::all_slaves_status(lab, id, columns(false)),
        Show::BinaryLogs => binlog_events::binary_logs(lab, id),
        Show::Events(of, part) => {
            let events = match of {
                Log::Binlog => binlog_events::binlog_events(lab, id, part),
                Log::Relay => {
                    // What the SQL thread has read so far decides which files are left.
                    let world = &lab.simulation.world;
                    lab.seen.relay_coordinates(id, world);
                    binlog_events::relaylog_events(lab, id, part)
                }
            };
            match events {
                Ok(grid) => grid,
                Err(error) => return error.printed(),
            }
        }
        Show::Warnings => lists::warnings(&lab.seen.connections[session].notes),
        Show::Processlist => processlist::processlist(lab, id, session),
        Show::Databases => lists::databases(lab, id),
        Show::Tables(of, full) => match of.as_deref().or(database) {
            Some(database) => {
                let store = &lab.seen.machine(id).store;
                if !is_own(database) && !store.databases.contains_key(database) {
                    return no_database(database).printed();
                }
                lists::tables(lab, id, database, *full)
            }
            None => return SqlError::new(1046, "3D000", "No database selected").printed(),
        },
    };
    match lists::filtered(shown, filter, what, &lab.seen.words) {
        Ok(shown) => grid(&shown, vertical, &lab.seen.words),
        Err(error) => error.printed(),
    }
}
