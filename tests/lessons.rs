//! The lessons, word for word: teaching material that cannot go stale. Each also checks what it says of itself (`expect`).

use replsim::spec::library::{self, Shelf};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{LazyLock, OnceLock};

fn told(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_replsim"))
        .args(arguments)
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// What a lesson says as it is shipped; it is played once.
fn lesson(name: &str) -> &'static str {
    type Told = BTreeMap<String, OnceLock<String>>;
    static TOLD: LazyLock<Told> = LazyLock::new(|| {
        let names = library::names(Shelf::Lessons).into_iter();
        names.map(|name| (name, OnceLock::new())).collect()
    });
    TOLD[name].get_or_init(|| {
        let (status, text, errors) = told(&["lesson", name, "--quiet"]);
        assert_eq!(status, Some(0), "what the lesson expects holds: {errors}");
        text
    })
}

fn snapshot(name: &str) {
    let text = lesson(name);
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(format!("lesson-{name}"), text);
    });
}

#[test]
fn the_homework_reads_as_reviewed() {
    snapshot("000-homework");
}

#[test]
fn three_nodes_read_as_reviewed() {
    snapshot("001-three-nodes");
}

#[test]
fn step_by_step_reads_as_reviewed() {
    snapshot("002-step-by-step");
}

#[test]
fn the_managed_cluster_reads_as_reviewed() {
    snapshot("003-managed-cluster");
}

#[test]
fn lossless_semi_sync_reads_as_reviewed() {
    snapshot("004-lossless");
}

#[test]
fn the_wait_points_read_as_reviewed() {
    snapshot("005-which-wait-point");
}

#[test]
fn todays_words_read_as_reviewed() {
    snapshot("006-todays-words");
}

#[test]
fn no_replica_reads_as_reviewed() {
    snapshot("007-no-replica");
}

#[test]
fn a_lesson_whose_words_are_not_those_of_the_server_is_refused() {
    for (lesson, flavour) in [
        ("000", "mariadb-10.11"),
        ("003", "mysql-8.4"),
        ("004", "mysql-9.7"),
        ("007", "mysql-8.0"),
    ] {
        let set = format!("flavour={flavour}");
        let (status, text, errors) = told(&["lesson", lesson, "--set", &set, "--quiet"]);
        assert_eq!((status, text.as_str()), (Some(2), ""), "{lesson}");
        let why = format!("not of `{flavour}`");
        assert!(
            errors.contains("flavours") && errors.contains(&why),
            "{errors}"
        );
    }
}

#[test]
fn a_feeder_of_1001_rows_ends_at_7013() {
    let (status, text, _) = told(&["lesson", "001", "--set", "rows=1001", "--quiet"]);
    assert_eq!(status, Some(0));
    for server in ["mysql-m", "mysql-s-1", "mysql-s-2"] {
        assert!(text.contains(&format!("{server} count: 7013")), "{server}");
    }
}

#[test]
fn every_lesson_can_be_played_by_servers_of_every_flavour_that_it_is_for() {
    let old: &[&str] = &["mysql-5.7", "mysql-8.0", "mariadb-10.11", "mariadb-11.8"];
    let new: &[&str] = &["mysql-8.4", "mysql-9.7"];
    for (lesson, flavours) in [
        ("001", old),
        ("002", old),
        ("004", old),
        ("005", old),
        ("006", new),
        ("007", new),
    ] {
        for flavour in flavours {
            let set = format!("flavour={flavour}");
            let (status, text, errors) = told(&["lesson", lesson, "--set", &set, "--quiet"]);
            assert_eq!(status, Some(0), "{lesson}, {flavour}: {errors}");
            assert!(text.len() > 6_000, "{lesson}, {flavour}");
        }
    }
}

/// The questions at the end of each lesson name commands; each that sets a value runs, and says something else.
fn commands_run(name: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_str().expect("text");
    let script = std::fs::read_to_string(format!("lessons/{name}.json")).expect("readable");
    let script: serde_json::Value = serde_json::from_str(&script).expect("JSON");
    let steps = script["steps"].as_array().expect("steps");
    let questions = steps
        .last()
        .and_then(|step| step["questions"].as_array())
        .expect("questions at the end");
    assert_eq!(questions.len(), 3, "{name}");
    for question in questions {
        let command = question["command"]
            .as_str()
            .expect("a command")
            .replace('"', "");
        let Some((what, set)) = command.split_once(" --set ") else {
            assert!(
                command.starts_with("replsim run master-crash --runs"),
                "{command}"
            );
            continue;
        };
        let mut arguments: Vec<&str> = what.split(' ').skip(1).collect();
        for set in set.split(" --set ") {
            arguments.extend(["--set", set]);
        }
        if arguments[0] == "run" {
            arguments.extend(["--runs", "1", "--out", path]);
        }
        arguments.push("--quiet");
        let (status, answer, errors) = told(&arguments);
        // A claim of an experiment need not hold for other values.
        assert!(
            status == Some(0) || (status == Some(1) && arguments[0] == "run"),
            "{command}: {errors}"
        );
        assert!(answer.len() > 1_000, "{command}");
        if arguments[0] == "lesson" {
            assert!(answer != lesson(name), "{command} changes the answer");
        }
    }
}

#[test]
fn the_commands_that_answer_the_questions_of_the_homework_run() {
    commands_run("000-homework");
}

#[test]
fn the_commands_that_answer_the_questions_of_three_nodes_and_step_by_step_run() {
    commands_run("001-three-nodes");
    commands_run("002-step-by-step");
}

#[test]
fn the_commands_that_answer_the_questions_of_the_managed_cluster_run() {
    commands_run("003-managed-cluster");
}

#[test]
fn the_commands_that_answer_the_questions_of_lossless_and_the_wait_points_run() {
    commands_run("004-lossless");
    commands_run("005-which-wait-point");
    commands_run("006-todays-words");
    commands_run("007-no-replica");
}

#[test]
fn with_out_the_pictures_are_files_that_the_text_links_to() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_str().expect("text");
    let (status, printed, _) = told(&["lesson", "005", "--out", path, "--quiet"]);
    assert_eq!((status, printed.as_str()), (Some(0), ""));
    let text =
        std::fs::read_to_string(folder.path().join("005-which-wait-point.md")).expect("written");
    let mut pictures = 0;
    for link in text.lines().filter(|line| line.starts_with("![")) {
        let file = link
            .rsplit('(')
            .next()
            .expect("a link")
            .trim_end_matches(')');
        let svg = std::fs::read_to_string(folder.path().join(file)).expect("a picture");
        assert!(
            svg.starts_with("<svg") && svg.contains("width=\"900\""),
            "{file}"
        );
        pictures += 1;
    }
    assert_eq!(pictures, 8);
    // Each trace for other programs stands beside its picture.
    for ending in ["mmd", "jsonl", "perfetto.json", "shiviz.log"] {
        for number in 1..=8 {
            let file = folder
                .path()
                .join(format!("005-which-wait-point-{number}.{ending}"));
            let text = std::fs::read_to_string(&file).expect("a trace");
            assert!(text.contains("mysql-m"), "{}", file.display());
        }
    }
}

/// What is typed in a lab and saved is a lesson with the same answers.
#[test]
fn a_lab_can_be_saved_and_played_as_a_lesson() {
    use std::io::Write;
    use std::process::Stdio;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("mine.json");
    let mut lab = Command::new(env!("CARGO_BIN_EXE_replsim"))
        .args(["lab", "clusters/mysql-8.0", "--set", "mode=after_sync"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let typed = format!(
        "CREATE DATABASE shop\nCREATE TABLE shop.t (id INT PRIMARY KEY)\nINSERT INTO shop.t VALUES (7)\nadvance 1 s\nuse \
         mysql-s-1\nSELECT * FROM shop.t\nkill mysql-m\nuse mysql-m\nSELECT * FROM shop.t;\nNONSENSE; SELECT 1\nkill nobody\nsave {}\nquit\n",
        file.display()
    );
    lab.stdin
        .take()
        .expect("piped")
        .write_all(typed.as_bytes())
        .expect("taken");
    let said = String::from_utf8(lab.wait_with_output().expect("it ends").stdout).expect("text");
    for expected in [
        "|  7 |",
        "ERROR 2003 (HY000)",
        "unknown statement \"NONSENSE\"; known are: ALTER TABLE",
        "no server `nobody` (mysql-m,",
    ] {
        assert!(said.contains(expected), "{expected:?} in {said}");
    }
    let (status, text, errors) = told(&["lesson", file.to_str().expect("text"), "--quiet"]);
    assert_eq!(status, Some(0), "{errors}");
    for expected in ["|  7 |", "ERROR 2003 (HY000)", "docker kill mysql-m"] {
        assert!(text.contains(expected), "{expected:?} in {text}");
    }
}
