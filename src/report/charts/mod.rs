//! Charts as SVG text: pure drawing, the same bytes for the same numbers.

pub mod axis;
#[cfg(test)]
pub(crate) mod check;
pub mod latency;
pub mod loss;
pub mod pairs;
pub(crate) mod plot;
#[cfg(test)]
mod samples;
pub(crate) mod scale;
pub(crate) mod sheet;
pub mod timeline;
pub mod triangle;

use plotters::style::RGBColor;

/// The width of every chart, in pixels.
pub const WIDTH: i32 = 900;

/// The colours of Okabe and Ito, the pale yellow left out: it is lost on white.
pub(crate) const PALETTE: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(0, 0, 0),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
];

/// Lengths of ink and gap along a line, in pixels; empty is a solid line.
const DASHES: [&[f64]; 5] = [
    &[],
    &[9.0, 4.0],
    &[2.0, 3.0],
    &[12.0, 3.0, 2.0, 3.0],
    &[5.0, 3.0],
];

/// The shape that marks points of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Disc,
    Square,
    Triangle,
    Diamond,
    Cross,
    Ring,
}

const MARKS: [Mark; 6] = [
    Mark::Disc,
    Mark::Square,
    Mark::Triangle,
    Mark::Diamond,
    Mark::Cross,
    Mark::Ring,
];

/// How one line looks; dash and mark together tell 30 lines apart without colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub color: RGBColor,
    pub dash: &'static [f64],
    pub mark: Mark,
}

/// The look of line number `index`.
pub(crate) fn style(index: usize) -> Style {
    Style {
        color: PALETTE[index % PALETTE.len()],
        dash: DASHES[index % DASHES.len()],
        mark: MARKS[index % MARKS.len()],
    }
}

/// How the numbers of an axis are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Milliseconds,
    Seconds,
    PerSecond,
    Plain,
}

impl Unit {
    /// The unit a label ends with: "(ms)", "(s)", "(.../s)" or none of these.
    pub(crate) fn of(label: &str) -> Unit {
        let inner = label
            .trim_end()
            .strip_suffix(')')
            .and_then(|rest| rest.rsplit_once('('))
            .map_or("", |(_, unit)| unit.trim());
        match inner {
            "ms" => Unit::Milliseconds,
            "s" => Unit::Seconds,
            unit if unit.ends_with("/s") => Unit::PerSecond,
            _ => Unit::Plain,
        }
    }

    /// `value` for a reader: "10 ms", "1.5 s", "5 k/s", "20 k".
    pub(crate) fn write(self, value: f64) -> String {
        match self {
            Unit::Milliseconds => time(value),
            Unit::Seconds => time(value * 1e3),
            Unit::PerSecond => {
                let text = human(value);
                if text == "0" {
                    text
                } else {
                    format!("{text}/s")
                }
            }
            Unit::Plain => human(value),
        }
    }
}

/// A duration in milliseconds, written with the unit that fits.
pub(crate) fn time(ms: f64) -> String {
    let size = ms.abs();
    if size == 0.0 || !size.is_finite() {
        "0".to_owned()
    } else if size >= 999.5 {
        format!("{} s", digits(ms / 1e3))
    } else if size >= 0.9995e-1 {
        format!("{} ms", digits(ms))
    } else if size >= 0.9995e-4 {
        format!("{} µs", digits(ms * 1e3))
    } else {
        format!("{} ns", digits(ms * 1e6))
    }
}

/// A number with three significant digits and k, M or G.
pub(crate) fn human(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() {
        "0".to_owned()
    } else if size >= 999.5e6 {
        format!("{} G", digits(value / 1e9))
    } else if size >= 999.5e3 {
        format!("{} M", digits(value / 1e6))
    } else if size >= 999.5 {
        format!("{} k", digits(value / 1e3))
    } else {
        digits(value)
    }
}

/// Three significant digits, no trailing zeros.
fn digits(value: f64) -> String {
    let size = value.abs();
    if !(1e-4..1e15).contains(&size) {
        let text = format!("{value:.2e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        return format!("{mantissa}e{exponent}");
    }
    let before = libm::floor(libm::log10(size)) as i32;
    let places = (2 - before).clamp(0, 9) as usize;
    let text = format!("{value:.places$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A number for a table of numbers: six significant digits, no unit.
pub(crate) fn number(value: f64) -> String {
    crate::estimate::result::tidy(value).to_string()
}

/// One row of comma-separated values, newline included.
pub(crate) fn csv_row<S: AsRef<str>>(cells: &[S]) -> String {
    super::csv::row(cells)
}

/// The index of `name` among `names`, added at the end if new.
pub(crate) fn index_of(names: &mut Vec<String>, name: &str) -> usize {
    match names.iter().position(|known| known == name) {
        Some(index) => index,
        None => {
            names.push(name.to_owned());
            names.len() - 1
        }
    }
}

#[cfg(test)]
mod tests;
