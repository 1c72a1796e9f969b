//! What values a server variable takes: as my.cnf and SET take them, and as the server shows them.

use crate::spec::names;
use crate::spec::settings::Setting;

/// The values of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ON or OFF.
    Switch,
    /// A whole number within bounds, in a unit that may be empty.
    Whole {
        /// The lowest.
        low: i128,
        /// The highest.
        high: i128,
        /// What it counts.
        unit: &'static str,
    },
    /// A number with decimals.
    Decimal,
    /// One of these words, in any case, or its place in the list.
    Words(Vec<&'static str>),
    /// Anything: a name, a path, a list.
    Text,
}

impl Kind {
    /// A column of the table, such as `integer 0..4294967295 seconds` or `words FILE,TABLE`.
    pub(super) fn parse(text: &'static str) -> Result<Kind, String> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        match (word, rest) {
            ("switch", "") => Ok(Kind::Switch),
            ("decimal", "") => Ok(Kind::Decimal),
            ("text", "") => Ok(Kind::Text),
            ("words", words) if !words.is_empty() => Ok(Kind::Words(words.split(',').collect())),
            ("integer", rest) => {
                let (range, unit) = rest.split_once(' ').unwrap_or((rest, ""));
                let ends = range.split_once("..");
                let ends =
                    ends.and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
                let (low, high) = ends.ok_or_else(|| format!("no range: {range:?}"))?;
                Ok(Kind::Whole { low, high, unit })
            }
            _ => Err(format!("no kind of values: {text:?}")),
        }
    }

    /// The value as the server shows it, or what was expected.
    pub fn shown(&self, setting: &Setting) -> Result<String, String> {
        match self {
            Kind::Switch => Ok(if setting.switch()? { "ON" } else { "OFF" }.to_owned()),
            Kind::Whole { low, high, unit } => {
                let number = setting.between(*low, *high, unit)?;
                Ok(number.to_string())
            }
            Kind::Decimal => match setting.0.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(format!("{number:.6}")),
                _ => Err(format!(
                    "expected a number, as in my.cnf, not {:?}",
                    setting.0
                )),
            },
            Kind::Words(words) => {
                let same = |word: &&&str| word.eq_ignore_ascii_case(&setting.0);
                let place = || words.get(setting.0.parse::<usize>().ok()?);
                // Servers take ON and OFF for 1 and 0 where they are words.
                let switch = || {
                    let word = if setting.switch().ok()? { "ON" } else { "OFF" };
                    words.iter().find(|known| **known == word)
                };
                let found = words.iter().find(same).or_else(place).or_else(switch);
                found.map(|word| (*word).to_owned()).ok_or_else(|| {
                    format!("expected {}, not {:?}", names::listed(words), setting.0)
                })
            }
            Kind::Text => Ok(setting.0.clone()),
        }
    }

    /// A whole number of this variable that is no more than can be modelled.
    pub fn whole(&self, setting: &Setting, most: u64) -> Result<u64, String> {
        match self {
            Kind::Whole { low, high, unit } => setting
                .between(*low, (*high).min(i128::from(most)), unit)
                .map(|number| number.max(0) as u64),
            Kind::Switch | Kind::Decimal | Kind::Words(_) | Kind::Text => {
                setting.whole(0, most, "")
            }
        }
    }

    /// The nearest value that the variable takes, if a number is too small or too large.
    pub fn nearest(&self, text: &str) -> Option<String> {
        let number: i128 = text.parse().ok()?;
        match self {
            Kind::Whole { low, high, .. } if !(*low..=*high).contains(&number) => {
                Some(number.clamp(*low, *high).to_string())
            }
            Kind::Whole { .. } | Kind::Switch | Kind::Decimal | Kind::Words(_) | Kind::Text => None,
        }
    }

    /// In words, for people who write one.
    pub fn described(&self) -> String {
        match self {
            Kind::Switch => "ON or OFF".to_owned(),
            Kind::Whole { low, high, unit } => {
                format!("{low} to {high} {unit}").trim_end().to_owned()
            }
            Kind::Decimal => "a number".to_owned(),
            Kind::Words(words) => words.join(", "),
            Kind::Text => "text".to_owned(),
        }
    }
}
