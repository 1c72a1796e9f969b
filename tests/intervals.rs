//! Intervals of 95 % cover the truth in 95 % of repetitions, where the truth is known.

use replsim::estimate::interval::{Interval, Sample};
use replsim::estimate::ratio::Ratio;
use replsim::estimate::share::Share;
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
fn intervals_of_a_mean_cover_it_in_93_to_97_percent_of_ten_thousand_repetitions() {
    for (truth, count, draw) in [
        (0.0, 3, normal as fn(&mut Stream) -> f64),
        (0.0, 10, normal),
        (0.5, 20, uniform),
        // Without its correction for skewness it would be 0.90 and 0.92.
        (1.0, 10, exponential),
        (1.0, 30, exponential),
        (1.0, 400, exponential),
    ] {
        let covered = coverage(truth, of_mean(count, draw));
        assert!(
            (0.93..=0.97).contains(&covered),
            "{count} of mean {truth}: {covered}"
        );
    }
}

#[test]
fn exact_intervals_cover_a_share_in_at_least_95_percent_and_the_bound_of_a_zero_too() {
    for (share, of) in [(0.5, 20), (0.1, 50), (0.02, 200), (0.003, 400), (0.97, 100)] {
        let covered = coverage(share, |draws| {
            let hits = (0..of).filter(|_| uniform(draws) < share).count() as u64;
            Share { hits, of }.interval()
        });
        // Ten thousand repetitions of 0.95 are off by 0.005.
        assert!(covered >= 0.945, "{share} of {of}: {covered}");
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

#[test]
fn intervals_of_a_rare_loss_cover_its_mean_and_all_zeros_have_none() {
    // Six runs in a hundred lose one to twelve.
    let loss = |draws: &mut Stream| match uniform(draws) < 0.06 {
        true => 1.0 + libm::floor(12.0 * uniform(draws)),
        false => 0.0,
    };
    for count in [30, 200] {
        let mut none = 0;
        let covered = coverage(0.06 * 6.5, |draws| {
            let mut sample = Sample::default();
            (0..count).for_each(|_| sample.add(loss(draws)));
            none += u32::from(sample.interval().is_none());
            sample.interval().unwrap_or([0.0, f64::INFINITY])
        });
        assert!(covered >= 0.94, "{count}: {covered}");
        assert!(
            count > 30 || none > 1_000,
            "0.94^30 of them are all zero: {none}"
        );
    }
}

#[test]
fn the_ratio_of_runs_of_unequal_length_is_covered_and_the_mean_of_their_ratios_would_be_wider() {
    let mut wider = 0;
    let covered = coverage(2.0, |draws| {
        let (mut ratio, mut ratios) = (Ratio::default(), Sample::default());
        for _ in 0..30 {
            // A run of one to twenty pieces of its own.
            let length = 1.0 + libm::floor(20.0 * uniform(draws));
            let sum: f64 = (0..length as u32).map(|_| 2.0 * exponential(draws)).sum();
            ratio.add(sum, length);
            ratios.add(sum / length);
        }
        let width = |[low, high]: Interval| high - low;
        let (of_sums, of_ratios) = (ratio.interval(), ratios.interval());
        let (of_sums, of_ratios) = (of_sums.expect("a spread"), of_ratios.expect("a spread"));
        wider += u64::from(width(of_ratios) > width(of_sums));
        of_sums
    });
    assert!((0.93..=0.965).contains(&covered), "{covered}");
    assert!(wider > REPETITIONS * 8 / 10, "{wider}");
}
