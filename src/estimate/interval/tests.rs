//! Tests of `interval`.

use super::*;

#[test]
fn t_quantiles_are_those_of_the_tables() {
    for (freedom, expected) in [
        (1.0, 12.706_205),
        (2.0, 4.302_653),
        (4.0, 2.776_445),
        (9.0, 2.262_157),
        (30.0, 2.042_272),
        (199.0, 1.971_957),
    ] {
        let found = t_quantile(0.975, freedom);
        assert!((found - expected).abs() < 1e-5, "{freedom}: {found}");
    }
}

fn sample(values: &[f64]) -> Sample {
    let mut sample = Sample::default();
    values.iter().for_each(|&value| sample.add(value));
    sample
}

#[test]
fn a_mean_of_one_run_or_of_equal_runs_has_no_interval() {
    assert_eq!(sample(&[3.0]).interval(), None);
    assert_eq!(sample(&[0.0; 30]).interval(), None);
    let [low, high] = sample(&[3.0, 5.0]).interval().expect("two runs");
    assert!(
        (low + 8.706).abs() < 1e-3 && (high - 16.706).abs() < 1e-3,
        "{low} {high}"
    );
}

#[test]
fn without_skewness_it_is_students_interval_and_with_it_the_transformation_holds_at_both_ends() {
    let even = sample(&[-2.0, -1.0, 0.0, 1.0, 2.0]);
    let [low, high] = even.interval().expect("a spread");
    let half = even.half_width().expect("a spread");
    assert!((low + half).abs() < 1e-9 && (high - half).abs() < 1e-9);

    let values = [0.0, 0.0, 1.0, 0.0, 7.0, 2.0, 0.0, 1.0];
    let skewed = sample(&values);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let moment = |power| values.iter().map(|x| (x - mean).powi(power)).sum::<f64>() / n;
    let skewness = moment(3) / moment(2).powf(1.5) * (n * (n - 1.0)).sqrt() / (n - 2.0);
    let error = (moment(2) / (n - 1.0)).sqrt();
    let [low, high] = skewed.interval().expect("a spread");
    for (end, expected) in [(low, 1.0), (high, -1.0)] {
        let t = (mean - end) / error;
        let g = t
            + skewness * (2.0 * t * t + 1.0) / (6.0 * n.sqrt())
            + skewness * skewness * t.powi(3) / (27.0 * n);
        let quantile = expected * t_quantile(0.975, n - 1.0);
        assert!((g - quantile).abs() < 1e-9, "{g} {quantile}");
    }
    assert!(high - mean > mean - low, "{low} {high}");
}
