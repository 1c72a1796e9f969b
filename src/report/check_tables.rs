//! The truth table and the settings table as Markdown: pages to print.

use super::words::yes;
use crate::explore::check::Verdict;
use crate::explore::settings::{Choice, Holds};
use crate::explore::truth::{Left, Row};

/// The truth table of a flavour.
pub fn truth(flavour: &str, rows: &[Row]) -> String {
    let mut out = format!(
        "# One transaction, one crash: {flavour}\n\n\
         A durable master (sync_binlog=1, innodb_flush_log_at_trx_commit=1) with one acknowledging replica in another\n\
         site that survives, is promoted, and applies its whole relay log first. P1: not in the binlog; P2: in its page\n\
         cache; P3: on its disk; P4: committed in the engine; P5: in the replica's relay log; P6: acknowledged; P7: and\n\
         committed; P8: the OK is sent. `kill`: kill -9 of the process; `power`: the host is lost. Found by trying every\n\
         order of events.\n\n\
         | mode | at | events | visible | acked | old master has it: kill | power | replica has it: kill | power | promoted after a kill | promoted after power loss | restarted in place |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|\n"
    );
    for row in rows {
        let wrong = |left: Left| listed(&left.after_failover(row.visible));
        let (kill, power) = (row.kill.after_restart(), row.host_loss.after_restart());
        let in_place = match kill == power {
            true => listed(&kill),
            false => format!("kill: {}, power: {}", listed(&kill), listed(&power)),
        };
        out += &format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {in_place} |\n",
            row.mode.name(),
            row.point.name(),
            row.copy.name(),
            yes(row.visible),
            yes(row.kill.acknowledged),
            yes(row.kill.on_old_master),
            yes(row.host_loss.on_old_master),
            yes(row.kill.on_replica),
            yes(row.host_loss.on_replica),
            wrong(row.kill),
            wrong(row.host_loss),
        );
    }
    out
}

fn listed(wrong: &[&str]) -> String {
    match wrong.is_empty() {
        true => "-".to_owned(),
        false => wrong.join(", "),
    }
}

/// The settings table of a flavour: each choice with what holds under one crash and under two.
pub fn settings(flavour: &str, rows: &[Judged]) -> String {
    let mut out = format!(
        "# Which settings keep which promise: {flavour}\n\n\
         A master, two replicas with GTIDs, one transaction; any server is killed, loses its host or its site, at any\n\
         moment; one restart, one failover that applies the relay log first, one semi-sync time-out. A: nothing\n\
         acknowledged is lost; V: nothing that others could read is lost; E: no server runs with an errant transaction.\n\
         yes: in every order of events; NO: there is an order in which it is not so; ?: not decided. `received` and\n\
         `executed`: by what the manager chooses its candidate.\n"
    );
    let sections: [(&str, Keeps); 3] = [
        (
            "Nothing acknowledged is lost under two crashes",
            |one, two| keeps(one) && keeps(two),
        ),
        (
            "Nothing acknowledged is lost under one crash",
            |one, two| keeps(one) && !keeps(two),
        ),
        (
            "What was acknowledged can be lost by one crash",
            |one, _| !keeps(one),
        ),
    ];
    for (title, belongs) in sections {
        let rows: Vec<&Judged> = rows.iter().filter(|row| belongs(&row.1, &row.2)).collect();
        out += &format!("\n## {title}: {} of the choices\n\n{HEAD}", rows.len());
        for row in rows {
            out += &settings_row(row);
        }
    }
    out
}

/// A choice, and what holds under one crash and under two.
pub type Judged = (Choice, Holds, Holds);

type Keeps = fn(&Holds, &Holds) -> bool;

/// Nothing acknowledged is lost.
fn keeps(holds: &Holds) -> bool {
    holds[0] == Verdict::Holds
}

const HEAD: &str = "| mode | acks | no replica | sync_binlog | sync_relay_log | relay_log_recovery | candidate | one crash: A | V | E | two crashes: A | V | E |\n\
                    |---|---|---|---|---|---|---|---|---|---|---|---|---|\n";

/// One row of the settings table, as a test compares it.
pub fn settings_row((choice, one, two): &Judged) -> String {
    let verdicts: Vec<&str> = one
        .iter()
        .chain(two)
        .map(|&verdict| word(verdict))
        .collect();
    format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
        choice.mode.name(),
        choice
            .no_replica
            .map_or("-".to_owned(), |_| choice.count.to_string()),
        choice.no_replica.map_or("-", |policy| policy.name()),
        choice.sync_binlog,
        choice.sync_relay_log,
        u8::from(choice.relay_log_recovery),
        if choice.by_executed {
            "executed"
        } else {
            "received"
        },
        verdicts.join(" | "),
    )
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "yes",
        Verdict::Fails => "NO",
        Verdict::Undecided => "?",
    }
}
