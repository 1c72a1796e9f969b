//! What is compared of two answers, and what is known to differ.

use super::answer::Answer;
use crate::plain_texts::without_numbers;

/// What is known to differ: how a statement begins, the value's name, and why. docs/limits.md has the same.
pub const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "SHOW GLOBAL STATUS",
        "Rpl_semi_sync_source_tx_waits",
        "a race on one machine: an acknowledgement that comes before the session waits for it is not counted",
    ),
    (
        "SHOW GLOBAL STATUS",
        "Rpl_semi_sync_master_tx_waits",
        "the same",
    ),
];

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Statement and value, without what was random in them.
    pub kind: String,
    /// Where: the number of the value.
    pub lab: String,
    pub real: String,
}

/// A text without what belongs to a machine or a moment: times, numbers of transactions and tables, ports, packages.
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let moment = ["2026-", "26"]
            .iter()
            .find_map(|year| is_moment(rest, year));
        if let Some(length) = moment {
            out += "MOMENT";
            rest = &rest[length..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    without_numbers(&out, &["xid=", "table_id: ", "thread_id=", "worker "])
}

/// The length of a moment of this year at the beginning of a text.
fn is_moment(text: &str, year: &str) -> Option<usize> {
    let shape = match year {
        "2026-" => "2026-00-00 00:00:00",
        _ => "260000 00:00:00",
    };
    let matches = |length: usize| {
        let start = text.get(..length)?;
        let mut pairs = start.chars().zip(shape.chars());
        let same = pairs.all(|(c, of)| match of {
            '0' => c.is_ascii_digit(),
            of => c == of,
        });
        same.then_some(length)
    };
    matches(shape.len()).or_else(|| if year == "2026-" { matches(10) } else { None })
}

/// What of a row of PROCESSLIST is compared: threads of replication, without their Ids and times.
fn threads(rows: &[Vec<String>], columns: &[String]) -> Vec<String> {
    let at = |name: &str| {
        columns
            .iter()
            .position(|column| column == name)
            .unwrap_or(0)
    };
    let (user, command, state) = (at("User"), at("Command"), at("State"));
    let mut all: Vec<String> = rows
        .iter()
        .filter(|row| row[user] == "system user" || row[command].starts_with("Binlog Dump"))
        .map(|row| format!("{} | {} | {}", row[user], row[command], row[state]))
        .collect();
    all.sort();
    all
}

/// Values of an answer by name.
fn values(answer: &Answer, sql: &str) -> Vec<(String, String)> {
    if let (Answer::Rows(columns, rows, _), true) = (answer, sql.contains("PROCESSLIST")) {
        let threads = threads(rows, columns);
        return vec![("threads".to_owned(), threads.join("\n"))];
    }
    // How long something took is no count.
    let is_time = |name: &str| name.ends_with("_time");
    let mut answer = answer.clone();
    // Replicas are listed in no order.
    if let Answer::Rows(_, rows, _) = &mut answer
        && ["SHOW REPLICAS", "SHOW SLAVE HOSTS"].contains(&sql)
    {
        rows.sort();
    }
    let mut all = answer.values();
    for at in 1..all.len() {
        if all[at].0 == "Value" && is_time(&all[at - 1].1) {
            all[at].1 = "TIME".to_owned();
        }
    }
    let variable = sql.contains("VARIABLES") || sql.contains("STATUS LIKE");
    for at in 1..all.len() {
        if variable && all[at].0 == "Value" {
            all[at].0 = all[at - 1].1.clone();
        }
    }
    all.into_iter()
        .map(|(name, value)| (name, plain(&value)))
        .collect()
}

/// A statement without what is random in it.
fn kind(sql: &str) -> String {
    let words = sql.split_whitespace().take(3);
    let words = words.map(|word| word.split('(').next().unwrap_or_default());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// What differs between the lab's answer and the real one, and how many values were compared.
pub fn compare(sql: &str, lab: &Answer, real: &Answer) -> (usize, Vec<Difference>) {
    let (ours, theirs) = (values(lab, sql), values(real, sql));
    let count = ours.len().max(theirs.len());
    let mut differ = Vec::new();
    for at in 0..count {
        let nothing = ("(nothing)".to_owned(), String::new());
        let (a, b) = (
            ours.get(at).unwrap_or(&nothing),
            theirs.get(at).unwrap_or(&nothing),
        );
        if a != b {
            let name = if b.0 == nothing.0 { &a.0 } else { &b.0 };
            differ.push(Difference {
                kind: format!("{}: {name}", kind(sql)),
                lab: format!("{}: {}", a.0, a.1),
                real: format!("{}: {}", b.0, b.1),
            });
        }
        // Where the kind of answer or the columns differ the rest says nothing.
        if a != b && ["result", "columns", "rows"].contains(&b.0.as_str()) {
            break;
        }
    }
    (count, differ)
}

/// Why a difference is known.
pub fn exception(difference: &Difference) -> Option<&'static str> {
    let (statement, value) = difference.kind.rsplit_once(": ")?;
    let known = EXCEPTIONS.iter();
    known
        .filter(|(begins, name, _)| statement.starts_with(begins) && value == *name)
        .map(|(.., why)| *why)
        .next()
}
