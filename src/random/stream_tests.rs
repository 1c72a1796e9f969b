//! What streams and weather promise.

use super::{Stream, Weather};

/// The first `n` draws of a stream.
pub(super) fn draws(seed: u64, run: u64, entity: &str, purpose: &str, n: usize) -> Vec<u64> {
    let mut stream = Stream::new(seed, run, entity, purpose);
    (0..n).map(|_| stream.next()).collect()
}

#[test]
fn streams_of_different_names_purposes_runs_and_seeds_are_uncorrelated() {
    let n = 100_000;
    let centred = |seed, run, entity, purpose| -> Vec<f64> {
        let scale = |u: u64| (u >> 11) as f64 / (1u64 << 53) as f64 - 0.5;
        draws(seed, run, entity, purpose, n + 1)
            .into_iter()
            .map(scale)
            .collect()
    };
    let base = centred(1, 0, "m1", "fsync");
    let shifted: Vec<f64> = base[1..].to_vec();
    for other in [
        centred(1, 0, "m2", "fsync"),
        centred(1, 0, "m1", "think"),
        centred(1, 1, "m1", "fsync"),
        centred(2, 0, "m1", "fsync"),
        shifted,
    ] {
        let correlation =
            base.iter().zip(&other).map(|(a, b)| a * b).sum::<f64>() * 12.0 / n as f64;
        assert!(correlation.abs() < 4.0 / (n as f64).sqrt(), "{correlation}");
    }
}

#[test]
fn seed_run_and_name_all_move_the_draws_and_the_parts_of_a_name_do_not_run_together() {
    let mut first: Vec<u64> = vec![];
    for (seed, run) in [(0, 0), (0, 1), (1, 0), (1, 1), (u64::MAX, 0)] {
        for (entity, purpose) in [
            ("a", "b/c"),
            ("a/b", "c"),
            ("", "a"),
            ("a", ""),
            ("b", "a"),
            ("ab", ""),
        ] {
            first.extend(draws(seed, run, entity, purpose, 1));
        }
    }
    let many = first.len();
    first.sort_unstable();
    first.dedup();
    assert_eq!(first.len(), many);
}

#[test]
fn another_entity_moves_nothing_else_and_the_order_of_calls_does_not_matter() {
    let names = ["m1", "m2", "m3"];
    let alone: Vec<Vec<u64>> = names.map(|name| draws(5, 3, name, "fsync", 100)).to_vec();
    let mut streams = ["m4", "m3", "m2", "m1"].map(|name| Stream::new(5, 3, name, "fsync"));
    let mut mixed = vec![vec![]; 4];
    for round in 0..400 {
        let pick = (round * 7 + round / 4) % 4;
        mixed[pick].push(streams[pick].next());
    }
    for (i, expected) in alone.iter().enumerate() {
        let got = &mixed[3 - i];
        assert_eq!(got[..], expected[..got.len()]);
        assert!(got.len() > 90);
    }
}

#[test]
fn the_weather_of_an_epoch_does_not_depend_on_how_it_was_reached() {
    let forward = draws(9, 2, "a>b", "delay", 4_096);
    let mut weather = Weather::new(9, 2, "a>b", "delay");
    let all: Vec<u64> = (0..4_096).map(|epoch| weather.at(epoch)).collect();
    assert_eq!(all, forward);
    for step in draws(1, 1, "jumps", "", 20_000) {
        let epoch = step % 4_096;
        assert_eq!(weather.at(epoch), forward[epoch as usize]);
        // Back inside the window, and a little farther.
        let behind = epoch.saturating_sub((step >> 32) % 80);
        assert_eq!(weather.at(behind), forward[behind as usize]);
        assert_eq!(weather.clone().at(epoch), forward[epoch as usize]);
    }
    let mut late = Weather::new(9, 2, "a>b", "delay");
    let (far, last) = (late.at(u64::MAX - 1), late.at(u64::MAX));
    assert_eq!(late.at(0), forward[0]);
    assert_eq!((late.at(u64::MAX - 1), late.at(u64::MAX)), (far, last));
}

#[test]
fn a_cloned_stream_goes_on_alike() {
    let mut stream = Stream::new(1, 2, "m1", "think");
    stream.next();
    let mut fork = stream.clone();
    assert!((0..100).all(|_| stream.next() == fork.next()));
    assert_eq!(stream, fork);
}

#[test]
fn the_first_draws_are_what_they_have_always_been() {
    // Computed by another ChaCha8 (8 rounds, 64-bit counter, stream number as nonce). A change here changes every
    // result, so it needs a new version of replsim.
    assert_eq!(
        draws(0, 0, "", "", 2),
        [0x26C9_55F6_AFA8_952F, 0x15D9_30BA_D482_8190]
    );
    assert_eq!(
        draws(1, 0, "m1", "fsync", 3),
        [
            0x5F20_F999_9557_F2DE,
            0x06F1_7C50_5E4B_52C8,
            0xBB6D_0664_C539_F4C8
        ]
    );
    assert_eq!(
        draws(1, 1, "a>b", "delay", 2),
        [0xA01A_0A86_B7B8_4BF3, 0x569A_559C_EE3D_5D01]
    );
    let mut weather = Weather::new(1, 1, "a>b", "delay");
    assert_eq!(
        [weather.at(1_000_000), weather.at(1)],
        [0x5479_CC84_0DEA_82A5, 0x569A_559C_EE3D_5D01]
    );
}
