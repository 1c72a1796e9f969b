//! GTIDs as each flavour prints them: uuid sets in MySQL, domain-server-sequence in MariaDB.

use super::seen::Seen;
use crate::lesson::store::errors::SqlError;
use crate::protocol::gtid::GtidSet;
use crate::protocol::ids::{Gtid, ServerId};
use crate::protocol::world::World;
use std::collections::BTreeMap;
use std::fmt;

/// A set as MySQL prints it: intervals by uuid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UuidSet(pub BTreeMap<String, Vec<(u64, u64)>>);

impl UuidSet {
    /// Numbers of intervals, one per uuid.
    pub fn intervals(&self) -> Vec<u64> {
        self.0
            .values()
            .map(|intervals| intervals.len() as u64)
            .collect()
    }
}

impl UuidSet {
    /// A set as it is written: `uuid:1-5:7,uuid:1`; error 1772 if it is none.
    pub fn parse(text: &str) -> Result<UuidSet, SqlError> {
        let wrong = || {
            let text = format!("Malformed GTID set specification '{text}'.");
            SqlError::new(1772, "HY000", text)
        };
        let mut set = UuidSet::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            // A UUID alone names nothing.
            let (uuid, intervals) = part.split_once(':').unwrap_or((part, ""));
            let uuid = uuid.trim().to_ascii_lowercase();
            let is_uuid =
                uuid.len() == 36 && uuid.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
            is_uuid.then_some(()).ok_or_else(wrong)?;
            let intervals =
                Some(intervals).filter(|intervals| !intervals.is_empty() || part.contains(':'));
            for interval in intervals
                .into_iter()
                .flat_map(|intervals| intervals.split(':'))
            {
                let (first, last) = interval.split_once('-').unwrap_or((interval, interval));
                let number =
                    |text: &str| text.trim().parse::<u64>().ok().filter(|number| *number > 0);
                let (first, last) = (
                    number(first).ok_or_else(wrong)?,
                    number(last).ok_or_else(wrong)?,
                );
                if first <= last {
                    set.0.entry(uuid.clone()).or_default().push((first, last));
                }
            }
        }
        Ok(set.sorted())
    }

    /// Intervals in order, those that touch as one.
    fn sorted(mut self) -> UuidSet {
        for intervals in self.0.values_mut() {
            intervals.sort_unstable();
            let mut all: Vec<(u64, u64)> = Vec::new();
            for &(first, last) in intervals.iter() {
                match all.last_mut() {
                    Some(before) if first <= before.1.saturating_add(1) => {
                        before.1 = before.1.max(last)
                    }
                    _ => all.push((first, last)),
                }
            }
            *intervals = all;
        }
        self.0.retain(|_, intervals| !intervals.is_empty());
        self
    }

    /// What is here and not in another set.
    pub fn without(&self, other: &UuidSet) -> UuidSet {
        let mut left = UuidSet::default();
        for (uuid, intervals) in &self.0 {
            let gone = other.0.get(uuid).map_or(&[][..], Vec::as_slice);
            for &(first, last) in intervals {
                let mut from = first;
                for &(low, high) in gone.iter().filter(|gone| gone.1 >= first && gone.0 <= last) {
                    if low > from {
                        left.0
                            .entry(uuid.clone())
                            .or_default()
                            .push((from, low - 1));
                    }
                    from = from.max(high.saturating_add(1));
                }
                if from <= last {
                    left.0.entry(uuid.clone()).or_default().push((from, last));
                }
            }
        }
        left
    }

    /// What is in either.
    pub fn with(mut self, other: UuidSet) -> UuidSet {
        for (uuid, intervals) in other.0 {
            self.0.entry(uuid).or_default().extend(intervals);
        }
        self.sorted()
    }
}

impl fmt::Display for UuidSet {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (at, (uuid, intervals)) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(",\n")?;
            }
            f.write_str(uuid)?;
            for (first, last) in intervals {
                match first == last {
                    true => write!(f, ":{first}")?,
                    false => write!(f, ":{first}-{last}")?,
                }
            }
        }
        Ok(())
    }
}

/// MariaDB's list of positions: domain, server_id and sequence number of one GTID in each domain.
pub fn positions(text: &str) -> Result<Vec<(u32, u32, u64)>, SqlError> {
    let unread = || SqlError::new(1941, "HY000", "Could not parse GTID list");
    let mut all: Vec<(u32, u32, u64)> = Vec::new();
    for said in text.split(',').filter(|_| !text.trim().is_empty()) {
        let [domain, server, seq] = said.trim().split('-').collect::<Vec<_>>()[..] else {
            return Err(unread());
        };
        let gtid = (
            domain.parse().map_err(|_| unread())?,
            server.parse().map_err(|_| unread())?,
            seq.parse().map_err(|_| unread())?,
        );
        if let Some(other) = all.iter().find(|other| other.0 == gtid.0) {
            let text = format!(
                "GTID {}-{}-{} and {}-{}-{} conflict (duplicate domain id {})",
                gtid.0, gtid.1, gtid.2, other.0, other.1, other.2, gtid.0
            );
            return Err(SqlError::new(1943, "HY000", text));
        }
        all.push(gtid);
    }
    Ok(all)
}

impl Seen {
    /// The number that a transaction's GTID shows (MySQL), if it has one.
    pub fn shown_number(&self, gtid: Gtid) -> Option<u64> {
        (!self.anonymous.contains(&gtid)).then(|| gtid.number - self.anonymous_before(gtid))
    }

    /// How many of an origin's transactions had no GTID, up to this number.
    fn anonymous_before(&self, gtid: Gtid) -> u64 {
        let same = |known: &&Gtid| known.origin == gtid.origin && known.number < gtid.number;
        self.anonymous.iter().filter(same).count() as u64
    }

    /// MySQL's set of the transactions that have GTIDs.
    pub fn gtid_set(&self, set: &GtidSet) -> UuidSet {
        let mut printed = UuidSet::default();
        for (origin, low, high) in set.iter() {
            let uuid = &self.machine(origin.server).identity.uuid;
            if !self.anonymous.iter().any(|gtid| gtid.origin == origin) {
                let more = BTreeMap::from([(uuid.clone(), vec![(low, high - 1)])]);
                printed = printed.with(UuidSet(more));
                continue;
            }
            for number in low..high {
                let gtid = Gtid { origin, number };
                if self.anonymous.contains(&gtid) {
                    continue;
                }
                let number = number - self.anonymous_before(gtid);
                let intervals = printed.0.entry(uuid.clone()).or_default();
                match intervals.last_mut() {
                    Some(last) if last.1 + 1 == number => last.1 = number,
                    _ => intervals.push((number, number)),
                }
            }
        }
        printed
    }

    /// One GTID; empty if it has none.
    pub fn gtid_text(&self, gtid: Gtid) -> String {
        let identity = &self.machine(gtid.origin.server).identity;
        match self.seq.get(&gtid) {
            Some(seq) => format!("0-{}-{seq}", identity.server_id),
            None if self.anonymous.contains(&gtid) => "ANONYMOUS".to_owned(),
            None => {
                let number = gtid.number - self.anonymous_before(gtid);
                format!("{}:{number}", identity.uuid)
            }
        }
    }

    /// The last transaction in a server's binlog.
    pub fn last_in_binlog(&self, id: ServerId, world: &World) -> Option<Gtid> {
        let history = &world.server(id).history;
        let last = history.runs().iter().rev().find(|run| run.logged)?;
        history.get(last.end() - 1)
    }

    /// MariaDB's position: domain, server and sequence number of the last.
    pub fn seq_text(&self, last: Option<(ServerId, u64)>) -> String {
        last.map_or_else(String::new, |(id, seq)| {
            format!("0-{}-{seq}", self.machine(id).identity.server_id)
        })
    }

    /// MariaDB's Gtid_list: the last GTID of each server.
    pub fn last_of_each_server(&self, set: &GtidSet) -> Vec<Gtid> {
        let mut last: BTreeMap<ServerId, Gtid> = BTreeMap::new();
        for (origin, _, high) in set.iter() {
            let gtid = Gtid {
                origin,
                number: high - 1,
            };
            last.insert(origin.server, gtid);
        }
        last.into_values().collect()
    }
}
