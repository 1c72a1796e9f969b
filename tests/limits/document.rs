//! `docs/limits.md` states every limit of `spec::limits`, with its value.

use replsim::spec::limits::*;
use replsim::spec::units::printed as time;
use std::fs;

/// Every limit as its name in the code and as the document writes its value.
fn all() -> Vec<(&'static str, String)> {
    let number = |n: u64| {
        let digits = n.to_string();
        let groups: Vec<&str> = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|group| std::str::from_utf8(group).unwrap())
            .collect();
        groups.join(",")
    };
    let mib = |bytes: u64| format!("{} MiB", bytes >> 20);
    let check: Vec<String> = CHECK
        .iter()
        .map(|(name, least, most)| format!("`{name}` {least} to {}", number(u64::from(*most))))
        .collect();
    vec![
        ("FILE", mib(FILE)),
        ("VALUES", number(VALUES as u64)),
        ("TEXT", number(TEXT as u64)),
        ("DURATION", format!("10 years ({})", time(DURATION))),
        ("PATH", PATH.to_string()),
        ("PARTS", PARTS.to_string()),
        ("HOSTS", HOSTS.to_string()),
        ("LINKS", number(LINKS as u64)),
        ("SERVERS", SERVERS.to_string()),
        ("PLACES", PLACES.to_string()),
        ("CORES", number(u64::from(CORES))),
        ("WORKERS", WORKERS.to_string()),
        ("POINTS", number(POINTS as u64)),
        ("READERS", number(u64::from(READERS))),
        ("ARRIVALS", number(ARRIVALS)),
        ("STATEMENTS", number(u64::from(STATEMENTS))),
        ("TRANSACTION", format!("{} GiB", TRANSACTION >> 30)),
        ("FAULTS", number(FAULTS as u64)),
        ("CLAUSES", number(CLAUSES as u64)),
        ("RUN", time(RUN)),
        (
            "SESSIONS_OF_LONG_RUNS",
            number(u64::from(SESSIONS_OF_LONG_RUNS)),
        ),
        ("RUN_OF_MANY", time(RUN_OF_MANY)),
        ("AXES", AXES.to_string()),
        ("CASES", number(CASES as u64)),
        ("MEMORY", printed(MEMORY)),
        ("EVENTS", number(EVENTS as u64)),
        ("CLOCKS", number(CLOCKS as u64)),
        ("STATES", number(u64::from(STATES))),
        ("USUAL_STATES", number(u64::from(USUAL_STATES))),
        ("SEARCHES", printed(SEARCHES)),
        ("RECORDS", number(RECORDS as u64)),
        ("STEPS", number(STEPS as u64)),
        ("PARAMETERS", PARAMETERS.to_string()),
        ("FILLED", mib(FILLED as u64)),
        ("FED", number(FED)),
        ("PURGED", number(PURGED)),
        ("LESSON", time(LESSON)),
        ("WRITEBACK", time(WRITEBACK)),
        ("TIMEOUT", time(TIMEOUT)),
        ("HEARTBEAT", "0.001".to_owned()),
        ("ROUND_TRIP", time(ROUND_TRIP)),
        ("EVERY", time(EVERY)),
        ("OF_EACH", OF_EACH.to_string()),
        ("CHECK", check.join(", ")),
    ]
}

#[test]
fn the_document_states_every_limit_with_its_value() {
    let root = env!("CARGO_MANIFEST_DIR");
    let document = fs::read_to_string(format!("{root}/docs/limits.md")).unwrap();
    let code = fs::read_to_string(format!("{root}/src/spec/limits.rs")).unwrap();
    let in_code: Vec<&str> = code
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split(':').next())
        .collect();
    let all = all();
    let known: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    assert_eq!(in_code, known, "a limit that the document need not state?");
    for (name, value) in all {
        // Each row of the table ends with a comment that names its constants.
        let row = document.lines().find(|line| {
            let comment = line.rsplit_once("<!--").map_or("", |(_, comment)| comment);
            comment
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == name)
        });
        let row = row.unwrap_or_else(|| panic!("docs/limits.md has no row for {name}"));
        assert!(
            row.contains(&value),
            "{name} is {value}, but the document says: {row}"
        );
    }
}
