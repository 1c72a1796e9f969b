//! Traces in the formats of other programs: each is read by a reader of its format, and all tell the same run.

use serde_json::Value;
use std::collections::HashMap;
use std::process::Command;

/// A run of `site-loss` in which the master's site goes, in this format.
fn trace(format: &str, at: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(env!("CARGO_BIN_EXE_replsim"))
        .args(["trace", "site-loss", "--case", "mode=async,rtt=5 ms"])
        .args([
            "--set",
            "workload.sessions=3",
            "--at",
            at,
            "--format",
            format,
        ])
        .current_dir(folder.path())
        .output()
        .expect("the program starts");
    assert!(
        output.status.success(),
        "{:?}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

const ALL: &str = "0.5 s..60 s";

fn lines() -> Vec<Value> {
    let text = trace("jsonl", ALL);
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn json_lines_are_in_order_and_messages_come_from_earlier_lines_elsewhere() {
    let lines = lines();
    assert!(lines.len() > 1_000);
    let mut count: HashMap<String, u64> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        let event = line["event"].as_str().expect("a name");
        *count.entry(event.to_owned()).or_default() += 1;
        if at > 0 {
            assert!(line["time_ns"].as_u64() >= lines[at - 1]["time_ns"].as_u64());
        }
        if let Some(from) = line["from"].as_u64() {
            let from = &lines[from as usize];
            assert!(from["time_ns"].as_u64() <= line["time_ns"].as_u64());
            assert_ne!(from["place"], line["place"]);
            let pair = (from["event"].as_str().expect("a name"), event);
            let known = [
                ("submit", "logged"),
                ("sent", "received"),
                ("sent", "lost"),
                ("received", "acknowledged"),
                ("ok", "answer"),
                ("crash", "detected"),
                ("detected", "promoted"),
            ];
            assert!(known.contains(&pair), "{pair:?}");
        }
    }
    for (event, least) in [
        ("crash", 1),
        ("detected", 1),
        ("promoted", 1),
        ("lost", 1),
        ("answer", 200),
    ] {
        assert!(
            count.get(event).is_some_and(|count| *count >= least),
            "{event}: {count:?}"
        );
    }
}

#[test]
fn shiviz_gets_vector_clocks_that_are_ones() {
    let text = trace("shiviz", ALL);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2 * self::lines().len());
    let mut clocks: HashMap<String, HashMap<String, u64>> = HashMap::new();
    for pair in lines.chunks(2) {
        let (host, clock) = pair[1].split_once(' ').expect("a host and its clock");
        let clock: HashMap<String, u64> = serde_json::from_str(clock).expect("a clock");
        let before = clocks.entry(host.to_owned()).or_default();
        let own = before.get(host).copied().unwrap_or(0);
        assert_eq!(
            clock[host],
            own + 1,
            "each event is one tick of its own host"
        );
        for (other, count) in before.iter() {
            assert!(clock[other] >= *count, "no clock goes back");
        }
        *before = clock.clone();
        for (other, count) in &clock {
            let there = clocks.get(other).and_then(|there| there.get(other));
            assert!(
                there.is_some_and(|there| there >= count),
                "nobody knows the future"
            );
        }
    }
}

#[test]
fn perfetto_gets_slices_instants_and_flows_that_begin_and_end() {
    let document: Value = serde_json::from_str(&trace("perfetto", ALL)).expect("JSON");
    let events = document["traceEvents"].as_array().expect("a list");
    let mut begun: HashMap<u64, f64> = HashMap::new();
    let mut ended = 0;
    let mut instants = 0;
    for event in events {
        let phase = event["ph"].as_str().expect("a phase");
        assert!(event["pid"].is_u64() && event["tid"].is_u64() && event["name"].is_string());
        if phase == "M" {
            assert!(event["args"]["name"].is_string());
            continue;
        }
        let at = event["ts"].as_f64().expect("a time");
        match phase {
            "X" => assert!(event["dur"].as_f64().expect("a length") > 0.0),
            "i" => instants += 1,
            "s" => assert!(
                begun
                    .insert(event["id"].as_u64().expect("an id"), at)
                    .is_none()
            ),
            "f" => {
                let begin = begun[&event["id"].as_u64().expect("an id")];
                assert!(begin <= at);
                ended += 1;
            }
            other => panic!("phase {other}"),
        }
    }
    let lines = lines();
    assert_eq!(instants, lines.len());
    assert_eq!(
        ended,
        lines.iter().filter(|line| line["from"].is_u64()).count()
    );
    assert_eq!(ended, begun.len());
}

#[test]
fn mermaid_declares_who_speaks_and_says_what_does_not_fit() {
    let text = trace("mermaid", ALL);
    let body = text.split("sequenceDiagram\n").nth(1).expect("the diagram");
    let mut known = Vec::new();
    for line in body.lines() {
        let line = line.trim();
        if let Some(participant) = line.strip_prefix("participant ") {
            known.push(participant.split(' ').next().expect("a name").to_owned());
            continue;
        }
        let (who, said) = line.split_once(": ").expect("who and what");
        assert!(!said.contains([';', '#']), "{said}");
        let who = who.strip_prefix("Note over ").unwrap_or(who);
        for name in who.split("->>").flat_map(|part| part.split("-x")) {
            assert!(known.iter().any(|known| known == name), "{name} in {line}");
        }
    }
    assert!(text.contains("more events do not fit: narrow the time with --at"));
    assert!(!trace("mermaid", "0.5 s..0.503 s").contains("do not fit"));
}

#[test]
fn a_few_milliseconds_read_as_a_diagram() {
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("trace", trace("text", "0.5 s..0.506 s"));
    });
}
