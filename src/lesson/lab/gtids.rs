//! GTIDs as each flavour prints them: uuid sets in MySQL, domain-server-sequence in MariaDB.

use super::seen::Seen;
use crate::protocol::gtid::GtidSet;
use crate::protocol::ids::{Gtid, ServerId};
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

impl Seen {
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
