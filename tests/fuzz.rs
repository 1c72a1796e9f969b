//! Whatever a file or a prompt says, it is refused with an error or runs without breaking any law (tests/support/fuzz).
//!
//! Fifty inputs of each kind in an ordinary run, four files of measurements; FUZZ_SECONDS=3600 takes so long for each kind
//! of input. The seed is that of all property tests (PROPTEST_RNG_SEED, tests/support/seeds.rs). A finding is shrunk and
//! printed as the text that a user would have written; FUZZ_INPUT=file takes such a text again. FUZZ_KEEP=folder goes on
//! after a finding and writes one input of each kind there.

#[path = "support/fuzz/mod.rs"]
mod fuzz;
#[path = "support/seeds.rs"]
mod seeds;

use fuzz::source::Source;
use fuzz::{Ran, TARGETS, Target};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestError, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Once;
use std::time::{Duration, Instant};

/// Longest input, bytes.
const LONGEST: usize = 1_500;
/// Inputs of one seed.
const ROUND: u32 = 50;
/// Files of measurements of one seed: one record of a crash is compared with 240 simulated ones.
const MEASUREMENTS: u32 = 4;

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Panics of fuzzed inputs are kept for the report, not printed one by one.
fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let at = info
                .location()
                .map_or(String::new(), |at| format!("{}:{}", at.file(), at.line()));
            let said = info.payload();
            let said = said.downcast_ref::<&str>().copied();
            let said = said.or_else(|| info.payload().downcast_ref::<String>().map(String::as_str));
            let text = format!("{at}: {}", said.unwrap_or_default());
            PANIC.with(|kept| *kept.borrow_mut() = text);
        }));
    });
}

#[derive(Default)]
struct Counts {
    inputs: u64,
    done: u64,
    too_long: u64,
    /// Of which kind, how often.
    findings: BTreeMap<String, u64>,
}

/// Takes one input; the error says where it panicked.
fn take(target: &Target, text: &str, counts: &mut Counts) -> Result<(), String> {
    counts.inputs += 1;
    match catch_unwind(AssertUnwindSafe(|| (target.run)(text))) {
        Ok(Ran::Done) => counts.done += 1,
        Ok(Ran::TooLong) => counts.too_long += 1,
        Ok(Ran::Refused(error)) => {
            if std::env::var_os("FUZZ_SHOW_REFUSED").is_some() {
                eprintln!("{}: {error}", target.name);
            }
        }
        Err(_) => return Err(PANIC.with(|kept| kept.borrow().clone())),
    }
    Ok(())
}

/// Where it panicked, without numbers that differ from input to input.
fn kind(problem: &str) -> String {
    let (at, message) = problem.split_once(": ").unwrap_or((problem, ""));
    let plain: String = message
        .chars()
        .take(60)
        .filter(|c| !c.is_ascii_digit())
        .collect();
    format!("{at}: {}", plain.lines().next().unwrap_or_default())
}

fn report(target: &Target, problem: &str, text: &str, seed: u64) -> String {
    let file = std::env::temp_dir().join(format!("replsim-fuzz-{}-{seed}.json", target.name));
    let saved = std::fs::write(&file, text).is_ok();
    let again = if saved {
        format!("FUZZ_INPUT={} ", file.display())
    } else {
        String::new()
    };
    format!(
        "{} (PROPTEST_RNG_SEED={seed}): {problem}\n{text}\nagain: {again}cargo test --test fuzz {}",
        target.name, target.name
    )
}

fn fuzz(name: &str) {
    let target = TARGETS
        .iter()
        .find(|target| target.name == name)
        .expect("a target");
    keep_panics();
    let mut counts = Counts::default();
    if let Some(file) = std::env::var_os("FUZZ_INPUT") {
        let text = std::fs::read_to_string(&file).expect("FUZZ_INPUT is a file");
        let ran = take(target, &text, &mut counts);
        assert_eq!(ran, Ok(()), "{}", ran.clone().unwrap_err());
        return;
    }
    let seconds = std::env::var("FUZZ_SECONDS").ok();
    let budget =
        seconds.map(|text| Duration::from_secs(text.parse().expect("FUZZ_SECONDS is a number")));
    let round = match name {
        "measurements" => MEASUREMENTS,
        _ => ROUND,
    };
    let keep = std::env::var_os("FUZZ_KEEP").map(PathBuf::from);
    let (began, first) = (Instant::now(), seeds::seed());
    let over = || budget.is_none_or(|budget| began.elapsed() > budget);
    for seed in first.. {
        let bytes = prop::collection::vec(any::<u8>(), 0..LONGEST);
        let config = ProptestConfig {
            cases: round,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(seed),
            max_shrink_iters: 2_000,
            ..ProptestConfig::default()
        };
        let told = RefCell::new(&mut counts);
        let ended = TestRunner::new(config).run(&bytes, |bytes| {
            let text = (target.text)(&mut Source::new(&bytes));
            let mut counts = told.borrow_mut();
            let Err(problem) = take(target, &text, &mut counts) else {
                return Ok(());
            };
            let Some(folder) = &keep else {
                return Err(TestCaseError::fail(problem));
            };
            let kind = kind(&problem);
            let seen = counts.findings.entry(kind.clone()).or_default();
            *seen += 1;
            if *seen == 1 {
                let number = counts.findings.len();
                std::fs::create_dir_all(folder).expect("FUZZ_KEEP is a folder");
                let file = folder.join(format!("{name}-{seed}-{number}.json"));
                std::fs::write(&file, &text).expect("writable");
                eprintln!("{}: {problem}", file.display());
            }
            Ok(())
        });
        match ended {
            Ok(()) => {}
            Err(TestError::Fail(why, bytes)) => {
                let text = (target.text)(&mut Source::new(&bytes));
                panic!("{}", report(target, &why.to_string(), &text, seed));
            }
            Err(TestError::Abort(why)) => panic!("{why}"),
        }
        if over() {
            break;
        }
    }
    let Counts {
        inputs,
        done,
        too_long,
        findings,
    } = counts;
    println!(
        "{name}: seeds from {first}, {inputs} inputs, {done} accepted and run, {too_long} given up, findings {findings:#?}"
    );
    // With fewer it would be a test of the loader.
    assert!(
        2 * done >= inputs,
        "{name}: only {done} of {inputs} inputs ran"
    );
}

#[test]
fn experiment() {
    fuzz("experiment");
}

#[test]
fn lesson() {
    fuzz("lesson");
}

#[test]
fn lab() {
    fuzz("lab");
}

#[test]
fn measurements() {
    fuzz("measurements");
}
