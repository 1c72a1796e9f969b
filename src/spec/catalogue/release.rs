//! Families and versions of servers: since when a variable exists, and until when.

use crate::protocol::flavour::{Family, Flavour};

/// Major, minor, patch.
pub type Version = (u16, u16, u16);

/// A server's family and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The family.
    pub family: Family,
    /// The version.
    pub version: Version,
}

impl From<Flavour> for Release {
    /// The last patch version of the series, unless the flavour says one.
    fn from(flavour: Flavour) -> Release {
        let (major, minor) = flavour.series;
        Release {
            family: flavour.family,
            version: (
                major.into(),
                minor.into(),
                flavour.patch.unwrap_or(u16::MAX),
            ),
        }
    }
}

/// Reads `8.0` or `8.0.27`.
pub(super) fn version(text: &str) -> Result<Version, String> {
    let mut numbers = text.split('.').map(str::parse);
    match (
        numbers.next(),
        numbers.next(),
        numbers.next(),
        numbers.next(),
    ) {
        (Some(Ok(major)), Some(Ok(minor)), None, None) => Ok((major, minor, 0)),
        (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch)), None) => Ok((major, minor, patch)),
        _ => Err(format!("no version: {text:?}")),
    }
}

/// As people write it: without a patch of 0.
pub fn written((major, minor, patch): Version) -> String {
    match patch {
        0 => format!("{major}.{minor}"),
        _ => format!("{major}.{minor}.{patch}"),
    }
}

/// Where a spelling exists, of the releases in which its variable does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The family.
    pub family: Family,
    /// The first version.
    pub from: Option<Version>,
    /// The first version without it.
    pub until: Option<Version>,
}

impl Range {
    /// Reads `mariadb`, `mysql 8.0.26..` or `mysql ..9.7`.
    pub(super) fn parse(text: &str) -> Result<Range, String> {
        let (family, range) = text.split_once(' ').unwrap_or((text, ".."));
        let family = Family::ALL
            .into_iter()
            .find(|known| known.name().to_lowercase() == family)
            .ok_or_else(|| format!("no family: {family:?}"))?;
        let (from, until) = range.split_once("..").ok_or("no range of versions")?;
        let end = |text: &str| match text {
            "" => Ok(None),
            _ => version(text).map(Some),
        };
        Ok(Range {
            family,
            from: end(from)?,
            until: end(until)?,
        })
    }

    /// Whether a release is in it.
    pub fn has(&self, release: Release) -> bool {
        self.family == release.family
            && self.from.is_none_or(|from| from <= release.version)
            && self.until.is_none_or(|until| release.version < until)
    }
}
