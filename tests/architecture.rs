//! The walls between the rooms and inside the core, and the size of the files.

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each room may use of the others. Nobody uses `cli`.
const ARROWS: [(&str, &[&str]); 14] = [
    ("protocol", &[]),
    ("random", &[]),
    ("spec", &["protocol", "random"]),
    ("plan", &["protocol", "random", "spec"]),
    ("engine", &["protocol", "random", "plan"]),
    ("explore", &["protocol"]),
    ("measure", &["protocol", "plan", "engine"]),
    ("estimate", &["measure", "protocol", "spec"]),
    ("observe", &["protocol", "plan", "engine", "measure"]),
    (
        "lesson",
        &["spec", "plan", "engine", "measure", "observe", "protocol"],
    ),
    (
        "run",
        &[
            "engine", "explore", "measure", "estimate", "plan", "protocol", "spec",
        ],
    ),
    (
        "validate",
        &[
            "spec", "plan", "run", "engine", "measure", "protocol", "random",
        ],
    ),
    (
        "report",
        &[
            "estimate", "explore", "lesson", "measure", "observe", "protocol", "spec", "validate",
        ],
    ),
    (
        "cli",
        &[
            "spec", "plan", "protocol", "random", "measure", "run", "estimate", "explore",
            "observe", "report", "validate", "lesson",
        ],
    ),
];

/// A file longer than this is two things.
const LONGEST: usize = 400;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of the source") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn rooms_use_only_what_the_map_allows() {
    for (room, allowed) in ARROWS {
        for file in files(&source().join(room)) {
            let text = fs::read_to_string(&file).expect("readable");
            for used in text.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let is_room = ARROWS.iter().any(|(name, _)| *name == used);
                assert!(
                    !is_room || used == room || allowed.contains(&used.as_str()),
                    "{} uses {used}",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn every_file_begins_with_one_line_that_says_what_it_is_and_is_not_two_things() {
    for file in files(&source()) {
        let text = fs::read_to_string(&file).expect("readable");
        assert!(
            text.starts_with("//! "),
            "{} does not say what it is",
            file.display()
        );
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", file.display());
    }
}

#[test]
fn the_core_needs_nothing_but_the_standard_library_and_knows_no_floats() {
    for file in files(&source().join("protocol")) {
        let text = fs::read_to_string(&file).expect("readable");
        for forbidden in [
            "f64",
            "f32",
            "rand",
            "serde",
            "std::time",
            "HashMap",
            "RefCell",
            "Box<dyn",
            "println!",
        ] {
            let word = |line: &str| {
                line.split(|c: char| !c.is_alphanumeric() && !"_:<!".contains(c))
                    .any(|word| word.contains(forbidden))
            };
            let found = text.lines().find(|line| {
                !line.trim_start().starts_with("//")
                    && word(line)
                    && (forbidden != "rand" || line.contains("rand::"))
            });
            assert!(
                found.is_none(),
                "{}: {}",
                file.display(),
                found.unwrap_or_default()
            );
        }
    }
}

/// Code without remarks, unit tests and what stands in quotes; and the quoted texts.
fn code_and_texts(text: &str) -> Vec<(String, Vec<String>)> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let split = |line: &str| {
        let parts: Vec<&str> = line.split('"').collect();
        let code: Vec<&str> = parts.iter().copied().step_by(2).collect();
        let texts = parts.iter().skip(1).step_by(2);
        (
            code.join("\"\""),
            texts.map(|text| (*text).to_owned()).collect(),
        )
    };
    lines.map(split).collect()
}

/// Whether a line of code asks for a flavour or a family by its name.
fn names_a_flavour(code: &str, texts: &[String]) -> bool {
    // `mysql-m` is a server's name in a text of several lines: in code a minus has spaces around it.
    let words = code.split(|c: char| !c.is_alphanumeric() && !"_-".contains(c));
    let paths = code.split(|c: char| !c.is_alphanumeric() && !"_:".contains(c));
    let chosen = |path: &str, kind: &str, allowed: &[&str]| {
        let named = path
            .split_once(kind)
            .filter(|(before, _)| before.is_empty() || before.ends_with(':'));
        named.is_some_and(|(_, name)| !allowed.contains(&name))
    };
    let in_code = words
        .into_iter()
        .any(|word| ["Family", "mysql", "mariadb"].contains(&word))
        || code.contains(".family")
        || paths.into_iter().any(|path| {
            chosen(path, "Flavour::", &["DEFAULT", "KNOWN"])
                || chosen(path, "Only::", &["examples"])
        });
    // `mysql` is a database too.
    let compares = ["==", "!=", "=>", "matches!"];
    let compares = compares.iter().any(|sign| code.contains(sign));
    let versions = texts.iter().any(|text| {
        let lower = text.to_lowercase();
        ["mysql-", "mariadb-", "mysql ", "mariadb "]
            .iter()
            .any(|name| {
                let after = lower.strip_prefix(name).unwrap_or_default();
                after.starts_with(|c: char| c.is_ascii_digit())
            })
            || compares && ["mysql", "mariadb", "5.7", "8.0", "10.11"].contains(&lower.as_str())
    });
    in_code || versions
}

#[test]
fn a_line_that_asks_for_a_flavour_is_seen_and_one_that_reads_a_rule_is_not() {
    let seen = |line: &str| {
        let lines = code_and_texts(line);
        lines
            .iter()
            .any(|(code, texts)| names_a_flavour(code, texts))
    };
    for line in [
        "if flavour == Flavour::MYSQL_80 {",
        "matches!(flavour.family, Family::Mariadb)",
        "if flavour.family == other.family {",
        "return Flavour::MYSQL_57;",
        "let mariadb = world.rules == other;",
        "Only::Series(series) => series,",
        "match name { \"mysql-8.0\" => 1, _ => 0 }",
        "if version == \"8.0\" {",
    ] {
        assert!(seen(line), "{line}");
    }
    for line in [
        "// MariaDB waits for one acknowledgement: Flavour::MARIADB_1011",
        "match self.rules.closed {",
        "let flavour = model.flavour.unwrap_or(Flavour::DEFAULT);",
        "\"clusters/mysql-8.0\",",
        "SetReadOnly::AtOnce => {}",
        "let own = [\"information_schema\", \"mysql\"];",
        "  use mysql-s-1                          type on another server",
    ] {
        assert!(!seen(line), "{line}");
    }
}

#[test]
fn flavours_are_named_where_they_are_declared_and_nowhere_else() {
    let at_home = [
        source().join("protocol/state/flavour.rs"),
        source().join("protocol/state/flavour_names.rs"),
        source().join("protocol/state/flavour_tests.rs"),
        source().join("lesson/vocabulary"),
        source().join("spec/catalogue"),
    ];
    for file in files(&source()) {
        let is_test = file.to_string_lossy().ends_with("tests.rs");
        if is_test || at_home.iter().any(|home| file.starts_with(home)) {
            continue;
        }
        let text = fs::read_to_string(&file).expect("readable");
        for (code, texts) in code_and_texts(&text) {
            assert!(
                !names_a_flavour(&code, &texts),
                "{} asks for a flavour: {code} {texts:?}",
                file.display()
            );
        }
    }
}

/// The paths of a `use` tree, each written out: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn written_out(tree: &str) -> Vec<String> {
    let Some((before, rest)) = tree.split_once('{') else {
        return vec![tree.trim().to_owned()];
    };
    let inside = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let mut depth = 0;
    let parts = inside.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    parts
        .flat_map(written_out)
        .map(|path| format!("{}{path}", before.trim()))
        .collect()
}

/// The paths in a text that begin in the core, from its top: `state::ids::ServerId`. `module` is the file's own.
fn paths_in_the_core(module: &str, text: &str) -> Vec<String> {
    let code: Vec<String> = code_and_texts(text)
        .into_iter()
        .map(|line| line.0)
        .collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for start in ["super::", "crate::protocol::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let tree = &code[at..];
            let path = tree.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
            let path = path.unwrap_or(tree.len());
            let end = match tree[path..].starts_with('{') {
                true => tree.find(';').unwrap_or(tree.len()),
                false => path,
            };
            for path in written_out(&tree[..end]) {
                let mut above: Vec<&str> = module.split("::").collect();
                let mut path = path.as_str();
                while let Some(rest) = path.strip_prefix("super::") {
                    above.pop();
                    path = rest;
                }
                match path.strip_prefix("crate::protocol::") {
                    Some(path) => found.push(path.to_owned()),
                    None => found.push([above.join("::"), path.to_owned()].join("::")),
                }
            }
        }
    }
    found
}

/// The files of the core by their modules, and which others each of them names. What only lists modules is left out.
fn arrows_in_the_core() -> BTreeMap<String, Vec<String>> {
    let core = source().join("protocol");
    let texts: BTreeMap<String, String> = files(&core)
        .iter()
        .map(|file| {
            let path = file.strip_prefix(&core).expect("inside").with_extension("");
            let parts: Vec<&str> = path
                .iter()
                .map(|part| part.to_str().expect("UTF-8"))
                .collect();
            let module = parts.join("::");
            let module = module.strip_suffix("::mod").unwrap_or(&module).to_owned();
            (module, fs::read_to_string(file).expect("readable"))
        })
        .filter(|(module, _)| !["mod", "state", "rules"].contains(&module.as_str()))
        .collect();
    let file_of = |path: &str| {
        // The modules of `state` are the core's face.
        let inside = ["state::", "rules::"]
            .iter()
            .any(|folder| path.starts_with(folder));
        let mut path = if inside {
            path.to_owned()
        } else {
            format!("state::{path}")
        };
        while !texts.contains_key(&path) {
            path.truncate(path.rfind("::")?);
        }
        Some(path)
    };
    let arrows = texts.iter().map(|(module, text)| {
        let paths = paths_in_the_core(module, text);
        let used = paths.iter().filter_map(|path| file_of(path));
        (module.clone(), used.filter(|used| used != module).collect())
    });
    arrows.collect()
}

#[test]
fn every_way_to_name_a_file_of_the_core_is_seen() {
    let text = "use super::{ids::{Gtid, ServerId}, log};\nuse crate::protocol::state::world::World;\n\
                // super::remark\nimpl super::super::gtid::Set for X {}";
    let seen = paths_in_the_core("rules::commit::stages", text);
    assert_eq!(
        seen,
        [
            "rules::commit::ids::Gtid",
            "rules::commit::ids::ServerId",
            "rules::commit::log",
            "rules::gtid::Set",
            "state::world::World",
        ]
    );
}

#[test]
fn in_the_core_rules_name_state_and_state_never_names_rules() {
    let arrows = arrows_in_the_core();
    assert!(arrows["rules::crash"].contains(&"state::world".to_owned()));
    for (file, used) in arrows.iter().filter(|(file, _)| file.starts_with("state")) {
        let back = used.iter().find(|used| used.starts_with("rules"));
        assert_eq!(back, None, "{file} is state and names a rule");
    }
}

#[test]
fn no_two_files_of_the_core_name_each_other_in_a_circle() {
    let arrows = arrows_in_the_core();
    let mut graph = DiGraph::new();
    let nodes: BTreeMap<&String, _> = arrows
        .keys()
        .map(|file| (file, graph.add_node(file)))
        .collect();
    for (file, used) in &arrows {
        for used in used {
            graph.update_edge(nodes[file], nodes[used], ());
        }
    }
    for circle in tarjan_scc(&graph) {
        let files: Vec<&String> = circle.iter().map(|&node| graph[node]).collect();
        assert_eq!(files.len(), 1, "a circle: {files:?}");
    }
}
