//! Sweeps that are interrupted: what is left, and who may go on.

use super::*;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

/// A sweep of some seconds.
fn long(folder: &Path) -> Vec<&'static str> {
    let mut long = small();
    long["duration"] = json!("2 s");
    long["vary"] = json!({"mode": ["async", "after_sync"]});
    fs::write(folder.join("long.json"), long.to_string()).expect("written");
    vec!["run", "./long.json", "--quiet", "--runs", "600", "--out"]
}

/// The sweep, begun, and the file of its progress, which is there.
fn begun(arguments: &[&str], folder: &Path) -> (Child, PathBuf) {
    let child = replsim(arguments, folder)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut child = child;
    let progress = folder.join("cut/resume.json");
    while !progress.exists() {
        assert!(
            child.try_wait().expect("a child").is_none(),
            "it ended too soon"
        );
        sleep(Duration::from_millis(10));
    }
    (child, progress)
}

#[test]
fn an_interrupted_sweep_leaves_its_progress_alone_and_nobody_takes_that_away() {
    let folder = folder();
    let sweep = long(folder.path());
    let whole = output(&[&sweep[..], &["whole"]].concat(), folder.path());
    assert_eq!(whole.status.code(), Some(0), "{}", text(&whole.stderr));
    let cut = [&sweep[..], &["cut", "--jobs", "1"]].concat();
    let (mut child, progress) = begun(&cut, folder.path());
    // While it runs, and after it was interrupted, another sweep is refused in its folder; one that comes first is not
    // disturbed by one that began before it.
    let other = ["run", "./small.json", "--out", "cut"];
    for interrupted in [false, true] {
        if interrupted {
            kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).expect("it runs");
            let status = child.wait().expect("it ends");
            assert_eq!(status.signal(), Some(Signal::SIGINT as i32));
            assert_eq!(names_in(&folder.path().join("cut")), ["resume.json"]);
        }
        for refused in [&other[..], &cut] {
            let refused = output(refused, folder.path());
            assert_eq!(refused.status.code(), Some(2));
            let said = text(&refused.stderr);
            assert!(
                said.contains("cut/resume.json") && said.contains("--resume"),
                "{said}"
            );
            assert_eq!(text(&refused.stdout), "");
        }
    }
    // Other commands, and other folders, are free.
    let check = [&CHECK[..], &["--out", "cut"]].concat();
    assert_eq!(output(&check, folder.path()).status.code(), Some(0));
    // A number in it was changed, or a part is missing: it is refused, and nothing of it is lost.
    let kept = fs::read_to_string(&progress).expect("it is there");
    for changed in [
        kept.replacen("\"seed\":", "\"seed\":1", 1),
        kept.replacen("\"cases\":[{", "\"cases\":[{ ", 1),
        kept[..kept.len() / 2].to_owned(),
    ] {
        fs::write(&progress, changed).expect("written");
        let refused = output(&[&cut[..], &["--resume"]].concat(), folder.path());
        let said = text(&refused.stderr);
        assert!(
            said.contains("is not what an interrupted sweep leaves"),
            "{said}"
        );
    }
    fs::write(&progress, kept).expect("written");
    let resumed = output(&[&cut[..], &["--resume"]].concat(), folder.path());
    assert_eq!(text(&resumed.stdout), text(&whole.stdout));
    for name in names_in(&folder.path().join("whole")) {
        let read = |at: &str| fs::read(folder.path().join(at).join(&name)).expect("in both");
        assert_eq!(read("whole"), read("cut"), "{name}");
    }
    assert!(!progress.exists());
}

#[test]
fn no_signal_leaves_half_a_file_and_one_that_is_ignored_stays_ignored() {
    let folder = folder();
    let sweep = [&long(folder.path())[..], &["cut", "--jobs", "1"]].concat();
    for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGINT] {
        let (mut child, progress) = begun(&sweep, folder.path());
        kill(Pid::from_raw(child.id() as i32), signal).expect("it runs");
        let status = child.wait().expect("it ends");
        assert_eq!(
            status.signal(),
            Some(signal as i32),
            "as if nothing had been waited for"
        );
        assert_eq!(names_in(&folder.path().join("cut")), ["resume.json"]);
        fs::remove_file(progress).expect("removed");
    }
    let program = env!("CARGO_BIN_EXE_replsim");
    let quiet = format!(
        "trap '' HUP; '{program}' run ./small.json --runs 400 --quiet >/dev/null & \
         for try in 1 2 3 4 5 6 7 8; do sleep 0.05; kill -HUP $! 2>/dev/null; done; wait $!"
    );
    let ended = Command::new("sh")
        .args(["-c", &quiet])
        .current_dir(folder.path())
        .status();
    assert_eq!(ended.expect("a shell").code(), Some(0));
}

/// What a process that was killed inside a file left goes away with the next answer.
#[test]
fn what_a_killed_process_left_goes_away_with_the_next_answer() {
    let folder = folder();
    let out = folder.path().join("out/small");
    fs::create_dir_all(&out).expect("a folder");
    let mut dead = Command::new("true").spawn().expect("a process");
    dead.wait().expect("it ends");
    fs::write(out.join(format!("table.txt.{}-0.part", dead.id())), "half").expect("written");
    assert_eq!(
        output(&["run", "./small.json"], folder.path())
            .status
            .code(),
        Some(0)
    );
    let names = names_in(&out);
    assert!(names.contains(&"table.txt".to_owned()));
    assert!(
        !names.iter().any(|name| name.ends_with(".part")),
        "{names:?}"
    );
}
