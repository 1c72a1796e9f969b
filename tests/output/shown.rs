//! What others wrote is shown, not obeyed: by terminals, spreadsheets, browsers and other programs.

use super::*;

/// What a terminal would obey.
const OBEYED: [char; 8] = [
    '\u{1b}', '\u{7}', '\u{7f}', '\u{9b}', '\u{85}', '\u{202e}', '\u{2066}', '\r',
];

/// A name with everything in it.
const NASTY: &str = "=cmd|'/c calc'!A1\u{1b}[2J\u{7}\u{7f}\u{9b}31m\u{85}\u{202e}\u{2066}\r<script>alert(1)</script>&amp;]]>\"`|%%{init}%%;#";

fn is_shown(what: &str, bytes: &[u8]) {
    let text = text(bytes);
    let found = text.chars().find(|c| OBEYED.contains(c));
    assert_eq!(found, None, "{what}: {text:?}");
}

/// The small experiment with nasty words wherever it has words.
fn nasty() -> Value {
    let mut nasty = small();
    nasty["title"] = json!(NASTY);
    nasty["question"] = json!(NASTY);
    nasty["overrides"]["servers"] = json!({ (NASTY): {"replicates_from": "mysql-m"} });
    nasty["vary"] = json!({"title": [NASTY, "+1 s", "-2", "3"], "note": ["@x"]});
    nasty["expect"] =
        json!([{"claim": NASTY, "metric": "lost_acknowledged", "statistic": "max", "at_least": 0}]);
    nasty
}

#[test]
fn what_a_terminal_would_obey_is_written_out_everywhere() {
    let folder = folder();
    let mut named = nasty();
    named["vary"].as_object_mut().expect("axes").remove("note");
    fs::write(folder.path().join("small.json"), named.to_string()).expect("written");
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["run", "./small.json", "--format", "json"],
        vec!["run", "./small.json", "--format", "csv"],
        vec!["explain", "./small.json", "--case", NASTY],
        vec!["trace", "./small.json", "--set", NASTY],
        vec!["run", NASTY],
        vec!["run", "x", "--seed", NASTY],
        vec!["run", "./small.json", "--out", "/dev/null/\u{1b}[2J"],
        vec!["schema", NASTY],
        vec!["validate", NASTY],
        vec!["list"],
    ];
    for format in ["text", "svg", "mermaid", "jsonl", "perfetto", "shiviz"] {
        commands.push(vec!["trace", "./small.json", "--format", format]);
    }
    commands.extend(WRITING.iter().map(|(words, ..)| words.to_vec()));
    fs::create_dir(folder.path().join("experiments")).expect("a folder");
    let listed = folder.path().join("experiments").join("a\u{1b}[2J.json");
    fs::write(listed, named.to_string()).expect("written");
    for arguments in commands {
        let ended = output(&arguments, folder.path());
        is_shown(&format!("{arguments:?}"), &ended.stdout);
        is_shown(&format!("{arguments:?}"), &ended.stderr);
        assert!(!text(&ended.stderr).contains("panicked"), "{arguments:?}");
    }
    let mut files = 0;
    for out in names_in(&folder.path().join("out")) {
        let out = folder.path().join("out").join(out);
        for name in names_in(&out) {
            is_shown(&name, &fs::read(out.join(&name)).expect("readable"));
            files += 1;
        }
    }
    assert!(files >= 20, "{files}");
    let table = fs::read_to_string(folder.path().join("out/small/table.txt")).expect("written");
    assert!(
        table.starts_with("=cmd|'/c calc'!A1\\u001b[2J\\u0007"),
        "{table}"
    );
    assert!(
        table.contains("\\u009b31m\\u0085\\u202e\\u2066\\u000d<script>"),
        "{table}"
    );
}

#[test]
fn the_documents_say_the_same_words_in_their_own_way() {
    let folder = folder();
    let mut named = nasty();
    named["vary"].as_object_mut().expect("axes").remove("note");
    fs::write(folder.path().join("small.json"), named.to_string()).expect("written");
    let ended = output(&["run", "./small.json", "--out", "o"], folder.path());
    assert_eq!(ended.status.code(), Some(0), "{}", text(&ended.stderr));
    let read =
        |name: &str| fs::read_to_string(folder.path().join("o").join(name)).expect("written");
    let document: Value = serde_json::from_str(&read("results.json")).expect("JSON");
    assert_eq!(document["experiment"]["title"], NASTY);
    assert_eq!(document["cases"][0]["case"]["title"], NASTY);
    for name in names_in(&folder.path().join("o")) {
        if name.ends_with(".svg") {
            let svg = read(&name);
            assert!(!svg.contains("<script") && !svg.contains("]]>"), "{name}");
            assert!(svg.contains("&lt;script&gt;"), "{name} shows its title");
        }
        if name.ends_with(".csv") {
            for row in rows(&read(&name)) {
                for cell in row {
                    let number = cell.parse::<f64>().is_ok();
                    assert!(
                        number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                        "{name}: {cell}"
                    );
                }
            }
        }
    }
    let rows = rows(&read("results.csv"));
    assert!(
        rows.iter().all(|row| row.len() == rows[0].len()),
        "as many cells everywhere"
    );
    for first in ["'=cmd|", "'+1 s", "-2", "3"] {
        assert!(rows.iter().any(|row| row[0].starts_with(first)), "{first}");
    }
    let server = |row: &Vec<String>| {
        row.iter()
            .any(|cell| cell.starts_with("'=cmd|") && cell.ends_with(".lag"))
    };
    assert!(rows.iter().any(server));
}

/// Rows and cells of RFC 4180.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => cell.extend(chars.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (c, _) => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty(), "it ends with a row");
    rows
}

#[test]
fn the_first_input_of_this_kind_is_shown() {
    let folder = folder();
    let file = format!(
        "{}/tests/broken/names/escape_and_formula.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let ended = output(&["run", &file, "--out", "o"], folder.path());
    assert_eq!(ended.status.code(), Some(0), "{}", text(&ended.stderr));
    is_shown("standard output", &ended.stdout);
    is_shown("standard error", &ended.stderr);
    let csv = fs::read_to_string(folder.path().join("o/results.csv")).expect("written");
    assert!(
        csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\\u001b[2J.lag\""),
        "{csv}"
    );
    assert!(!csv.contains("\n=") && !csv.contains(",=") && !csv.contains("\"="));
    for name in names_in(&folder.path().join("o")) {
        let bytes = fs::read(folder.path().join("o").join(&name)).expect("readable");
        is_shown(&name, &bytes);
        assert!(
            !name.ends_with(".svg") || !text(&bytes).contains("<img"),
            "{name}"
        );
    }
    let mermaid = output(&["trace", &file, "--format", "mermaid"], folder.path());
    let mermaid = text(&mermaid.stdout);
    assert!(
        mermaid.contains("#lt;img src=x onerror=alert(1)#gt;"),
        "{mermaid}"
    );
    assert!(!mermaid.contains("<img"));
}

#[test]
fn a_lesson_stays_the_markdown_that_it_is() {
    let folder = folder();
    let mut inner = small();
    inner["vary"] = json!({"title": ["a|b", "c"]});
    let lesson = json!({
        "title": "<script>\n# x\u{1b}[2J",
        "question": "a | b & c?",
        "model": "clusters/mysql-8.0",
        "steps": [
            {"on": "mysql-m", "type": [
                "CREATE DATABASE shop",
                "CREATE TABLE shop.t (id INT PRIMARY KEY, name VARCHAR(30))",
                "INSERT INTO shop.t VALUES (1, '```\u{9b}31m')"
            ]},
            {"picture": {"kind": "space-time", "caption": "]<b>\n\u{202e}"}},
            {"experiment": {"run": inner, "show": ["throughput"]}},
            {"text": "The end."}
        ]
    });
    fs::write(folder.path().join("x y.json"), lesson.to_string()).expect("written");
    let ended = output(&["lesson", "./x y.json", "--quiet"], folder.path());
    let said = text(&ended.stdout);
    assert_eq!(ended.status.code(), Some(0), "{}", text(&ended.stderr));
    is_shown("the lesson", &ended.stdout);
    assert!(
        said.starts_with(
            "# &lt;script>\\u000a# x\\u001b[2J\n"
                .replace('[', "&#91;")
                .as_str()
        ),
        "{said}"
    );
    assert!(said.contains("\na &#124; b &amp; c?\n"), "{said}");
    assert!(said.contains("| a&#124;b | "), "{said}");
    assert_eq!(
        said.lines().filter(|line| *line == "````").count(),
        4,
        "{said}"
    );
    let out = ["lesson", "./x y.json", "--out", "o", "--quiet"];
    assert_eq!(output(&out, folder.path()).status.code(), Some(0));
    let text = fs::read_to_string(folder.path().join("o/x_y.md")).expect("written");
    assert!(
        text.contains("![&#93;&lt;b>\\u000a\\u202e](x_y-1.svg)"),
        "{text}"
    );
    assert!(folder.path().join("o/x_y-1.svg").is_file());
}

#[test]
fn a_terminal_is_not_reached_from_a_lab_either() {
    let folder = folder();
    let typed = format!("SELECT '{NASTY}'\nkill \u{1b}[2J\n\u{9b}31m\nuse \u{202e}\n");
    let ended = output_of(
        &["lab", "clusters/mysql-8.0"],
        folder.path(),
        typed.as_bytes(),
    );
    assert_eq!(ended.status.code(), Some(0));
    is_shown("the lab", &ended.stdout);
    assert!(text(&ended.stdout).contains("\\u001b[2J"));
}

/// The longest value that an error may repeat, and the longest error.
const LINE: usize = 200;
const ERROR: usize = 900;

#[test]
fn an_error_repeats_at_most_a_line_of_a_value() {
    let folder = folder();
    let long = "x".repeat(100_000);
    let list: Vec<u32> = (0..50_000).collect();
    let mut wrong: Vec<Value> = Vec::new();
    for value in [
        json!(long),
        json!(list),
        json!({ (&long): 1 }),
        json!({"a": long}),
    ] {
        for pointer in [
            "/title",
            "/model",
            "/model/0",
            "/overrides/mode",
            "/overrides/network",
            "/workload/sessions",
            "/workload/think_time",
            "/faults/0/kind",
            "/faults/0/at",
            "/faults/0/server",
            "/duration",
            "/runs",
            "/vary",
            "/expect",
            "/nothing",
            "/overrides/variables",
            "/overrides/hosts",
        ] {
            let mut document = small();
            let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
            match document.pointer_mut(parent).expect("there") {
                Value::Array(list) => list[key.parse::<usize>().expect("an index")] = value.clone(),
                parent => parent[key] = value.clone(),
            }
            wrong.push(document);
        }
        let mut document = small();
        document["vary"] = json!({ "rtt": [value.clone()] });
        wrong.push(document.clone());
        document["vary"] = json!({ (&long): [value.clone()] });
        wrong.push(document.clone());
        wrong.push(value);
    }
    let mut refused = 0;
    for document in wrong {
        fs::write(folder.path().join("x.json"), document.to_string()).expect("written");
        let ended = output(&["run", "./x.json", "--runs", "1"], folder.path());
        let said = text(&ended.stderr);
        if ended.status.code() == Some(2) {
            refused += 1;
            assert!(said.chars().count() < ERROR, "{said}");
            assert!(!said.contains(&"x".repeat(LINE + 1)), "{said}");
        }
    }
    assert!(refused > 60, "{refused}");
    let set = format!("network.rtt={long}");
    let key = format!("{long}=1");
    for arguments in [
        vec!["run", &long],
        vec!["run", "./small.json", "--set", &set],
        vec!["run", "./small.json", "--set", &key],
        vec!["run", "./small.json", "--set", &long],
        vec!["run", "./small.json", "--seed", &long],
        vec!["run", "./small.json", "--format", &long],
        vec!["run", "./small.json", "--until", &long],
        vec!["trace", "./small.json", "--at", &long],
        vec!["explain", "./small.json", "--case", &long],
        vec!["explain", "./small.json", "--transaction", &long],
        vec!["validate", "./measured.json", "--tolerance", &long],
        vec!["schema", &long],
        vec!["completions", &long],
        vec![&long],
    ] {
        let ended = output(&arguments, folder.path());
        let said = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{}", arguments[0]);
        assert!(said.chars().count() < ERROR, "{said}");
        assert!(!said.contains(&"x".repeat(LINE + 1)), "{said}");
    }
    let typed = format!("{long}\nkill {long}\nSELECT {long}\n");
    let lab = output_of(
        &["lab", "clusters/mysql-8.0"],
        folder.path(),
        typed.as_bytes(),
    );
    for answer in text(&lab.stdout)
        .lines()
        .filter(|line| line.starts_with('?'))
    {
        assert!(!answer.contains(&"x".repeat(LINE + 1)), "{answer}");
    }
}
