//! What a crash at a random moment would cost, as a table for people.

use crate::estimate::exposure::Average;
use crate::estimate::result::CaseResult;
use crate::estimate::results::Results;
use crate::measure::exposure::Unknown;
use crate::report::table::{WIDTH, of_cases, printed, right, width, wrapped};
use crate::report::words::{self, shorter};
use comfy_table::Cell;
use std::collections::BTreeSet;
use std::mem::discriminant;

/// Crash kinds that the table shows; `cut_and_kill` differs from `site_loss` on the old master's disk only.
const KINDS: [&str; 3] = ["process_kill", "host_loss", "site_loss"];
/// What is shown of each, and its heading.
const LEVELS: [(&str, &str); 3] = [
    ("lost_acknowledged", "lost"),
    ("visible_then_lost", "visible"),
    ("errant", "errant"),
];
/// Acknowledged transactions come first, with the share of the moments at which there were any.
const LOST: &str = LEVELS[0].0;
fn average<'a>(case: &'a CaseResult, kind: &str, level: &str) -> Option<&'a Average> {
    case.exposure.as_ref()?.get(kind)?.levels.get(level)
}

/// A row per case; nothing where no moment was watched or nothing could ever be lost.
pub fn block(results: &Results, axes: &[&str]) -> String {
    let most = |kind: &str, level: &str| {
        let cases = results.cases.iter();
        let most = cases.filter_map(|case| Some(average(case, kind, level)?.max));
        most.max()
    };
    let shown: Vec<Column> = KINDS
        .iter()
        .flat_map(|kind| LEVELS.map(|(level, heading)| (*kind, level, heading)))
        .filter(|(kind, level, _)| most(kind, level).is_some_and(|most| most > 0 || *level == LOST))
        .collect();
    if shown
        .iter()
        .all(|(kind, level, _)| most(kind, level) == Some(0))
    {
        return absent(results);
    }
    let mut text = "If the master died at a random moment: mean number of transactions (any: share of the moments with at least one).\n\
         The replica that has received most takes over, with everything that it has received.\n\n"
        .to_owned();
    let alone = alone(results);
    let whole = table(results, axes, &shown);
    if width(&whole) <= WIDTH {
        text.push_str(&whole);
    } else {
        for kind in KINDS {
            let of_kind = shown.iter().copied().filter(|column| column.0 == kind);
            text.push_str(&table(results, axes, &of_kind.collect::<Vec<_>>()));
        }
    }
    text + &alone + &absent(results)
}

/// Why there are no numbers for some cases and crashes, where there are none.
fn absent(results: &Results) -> String {
    let mut reasons: Vec<(Unknown, Vec<&str>)> = Vec::new();
    let kinds = results.cases.iter().flat_map(|case| case.exposure.iter());
    for (kind, of_kind) in kinds.flat_map(|kinds| &kinds.0) {
        let Some(reason) = of_kind.absent else {
            continue;
        };
        let alike = |known: &Unknown| discriminant(known) == discriminant(&reason);
        match reasons.iter_mut().find(|(known, _)| alike(known)) {
            Some((known, kinds)) => {
                *known = known.worse(reason);
                if !kinds.contains(&kind.as_str()) {
                    kinds.push(kind);
                }
            }
            None => reasons.push((reason, vec![kind])),
        }
    }
    let lines = reasons.iter().map(|(reason, kinds)| {
        let kinds = kinds.join(", ");
        let line = format!("Not known for every moment, only from crashes ({kinds}): {reason}.");
        wrapped(&line, WIDTH) + "\n\n"
    });
    lines.collect()
}

/// A crash kind, what is counted, and its heading.
type Column<'a> = (&'a str, &'a str, &'a str);

fn table(results: &Results, axes: &[&str], shown: &[Column]) -> String {
    let (axes, rows) = rows(results, axes, shown);
    let axes = &axes;
    let mut headings = Vec::new();
    for (kind, level, heading) in shown {
        let above = if *level == LOST { *kind } else { "" };
        headings.push(format!("{above}\n{heading}"));
        if *level == LOST {
            headings.push("\nany".to_owned());
        }
    }
    let mut table = of_cases(axes, headings.into_iter());
    for row in rows {
        table.add_row(
            row.into_iter()
                .enumerate()
                .map(|(at, text)| match at < axes.len() {
                    true => Cell::new(text),
                    false => right(text),
                }),
        );
    }
    printed(table)
}

/// Axes and rows. What faults a case has makes no difference to what it was exposed to before them: where that is so
/// the axis is left out.
fn rows<'a>(
    results: &Results,
    axes: &[&'a str],
    shown: &[Column],
) -> (Vec<&'a str>, Vec<Vec<String>>) {
    let row = |case: &CaseResult, without: Option<usize>| {
        let axes = case.case.0.iter().enumerate();
        let axes = axes.filter(|(at, _)| Some(*at) != without);
        let mut row: Vec<String> = axes
            .map(|(_, (_, value))| words::axis_value(value))
            .collect();
        for (kind, level, _) in shown {
            let average = average(case, kind, level);
            row.push(average.map_or_else(|| "-".to_owned(), mean));
            if *level == LOST {
                row.push(average.map_or_else(|| "-".to_owned(), any));
            }
        }
        row
    };
    let rows = |without: Option<usize>| -> Vec<Vec<String>> {
        results
            .cases
            .iter()
            .map(|case| row(case, without))
            .collect()
    };
    let crash = axes.iter().position(|axis| *axis == "crash");
    if let Some(at) = crash {
        let mut fewer = rows(crash);
        let kinds: BTreeSet<&String> = (results.cases.iter())
            .filter_map(|case| Some(&case.case.0.get(at)?.1))
            .collect();
        let every = fewer.len();
        let mut seen = BTreeSet::new();
        fewer.retain(|row| seen.insert(row.clone()));
        if fewer.len() * kinds.len() == every {
            let mut axes = axes.to_vec();
            axes.remove(at);
            return (axes, fewer);
        }
    }
    (axes.to_vec(), rows(None))
}

/// Moments at which nobody could have taken over, where there were any.
fn alone(results: &Results) -> String {
    let shares = results.cases.iter().flat_map(|case| case.exposure.iter());
    let shares = shares.flat_map(|kinds| kinds.0.iter().map(|(_, kind)| kind.no_candidate));
    match shares.fold(0.0, f64::max) {
        0.0 => String::new(),
        share => format!(
            "At up to {} % of the moments there was no such replica: they count as if the old master came back first. If a\n\
             replica comes back first, everything since it went away is lost.\n\n",
            shorter(share * 100.0)
        ),
    }
}

/// Without its interval, which is narrow and in the results document.
fn mean(average: &Average) -> String {
    shorter(average.mean)
}

fn any(average: &Average) -> String {
    match average.max {
        0 => "0".to_owned(),
        _ => format!("{} %", shorter(average.any.share * 100.0)),
    }
}
