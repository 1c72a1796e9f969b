//! Invalid files of ten megabytes, of every kind: refused at once, by every loader.

use replsim::plan::cases;
use replsim::spec::{Error, load_text, script};
use std::time::{Duration, Instant};

/// Bytes of each file.
const SIZE: usize = 10_000_000;
/// An optimised program takes 0.1 s (docs/limits.md). Here only work that grows faster than the file is to be found, on
/// whatever machine.
const AT_ONCE: Duration = Duration::from_secs(20);

/// Texts of about ten megabytes, none of which any loader may take.
fn invalid() -> Vec<(&'static str, String)> {
    let lists = |open: &str, close: &str| open.repeat(SIZE / 2) + &close.repeat(SIZE / 2);
    let keys = |head: &str, tail: &str| {
        let keys = (0..SIZE / 20).map(|at| format!("\"key{at:09}\":1"));
        format!("{{{head}{}{tail}}}", keys.collect::<Vec<_>>().join(","))
    };
    let many = |key: &str, value: &str| {
        let values = vec![value; SIZE / (value.len() + 1)].join(",");
        format!(
            "{{\"model\":[\"clusters/mysql-8.0\"],\"title\":\"x\",\"steps\":[],\"{key}\":[{values}]}}"
        )
    };
    let string = "x".repeat(SIZE);
    let shallow = format!("[{}]", vec!["[]"; SIZE / 3].join(","));
    let fault = r#"{"kind":"process_kil","server":"mysql-s-1","at":"1 s"}"#;
    let axes: Vec<String> = (0..SIZE / 25)
        .map(|at| format!("\"axis{at:09}\":[{at}]"))
        .collect();
    let axis: Vec<String> = (0..SIZE / 8).map(|at| at.to_string()).collect();
    let hosts: Vec<String> = (0..SIZE / 40)
        .map(|at| format!("\"host{at:09}\":{{\"site\":\"s{at}\"}}"))
        .collect();
    let braces = "{a} {b} {".repeat(SIZE / 9);
    let runs = vec![r#"{"mode":"async"}"#; SIZE / 17].join(",");
    vec![
        ("nested lists", lists("[", "]")),
        (
            "nested objects",
            format!("{}1{}", "{\"a\":".repeat(SIZE / 6), "}".repeat(SIZE / 6)),
        ),
        ("many lists", shallow.clone()),
        ("one string", format!("\"{string}\"")),
        ("one long key", format!("{{\"{string}\":1}}")),
        ("one long value", format!("{{\"model\":\"{string}\"}}")),
        (
            "one long mode",
            format!(
                "{{\"model\":[\"clusters/mysql-8.0\"],\"overrides\":{{\"mode\":\"{string}\"}}}}"
            ),
        ),
        (
            "one long variable",
            format!(
                "{{\"model\":[\"clusters/mysql-8.0\"],\"overrides\":{{\"variables\":{{\"{string}\":1}}}}}}"
            ),
        ),
        ("many keys", keys("", "")),
        (
            "many keys beside a model",
            keys("\"model\":[\"clusters/mysql-8.0\"],", ""),
        ),
        ("a key twice at the end", keys("", ",\"key000000000\":2")),
        (
            "a huge number",
            format!("{{\"seed\":{}}}", "9".repeat(SIZE)),
        ),
        (
            "a huge fraction",
            format!("{{\"seed\":0.{}}}", "9".repeat(SIZE)),
        ),
        (
            "a huge exponent",
            format!("{{\"seed\":1e{}}}", "9".repeat(SIZE)),
        ),
        ("many numbers", many("faults", "1e308")),
        ("many wrong faults", many("faults", fault)),
        ("many steps", many("steps", "{\"text\":\"x\"}")),
        (
            "many parts",
            many("model", "\"clusters/mysql-8.0\"").replacen("\"model\"", "\"note\"", 1),
        ),
        (
            "many axes",
            format!(
                "{{\"model\":[\"clusters/mysql-8.0\"],\"vary\":{{{}}}}}",
                axes.join(",")
            ),
        ),
        (
            "one long axis",
            format!(
                "{{\"model\":[\"clusters/mysql-8.0\"],\"vary\":{{\"seed\":[{}]}}}}",
                axis.join(",")
            ),
        ),
        (
            "many hosts",
            format!(
                "{{\"model\":[\"clusters/mysql-8.0\"],\"overrides\":{{\"hosts\":{{{}}}}}}}",
                hosts.join(",")
            ),
        ),
        (
            "many braces",
            format!(
                "{{\"title\":\"x\",\"parameters\":{{\"a\":1,\"b\":2}},\"model\":1,\"steps\":[{{\"text\":\"{braces}\",\"x\":1}}]}}"
            ),
        ),
        ("many records", format!("{{\"runs\":[{runs}]}}")),
        ("many lines", format!("{}x", "\n".repeat(SIZE))),
        ("no text", "\u{1}".repeat(SIZE)),
        (
            "an end that is missing",
            format!("[{}", "1,".repeat(SIZE / 2)),
        ),
    ]
}

#[test]
fn an_invalid_file_of_ten_megabytes_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it.json");
    let path = path.to_string_lossy();
    let experiment = |text: &str| -> Result<(), Error> {
        let loaded = load_text("x", "x.json", text, &[])?;
        cases(&loaded)?
            .iter()
            .try_for_each(|case| case.compile().map(|_| ()))
    };
    let model = |text: &str| experiment(&format!("{{\"model\":{text}}}"));
    let lesson = |text: &str| script::read("x", "x.json", text, &[]).map(|_| ());
    let measurements = |text: &str| {
        std::fs::write(&*path, text).unwrap();
        replsim::validate::file::read(&path).map(|_| ())
    };
    type Load<'a> = &'a dyn Fn(&str) -> Result<(), Error>;
    let loaders: [(&str, Load); 4] = [
        ("experiment", &experiment),
        ("model", &model),
        ("lesson", &lesson),
        ("measurements", &measurements),
    ];
    let mut slow = Vec::new();
    for (kind, text) in invalid() {
        for (loader, load) in loaders {
            let since = Instant::now();
            let refused = load(&text);
            let took = since.elapsed();
            assert!(refused.is_err(), "{kind} is taken as {loader}");
            if took > AT_ONCE {
                slow.push(format!("{kind} as {loader}: {took:?}"));
            }
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}
