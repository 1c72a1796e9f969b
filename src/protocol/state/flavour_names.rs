//! Names of flavours: every spelling, which flavours something is for, and what an unknown one is answered with.

use super::flavour::{Build, Family, Flavour};
use std::fmt;
use std::str::FromStr;

/// Which flavours something is for, as it is written: `mysql` or `mysql-8.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// All of a family.
    Family(Family),
    /// A series.
    Series(Flavour),
}

impl Only {
    /// Every one, as it is written.
    pub fn examples() -> Vec<String> {
        let families = Family::ALL.map(|family| family.name().to_lowercase());
        let series = Flavour::KNOWN.map(|known| known.to_string());
        families.into_iter().chain(series).collect()
    }

    /// Whether a flavour is one of them.
    pub fn has(self, flavour: Flavour) -> bool {
        match self {
            Only::Family(family) => flavour.family == family,
            Only::Series(series) => {
                (flavour.family, flavour.series) == (series.family, series.series)
            }
        }
    }
}

impl fmt::Display for Only {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Only::Family(family) => f.write_str(&family.name().to_lowercase()),
            Only::Series(series) => series.fmt(f),
        }
    }
}

impl FromStr for Only {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Only, Unknown> {
        match text {
            "mysql" => Ok(Only::Family(Family::Mysql)),
            "mariadb" => Ok(Only::Family(Family::Mariadb)),
            _ => text.parse().map(Only::Series),
        }
    }
}

/// A flavour that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// No name of a flavour.
    Name(String),
    /// A version of a family that is not among the known ones.
    Version(Flavour),
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = match self {
            Unknown::Name(name) => {
                let known = Flavour::KNOWN.map(|known| format!("`{known}`"));
                let known = known.join(", ");
                return write!(f, "unknown value `{name}`, expected one of {known}");
            }
            Unknown::Version(asked) => *asked,
        };
        let family = Flavour::KNOWN
            .into_iter()
            .filter(|known| known.family == asked.family);
        let (before, after): (Vec<_>, Vec<_>) =
            family.partition(|known| known.series < asked.series);
        match (before.last(), after.first()) {
            (Some(before), Some(after)) => {
                let differ = before.differences(*after).join(", ");
                write!(
                    f,
                    "`{asked}` is not known; the nearest is `{before}`; it and `{after}` differ in {differ}"
                )
            }
            (Some(nearest), None) | (None, Some(nearest)) => {
                write!(f, "`{asked}` is not known; the nearest is `{nearest}`")
            }
            (None, None) => write!(f, "`{asked}` is not known"),
        }
    }
}

impl std::error::Error for Unknown {}

impl FromStr for Flavour {
    type Err = Unknown;

    /// `mysql-8.0`, and as servers and people write it: `8.0.36`, `MySQL 5.7`, `5.7.42-log`, `percona-8.0.36`,
    /// `8.0.36-28` (Percona's and Debian's builds print this: it is taken for MySQL), `10.11.19-MariaDB-log`, `5.5.5-10.6.12-MariaDB` (as MariaDB says it to old clients), `8.0.mysql_aurora.3.05.2`. What
    /// stands behind a whole version is the builder's. Without a family MariaDB's versions are those from 10 on.
    fn from_str(text: &str) -> Result<Flavour, Unknown> {
        let unknown = || Unknown::Name(text.to_owned());
        let mut family = None;
        let mut build = Build::Own;
        let mut version = None;
        // MariaDB's protocol puts a version in front of its own that old clients take for MySQL's.
        let said = text.trim().trim_start_matches("5.5.5-");
        for word in said.split(['-', ' ', '+', '~', ':']) {
            let word = word.to_ascii_lowercase();
            match (word.as_str(), version) {
                ("mysql", _) if family.is_none() => family = Some(Family::Mysql),
                ("percona", None) if family.is_none() => {
                    (family, build) = (Some(Family::Mysql), Build::Percona);
                }
                ("mariadb", _) if family.is_none() => family = Some(Family::Mariadb),
                (number, None) => version = Some(numbers(number).ok_or_else(unknown)?),
                // A builder's suffix of a whole version.
                (_, Some((_, _, Some(_)))) | ("log", Some(_)) => {}
                (_, Some(_)) => return Err(unknown()),
            }
        }
        let (major, minor, patch) = version.ok_or_else(unknown)?;
        let by_number = match major {
            0..10 => Family::Mysql,
            10.. => Family::Mariadb,
        };
        let asked = Flavour {
            family: family.unwrap_or(by_number),
            series: (major, minor),
            patch,
            build,
        };
        let is_known = |known: &Flavour| Only::Series(*known).has(asked);
        match Flavour::KNOWN.iter().any(is_known) {
            true => Ok(asked),
            false => Err(Unknown::Version(asked)),
        }
    }
}

/// `8.0` or `8.0.36`.
fn numbers(text: &str) -> Option<(u8, u8, Option<u16>)> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    // Aurora says which MySQL it is like: `8.0.mysql_aurora.3.05.2`.
    let text = text
        .split_once(".mysql_aurora")
        .map_or(text, |(like, _)| like);
    let mut parts = text.split('.');
    let mut part = || parts.next();
    let (major, minor, patch) = (part()?, part()?, part());
    if part().is_some() || ![major, minor, patch.unwrap_or("0")].into_iter().all(digits) {
        return None;
    }
    let patch = patch.map(str::parse).transpose().ok()?;
    Some((major.parse().ok()?, minor.parse().ok()?, patch))
}
