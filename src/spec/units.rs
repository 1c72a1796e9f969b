//! Quantities with their unit, as people write them: "20 ms", "16 KiB", "1 Gbit/s", "50 /s".

use super::{limits, names};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::Value;
use std::borrow::Cow;

/// A unit's name and how many of the base unit it is: numerator, denominator.
type Unit = (&'static str, u128, u128);

/// Durations, in ns.
const TIME: [Unit; 8] = [
    ("ns", 1, 1),
    ("us", 1_000, 1),
    ("µs", 1_000, 1),
    ("μs", 1_000, 1),
    ("ms", 1_000_000, 1),
    ("s", 1_000_000_000, 1),
    ("min", 60_000_000_000, 1),
    ("h", 3_600_000_000_000, 1),
];
/// Sizes, in bytes.
const SIZE: [Unit; 8] = [
    ("B", 1, 1),
    ("kB", 1_000, 1),
    ("KB", 1_000, 1),
    ("KiB", 1 << 10, 1),
    ("MB", 1_000_000, 1),
    ("MiB", 1 << 20, 1),
    ("GB", 1_000_000_000, 1),
    ("GiB", 1 << 30, 1),
];
/// Bit rates, in bit/s.
const BIT_RATE: [Unit; 4] = [
    ("bit/s", 1, 1),
    ("kbit/s", 1_000, 1),
    ("Mbit/s", 1_000_000, 1),
    ("Gbit/s", 1_000_000_000, 1),
];
/// Rates, in thousandths of one per second.
const RATE: [Unit; 3] = [("/s", 1_000, 1), ("/min", 1_000, 60), ("/h", 1_000, 3_600)];
/// Rates of failures, in millionths of one per year.
const YEARLY: [Unit; 2] = [("/year", 1_000_000, 1), ("/month", 12_000_000, 1)];
/// Shares, in units of 2^-32.
const SHARE: [Unit; 1] = [("%", 1 << 32, 100)];

/// A decimal number as written: digits, and how many of them stand behind the point.
fn decimal(text: &str) -> Option<(u128, u32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    let sound = !whole.is_empty()
        && digits.len() <= 24
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (text.contains('.') != fraction.is_empty());
    sound
        .then(|| {
            digits
                .parse()
                .ok()
                .map(|digits| (digits, fraction.len() as u32))
        })
        .flatten()
}

/// `text` in the base unit, to the nearest whole.
fn parse(text: &str, units: &[Unit], what: &str, example: &str) -> Result<u128, String> {
    let known: Vec<&str> = units
        .iter()
        .map(|unit| unit.0)
        .filter(|name| *name != "μs")
        .collect();
    let expected = format!(
        "expected {what} such as {example:?} (units: {})",
        names::listed(&known)
    );
    let trimmed = text.trim();
    let end = trimmed
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .ok_or_else(|| format!("{text:?} has no unit, {expected}"))?;
    let (number, unit) = (&trimmed[..end], trimmed[end..].trim_start());
    let (digits, decimals) = decimal(number)
        .ok_or_else(|| format!("{text:?} does not begin with a number, {expected}"))?;
    let Some(&(_, times, by)) = units.iter().find(|known| known.0 == unit) else {
        let hint = names::nearest(unit, known)
            .map_or(String::new(), |near| format!(" (is `{near}` meant?)"));
        return Err(format!(
            "{text:?} has the unknown unit `{unit}`{hint}, {expected}"
        ));
    };
    let divisor = by * 10u128.pow(decimals);
    let scaled = digits
        .checked_mul(times)
        .and_then(|n| n.checked_add(divisor / 2));
    scaled
        .map(|n| n / divisor)
        .ok_or_else(|| format!("{text:?} is too large"))
}

/// A duration in ns: "20 ms".
pub fn duration(text: &str) -> Result<u64, String> {
    let ns = parse(text, &TIME, "a duration", "20 ms")?;
    if ns > u128::from(limits::DURATION) {
        Err(format!("{text:?} is longer than ten years"))
    } else {
        Ok(ns as u64)
    }
}

/// A duration (ns) as people write it, in the largest unit of which it is a whole number.
pub fn printed(ns: u64) -> String {
    let units = TIME
        .iter()
        .rev()
        .filter(|unit| unit.0 != "μs" && unit.0 != "µs");
    let whole = |unit: &&Unit| u128::from(ns) % unit.1 == 0 && ns > 0;
    let (unit, length, _) = units.clone().find(whole).unwrap_or(&TIME[0]);
    format!("{} {unit}", u128::from(ns) / length)
}

/// A size in bytes: "16 KiB".
pub fn bytes(text: &str) -> Result<u64, String> {
    fitting(text, parse(text, &SIZE, "a size", "16 KiB")?)
}

/// A bit rate in bit/s: "1 Gbit/s".
pub fn bit_rate(text: &str) -> Result<u64, String> {
    fitting(text, parse(text, &BIT_RATE, "a bit rate", "1 Gbit/s")?)
}

/// A rate in thousandths of one per second: "50 /s".
pub fn rate(text: &str) -> Result<u64, String> {
    fitting(text, parse(text, &RATE, "a rate", "50 /s")?)
}

/// A rate of failures in millionths of one per year: "0.5 /year".
pub fn yearly(text: &str) -> Result<u64, String> {
    fitting(
        text,
        parse(text, &YEARLY, "a rate of failures", "0.5 /year")?,
    )
}

/// A share in units of 2^-32, below 1: "0.1 %".
pub fn share(text: &str) -> Result<u32, String> {
    let share = parse(text, &SHARE, "a share", "0.1 %")?;
    u32::try_from(share).map_err(|_| format!("{text:?} must be below 100 %"))
}

/// A share in units of 2^-32 that may be above 1: "150 %".
pub fn percentage(text: &str) -> Result<u64, String> {
    fitting(text, parse(text, &SHARE, "a percentage", "150 %")?)
}

/// Seconds as servers take them, with or without decimals, in ns: "2.5".
pub fn plain_seconds(text: &str) -> Option<u64> {
    let (digits, decimals) = decimal(text)?;
    let ns = digits.checked_mul(1_000_000_000)? / 10u128.pow(decimals);
    u64::try_from(ns).ok()
}

fn fitting(text: &str, number: u128) -> Result<u64, String> {
    u64::try_from(number).map_err(|_| format!("{text:?} is too large"))
}

/// A quantity type over one of the parsers above.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $inner:ty, $parse:ident, $what:literal, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub $inner);

        impl $name {
            /// Reads a text; an error says what was expected.
            pub fn read(text: &str) -> Result<Self, String> {
                $parse(text).map($name)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match Value::deserialize(deserializer)? {
                    Value::String(text) => $parse(&text).map($name).map_err(D::Error::custom),
                    other => Err(D::Error::custom(format!("{} has no unit, expected {}", crate::shown::value(&other), $what))),
                }
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "description": $what })
            }
        }
    };
}

quantity!(
    /// A duration in ns.
    Duration, u64, duration, "a duration such as \"20 ms\"",
    "^[0-9]+(\\.[0-9]+)? ?(ns|us|µs|μs|ms|s|min|h)$"
);
quantity!(
    /// A size in bytes.
    Bytes, u64, bytes, "a size such as \"16 KiB\"",
    "^[0-9]+(\\.[0-9]+)? ?(B|kB|KB|KiB|MB|MiB|GB|GiB)$"
);
quantity!(
    /// A bit rate in bit/s.
    BitRate, u64, bit_rate, "a bit rate such as \"1 Gbit/s\"",
    "^[0-9]+(\\.[0-9]+)? ?[kMG]?bit/s$"
);
quantity!(
    /// A rate of failures in millionths of one per year.
    YearlyRate, u64, yearly, "a rate of failures such as \"0.5 /year\"",
    "^[0-9]+(\\.[0-9]+)? ?/(year|month)$"
);
quantity!(
    /// A rate in thousandths of one per second.
    Rate, u64, rate, "a rate such as \"50 /s\"",
    "^[0-9]+(\\.[0-9]+)? ?/(s|min|h)$"
);
quantity!(
    /// A share in units of 2^-32 that may be above 1.
    Percentage, u64, percentage, "a percentage such as \"150 %\"",
    "^[0-9]+(\\.[0-9]+)? ?%$"
);
quantity!(
    /// A share in units of 2^-32.
    Share, u32, share, "a share such as \"0.1 %\"",
    "^[0-9]+(\\.[0-9]+)? ?%$"
);

#[cfg(test)]
mod tests;
