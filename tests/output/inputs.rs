//! Where inputs come from: pipes, standard input, folders, and bytes that are no text.

use super::*;
use std::thread;
use std::time::{Duration, Instant};

/// Each command that reads a file: what stands before and after its path, and the file.
const READING: [(&[&str], &[&str], &str); 8] = [
    (&["run"], &["--quiet"], "small.json"),
    (
        &["check"],
        &["--sessions", "1", "--transactions", "1", "--restarts", "0"],
        "small.json",
    ),
    (
        &["check"],
        &[
            "--sessions",
            "1",
            "--transactions",
            "1",
            "--crashes",
            "0",
            "--failovers",
            "0",
        ],
        "model.json",
    ),
    (&["explain"], &["--quiet"], "small.json"),
    (&["trace"], &[], "small.json"),
    (&["lesson"], &[], "lesson.json"),
    (&["lab"], &[], "model.json"),
    (&["validate"], &["--quiet"], "measured.json"),
];

fn with<'a>((before, after, _): (&[&'a str], &[&'a str], &str), path: &'a str) -> Vec<&'a str> {
    [before, &[path], after].concat()
}

#[test]
fn every_command_reads_standard_input_pipes_and_process_substitutions() {
    let folder = folder();
    for reading in READING {
        let file = reading.2;
        let bytes = fs::read(folder.path().join(file)).expect("there");
        let fits = |ended: Output, from: &str| {
            let said = text(&ended.stderr);
            assert_eq!(
                ended.status.code(),
                Some(0),
                "{reading:?} from {from}: {said}"
            );
        };
        fits(
            output(&with(reading, &format!("./{file}")), folder.path()),
            "a file",
        );
        for path in ["-", "/dev/stdin"] {
            fits(output_of(&with(reading, path), folder.path(), &bytes), path);
        }
        let program = env!("CARGO_BIN_EXE_replsim");
        let substituted = format!("<(cat {file})");
        let words = with(reading, &substituted).join(" ");
        let ended = Command::new("bash")
            .args(["-c", &format!("'{program}' {words} </dev/null")])
            .current_dir(folder.path())
            .output();
        fits(ended.expect("bash"), "a process substitution");
        for pipe in ["./pipe", "pipe"] {
            let path = folder.path().join("pipe");
            let made = Command::new("mkfifo").arg(&path).status();
            assert!(made.expect("mkfifo").success());
            let (to, bytes) = (path.clone(), bytes.clone());
            let writer = thread::spawn(move || fs::write(to, bytes));
            fits(output(&with(reading, pipe), folder.path()), "a named pipe");
            writer.join().expect("it ends").expect("taken");
            fs::remove_file(path).expect("removed");
        }
    }
    // What they are called without a name of their own.
    assert!(folder.path().join("out/stdin/results.json").is_file());
    assert!(folder.path().join("out/pipe/results.json").is_file());
}

#[test]
fn a_model_in_an_experiment_and_lines_of_a_lab_come_through_pipes_too() {
    let folder = folder();
    let mut piped = small();
    piped["model"] = json!(["-", "hardware/nvme_plp"]);
    fs::write(folder.path().join("piped.json"), piped.to_string()).expect("written");
    let ended = output_of(
        &["run", "./piped.json"],
        folder.path(),
        model().to_string().as_bytes(),
    );
    assert_eq!(ended.status.code(), Some(0), "{}", text(&ended.stderr));
    // A model from a pipe is not there any more when the lesson that was typed is played.
    let program = env!("CARGO_BIN_EXE_replsim");
    let typed = format!(
        "'{program}' lab <(cat model.json) < <(printf 'CREATE DATABASE d\\nsave typed.json')"
    );
    let lab = Command::new("bash")
        .args(["-c", &typed])
        .current_dir(folder.path())
        .output();
    assert_eq!(lab.expect("bash").status.code(), Some(0));
    let played = output(&["lesson", "./typed.json"], folder.path());
    assert_eq!(played.status.code(), Some(0), "{}", text(&played.stderr));
    assert!(text(&played.stdout).contains("CREATE DATABASE d"));
}

#[test]
fn a_folder_is_said_to_be_one() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("x.json")).expect("a folder");
    for reading in READING {
        for path in ["./x.json", "x.json", ".", "/"] {
            let ended = output(&with(reading, path), folder.path());
            let said = text(&ended.stderr);
            assert_eq!(ended.status.code(), Some(2), "{reading:?} {path}");
            assert!(
                said.contains("is a directory"),
                "{reading:?} {path}: {said}"
            );
        }
    }
}

#[test]
fn a_byte_order_mark_is_skipped_and_what_is_no_utf_8_is_said_with_its_place() {
    let folder = folder();
    for reading in READING {
        let good = fs::read_to_string(folder.path().join(reading.2)).expect("there");
        let said = |bytes: &[u8], status: i32| {
            fs::write(folder.path().join("x.json"), bytes).expect("written");
            let ended = output(&with(reading, "./x.json"), folder.path());
            let said = text(&ended.stderr);
            assert_eq!(ended.status.code(), Some(status), "{reading:?}: {said}");
            said
        };
        said(format!("\u{feff}{good}").as_bytes(), 0);
        for (mark, wide) in [
            (&b"\xff\xfe"[..], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            (b"\xfe\xff", u16::to_be_bytes),
            (b"", u16::to_le_bytes),
            (b"", u16::to_be_bytes),
        ] {
            let wide: Vec<u8> = good.encode_utf16().flat_map(wide).collect();
            let error = said(&[mark, &wide].concat(), 2);
            assert!(
                error.contains("x.json: is UTF-16, expected UTF-8"),
                "{error}"
            );
        }
        let error = said(b"{\n \"a\": \"\xc3\xa4\xff\"}", 2);
        assert!(
            error.contains("x.json:2:9: the byte 0xFF is not UTF-8"),
            "{error}"
        );
        let error = said(b"", 2);
        assert!(error.contains("x.json:1:0"), "{error}");
    }
}

#[test]
fn an_invalid_byte_in_a_piped_lab_ends_it_at_its_line() {
    let folder = folder();
    let lab = ["lab", "clusters/mysql-8.0"];
    let typed =
        b"CREATE DATABASE before\r\nSHOW DATABASES\n\nSELECT '\xff'\nCREATE DATABASE after\n";
    let ended = output_of(&lab, folder.path(), typed);
    let (answer, said) = (text(&ended.stdout), text(&ended.stderr));
    assert_eq!(ended.status.code(), Some(2));
    assert!(
        said.contains("standard input:4:9: the byte 0xFF is not UTF-8"),
        "{said}"
    );
    assert!(answer.contains("| before "), "{answer}");
    assert!(!answer.contains("after"), "{answer}");
    let marked = output_of(&lab, folder.path(), "\u{feff}SHOW DATABASES".as_bytes());
    assert_eq!(marked.status.code(), Some(0));
    assert!(text(&marked.stdout).contains("information_schema"));
    let wide: Vec<u8> = "SHOW DATABASES\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let wide = output_of(&lab, folder.path(), &[b"\xff\xfe", &wide[..]].concat());
    assert_eq!(wide.status.code(), Some(2));
    assert!(text(&wide.stderr).contains("standard input: is UTF-16"));
    let directory = replsim(&lab, folder.path())
        .stdin(fs::File::open(folder.path()).expect("a folder"))
        .output()
        .expect("the program starts");
    assert_eq!(directory.status.code(), Some(2));
    assert!(text(&directory.stderr).contains("standard input: is a directory"));
}

#[test]
fn an_input_without_an_end_is_refused() {
    let folder = folder();
    let began = Instant::now();
    for reading in READING {
        let ended = output(&with(reading, "/dev/zero"), folder.path());
        assert_eq!(ended.status.code(), Some(2), "{reading:?}");
        assert!(text(&ended.stderr).contains("/dev/zero: is longer than 16 MiB"));
    }
    let lab = replsim(&["lab", "clusters/mysql-8.0"], folder.path())
        .stdin(fs::File::open("/dev/zero").expect("a device"))
        .output()
        .expect("the program starts");
    assert_eq!(lab.status.code(), Some(2));
    assert!(text(&lab.stderr).contains("standard input:1:1: is longer than 16 MiB"));
    assert!(began.elapsed() < Duration::from_secs(60));
}
