//! Seeds of the property tests: fixed here, fresh in `.ci/run`, so that every change is tried on inputs that nobody chose.
//!
//! A failure is shrunk, and repeated by the seed that the script has printed:
//!
//!     PROPTEST_RNG_SEED=123 cargo test --test properties
//!
//! PROPTEST_CASES sets how many inputs each property is tried on, PROPTEST_TIMES how many times as many as it asks for. Nothing is written down between runs (no
//! `proptest-regressions`): what was found stays as a test of its own.
#![allow(dead_code)]

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// The seed where nobody says another one.
const FIXED: u64 = 2026;

/// The seed of this run.
pub fn seed() -> u64 {
    let said = std::env::var("PROPTEST_RNG_SEED");
    said.map_or(FIXED, |seed| {
        seed.parse().expect("PROPTEST_RNG_SEED is a number")
    })
}

/// So many cases, of the seed of this run.
pub fn cases(cases: u32) -> ProptestConfig {
    let mut config = ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed()),
        ..ProptestConfig::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        let times = std::env::var("PROPTEST_TIMES");
        let times = times.map_or(1, |times| {
            times.parse().expect("PROPTEST_TIMES is a number")
        });
        config.cases = cases * times;
    }
    config
}
