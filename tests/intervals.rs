//! Intervals of 95 % cover the truth in 95 % of repetitions, where the truth is known.

use replsim::estimate::interval::{Interval, Sample, Share};
use replsim::random::Stream;

const REPETITIONS: u64 = 10_000;

fn uniform(draws: &mut Stream) -> f64 {
    (draws.next() >> 11) as f64 / (1u64 << 53) as f64
}

/// Sum of twelve uniform numbers: close to normal, mean 0.
fn normal(draws: &mut Stream) -> f64 {
    (0..12).map(|_| uniform(draws)).sum::<f64>() - 6.0
}

fn exponential(draws: &mut Stream) -> f64 {
    -libm::log(1.0 - uniform(draws))
}

/// The share of the repetitions whose interval covers the truth.
fn coverage(truth: f64, mut interval: impl FnMut(&mut Stream) -> Interval) -> f64 {
    let covers = |repetition: u64| {
        let mut draws = Stream::new(5, repetition, "test", "intervals");
        let [low, high] = interval(&mut draws);
        low <= truth && truth <= high
    };
    (0..REPETITIONS)
        .map(covers)
        .filter(|&covers| covers)
        .count() as f64
        / REPETITIONS as f64
}

fn of_mean(count: u64, draw: fn(&mut Stream) -> f64) -> impl FnMut(&mut Stream) -> Interval {
    move |draws| {
        let mut sample = Sample::default();
        (0..count).for_each(|_| sample.add(draw(draws)));
        sample.interval().expect("two or more")
    }
}

#[test]
fn intervals_of_a_mean_cover_it_in_94_to_96_percent_of_ten_thousand_repetitions() {
    for (truth, count, draw) in [
        (0.0, 3, normal as fn(&mut Stream) -> f64),
        (0.0, 10, normal),
        (0.5, 20, uniform),
        // A skewed number needs more runs.
        (1.0, 400, exponential),
    ] {
        let covered = coverage(truth, of_mean(count, draw));
        assert!(
            (0.94..=0.96).contains(&covered),
            "{count} of mean {truth}: {covered}"
        );
    }
}

#[test]
fn wilson_covers_a_share_in_at_least_93_percent_and_its_bound_of_zero_in_95() {
    for (share, of) in [(0.5, 20), (0.1, 50), (0.02, 200), (0.003, 400), (0.97, 100)] {
        let covered = coverage(share, |draws| {
            let hits = (0..of).filter(|_| uniform(draws) < share).count() as u64;
            Share { hits, of }.interval()
        });
        assert!(covered >= 0.93, "{share} of {of}: {covered}");
    }
    // The largest share that the bound still allows is missed by all of so many in 5 % of repetitions.
    let of = 200;
    let bound = Share { hits: 0, of }.bound_of_zero();
    let missed = coverage(1.0, |draws| {
        let seen = (0..of).any(|_| uniform(draws) < bound);
        [0.0, f64::from(u8::from(!seen))]
    });
    assert!((0.045..=0.055).contains(&missed), "{missed}");
}

#[test]
fn batches_of_a_number_that_remembers_cover_its_mean_once_they_are_long() {
    // x' = 0.9 x + noise: the correlation is gone after some ten steps, a batch has 200.
    let covered = coverage(0.0, |draws| {
        let mut sample = Sample::default();
        let mut x = 0.0;
        for _ in 0..60 {
            x = 0.9 * x + normal(draws);
        }
        for _ in 0..30 {
            let mut sum = 0.0;
            for _ in 0..200 {
                x = 0.9 * x + uniform(draws) - 0.5;
                sum += x;
            }
            sample.add(sum / 200.0);
        }
        sample.interval().expect("many batches")
    });
    assert!((0.93..=0.96).contains(&covered), "{covered}");
}
