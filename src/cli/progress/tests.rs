//! Tests of `progress`.

use super::*;

fn seen(done: u64, seconds: u64) -> Seen {
    Seen {
        done,
        of: 10,
        simulated: seconds * 1_000_000_000,
    }
}

#[test]
fn while_runs_end_nothing_is_said() {
    let mut watch = Watch::new("runs", 20_000_000_000);
    for second in 0..100 {
        assert_eq!(
            watch.look(Duration::from_secs(second), seen(second, second), ""),
            None
        );
    }
}

#[test]
fn a_run_that_takes_long_says_how_much_is_left_and_less_often_the_longer_it_takes() {
    let mut watch = Watch::new("runs", 20_000_000_000);
    let mut said = Vec::new();
    for second in 0..200 {
        let line = watch.look(
            Duration::from_secs(second),
            seen(3, second / 20),
            "mode=async",
        );
        said.extend(line.map(|line| (second, line)));
    }
    let when: Vec<u64> = said.iter().map(|(second, _)| *second).collect();
    assert_eq!(when, [5, 15, 35, 75, 135, 195]);
    assert_eq!(
        said[2].1,
        "replsim: mode=async: 3 of 10 runs, 1.0 s of 20.0 s simulated; nothing moved for 15 s"
    );
    let mut watch = Watch::new("runs", 20_000_000_000);
    watch.look(Duration::from_secs(5), seen(0, 4), "");
    let line = watch.look(Duration::from_secs(15), seen(0, 5), "");
    assert_eq!(
        line.as_deref(),
        Some("replsim: 0 of 10 runs, 5.0 s of 20.0 s simulated; about 45 s left")
    );
}
