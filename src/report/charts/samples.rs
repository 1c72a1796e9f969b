//! Made-up charts for tests, and a way to look at them.

use super::axis::{OverAxis, Panel, Series as Line};
use super::latency::{Latency, Series};
use super::loss::{Bars, Interval, Loss};
use super::timeline::Timeline;

const MODES: [&str; 5] = [
    "asynchronous",
    "semi-sync AFTER_SYNC",
    "group replication",
    "semi-sync AFTER_COMMIT",
    "Galera",
];
const CRASHES: [&str; 3] = ["no crash", "process killed", "host lost"];

/// 3 cases for each of `modes` modes (at most 5).
pub(crate) fn latency(modes: usize) -> Latency {
    let mut series = Vec::new();
    for (m, mode) in (0..).zip(MODES.iter().take(modes)) {
        for (c, crash) in (0..).zip(CRASHES) {
            let points = (0..100).map(|n| {
                let n = f64::from(n) / 20.0;
                let tail = if n > 3.0 {
                    f64::from(c) * (n - 3.0)
                } else {
                    0.0
                };
                let ms = (0.4 + f64::from(m)) * libm::pow(10.0, n / 5.0 + tail / 2.0);
                (ms, libm::pow(10.0, -n))
            });
            series.push(Series {
                panel: (*mode).to_owned(),
                name: format!("{mode}, {crash}"),
                points: points.collect(),
            });
        }
    }
    let title = "Commit latency, 100 clients, round trip 1 ms".to_owned();
    Latency { title, series }
}

/// Three modes over so many round trips, in so many panels.
pub(crate) fn over_axis(panels: usize, points: usize) -> OverAxis {
    let lines = if points == 1 { 1 } else { 3 };
    let panel = |number: usize| Panel {
        name: format!("sessions {}, statements {}", number + 1, 10 * number),
        y_label: "median latency (ms)".to_owned(),
        log_y: true,
        series: (0..lines)
            .map(|line| Line {
                name: MODES[line].to_owned(),
                points: (0..points)
                    .map(|point| {
                        let rtt = 0.2 * libm::pow(4.7, point as f64);
                        (rtt, 0.5 + rtt * line as f64 + number as f64)
                    })
                    .collect(),
            })
            .collect(),
    };
    OverAxis {
        title: "Latency over the round trip".to_owned(),
        x_label: "rtt (ms)".to_owned(),
        log_x: true,
        panels: (0..panels).map(panel).collect(),
    }
}

/// Nine cases and three metrics, from nothing to many.
pub(crate) fn loss() -> Loss {
    let cases = MODES[..3]
        .iter()
        .flat_map(|mode| CRASHES.iter().map(move |crash| format!("{mode}, {crash}")));
    let metric = |number: usize| Bars {
        name: format!("metric {number} with a name"),
        values: (0..9)
            .map(|case| {
                let mean = if case % 3 == 0 {
                    0.0
                } else {
                    libm::pow(5.0, case as f64 / 2.0 - number as f64)
                };
                Interval {
                    mean,
                    low: mean * 0.8,
                    high: mean * 1.2,
                }
            })
            .collect(),
    };
    Loss {
        title: "What is lost".to_owned(),
        cases: cases.collect(),
        metrics: (0..3).map(metric).collect(),
    }
}

/// A crash at 1.3 s, a promotion at 10 s.
pub(crate) fn timeline() -> Timeline {
    let bins = 120;
    let at = |bin: usize| bin as f64 * 0.1;
    let serves = |bin: &usize| at(*bin) < 1.3 || at(*bin) > 10.2;
    let rate = |bin: usize| {
        if serves(&bin) {
            2_100.0 + 50.0 * libm::sin(bin as f64)
        } else {
            0.0
        }
    };
    Timeline {
        title: "The master dies under load: run 0 of mode=after_sync, crash=host_loss".to_owned(),
        bin_seconds: 0.1,
        commits_per_second: (0..bins).map(rate).collect(),
        lag: vec![
            (
                "mysql-m".to_owned(),
                (0..bins)
                    .map(|bin| (at(bin) < 1.3).then_some(0.0))
                    .collect(),
            ),
            (
                "mysql-s-1".to_owned(),
                (0..bins).map(|bin| Some((bin % 17) as f64)).collect(),
            ),
            (
                "mysql-s-2".to_owned(),
                (0..bins).map(|bin| Some((bin % 11) as f64)).collect(),
            ),
        ],
        semi_sync: (0..bins)
            .map(|bin| serves(&bin).then_some(at(bin) < 1.3))
            .collect(),
        writable: (0..bins).map(|bin| serves(&bin)).collect(),
        marks: vec![
            (1.3, "mysql-m lost with its host".to_owned()),
            (9.4, "manager: master is dead".to_owned()),
            (10.0, "mysql-s-1 promoted".to_owned()),
        ],
    }
}

#[test]
#[ignore = "writes the charts into the directory named by REPLSIM_CHARTS, to be looked at"]
fn the_sample_charts_are_written() {
    let Some(place) = std::env::var_os("REPLSIM_CHARTS") else {
        return;
    };
    let place = std::path::PathBuf::from(place);
    let write = |name: &str, svg: String| {
        std::fs::write(place.join(name), svg).expect("a writable directory");
    };
    write("latency9.svg", latency(3).svg());
    write("latency15.svg", latency(5).svg());
    write("axis9.svg", over_axis(9, 5).svg());
    write("axis1.svg", over_axis(1, 5).svg());
    write("loss.svg", loss().svg());
    write("timeline.svg", timeline().svg());
    write("empty.svg", Latency::default().svg());
}
