//! What was checked, as text.

use super::CaseChecked;
use crate::explore::check::Verdict;
use crate::explore::narrative::Line;
use crate::shown::line;

/// For people: the bounds, a verdict per property, and every counterexample.
pub fn text(title: &str, cases: &[CaseChecked]) -> String {
    let mut out = format!("{}: every order of events\n", line(title));
    for case in cases {
        let bounds = &case.bounds;
        out += &format!(
            "\n{}\n{} servers, {} sessions, {} transactions; crashes {} ({} of {}), restarts {}, time-outs {}, failovers {}, write-backs {}, partitions {}, stops {}{}, broken connections {}\n",
            line(&case.label()),
            bounds.servers,
            bounds.sessions,
            bounds.transactions,
            bounds.crashes,
            bounds.kinds.join(" or "),
            line(&bounds.victims.join(" or ")),
            bounds.restarts,
            bounds.time_outs,
            bounds.failovers,
            bounds.write_backs,
            bounds.partitions,
            bounds.stops,
            match bounds.stops {
                0 => String::new(),
                _ => format!(" ({})", bounds.stoppable.join(" or ")),
            },
            bounds.disconnects,
        );
        if !bounds.not_searched.is_empty() {
            out += &format!("not searched: {}\n", bounds.not_searched.join("; "));
        }
        let checked = &case.checked;
        let whole = match checked.complete {
            true => "all were searched",
            false => "not all were searched: the limit on states was reached first",
        };
        out += &format!(
            "{} states, the farthest {} events from the start; {whole}\n\n",
            checked.states,
            checked.depth - 1
        );
        for finding in &checked.findings {
            let always = if finding.property.is_always() {
                "always"
            } else {
                "sometimes"
            };
            let way = finding
                .way
                .as_ref()
                .map_or(String::new(), |way| match finding.verdict {
                    Verdict::Fails => format!(", in {} events", way.len()),
                    Verdict::Holds | Verdict::Undecided => {
                        format!(", first after {} events", way.len())
                    }
                });
            out += &format!(
                "  {:<10} {always:<9} {}{way}\n",
                finding.verdict.name(),
                finding.property.name()
            );
        }
        for (finding, told) in checked.findings.iter().zip(&case.told) {
            if let (Verdict::Fails, Some(told)) = (finding.verdict, told) {
                out += &format!("\n  Counterexample to: {}\n", finding.property.name());
                out += &steps(told);
                if case.has_replay(finding.property) {
                    let file = case.replay_file(finding.property);
                    out += &format!("       replayed in timed simulation by {file}\n");
                } else if case.wants_replay {
                    out += "       not reproduced in timed simulation: with these durations, none of the moments that were tried leads to this order\n";
                }
            }
        }
    }
    out
}

fn steps(told: &[Line]) -> String {
    let mut out = String::new();
    for (number, line) in told.iter().enumerate() {
        out += &format!("  {:>3}. {}\n", number + 1, line.event);
        for fact in &line.facts {
            out += &format!("         {fact}\n");
        }
    }
    out
}
