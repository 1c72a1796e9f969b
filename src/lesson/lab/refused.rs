//! The source refuses an IO thread: error 1236 and what is said with it (semantics.md 6.2, 8, 14.1).

use super::machine::Trouble;
use super::positions::Place;
use super::seen::Seen;
use crate::engine::Moment;
use crate::lesson::binlog::MAGIC;
use crate::lesson::vocabulary::NotSent;
use crate::protocol::gtid::GtidSet;
use crate::protocol::ids::ServerId;
use crate::protocol::variables::Positioning;
use crate::protocol::world::World;

impl Seen {
    /// The source refused the IO thread of a replica.
    pub fn refused_at_connect(&mut self, now: Moment, id: ServerId, world: &World) {
        let (number, not_sent) = self.words.errors.not_sent;
        let server = world.server(id);
        let known = self.machine(id).upstream.clone().unwrap_or_default();
        let by_gtid = server.variables.positioning == Positioning::Gtid;
        let upstream = server.replica.upstream;
        let (file, at) = known.wrong.clone().unwrap_or_default();
        let place = upstream.map(|upstream| self.place(upstream, &file, at, world));
        let (have, gone) = (server.received(), self.purged(id, world));
        let missing = gone.without(&have);
        let sets = [have, missing.clone()].map(|set| self.gtid_set(&set).to_string());
        let last = server.executed_last();
        let has_later = last.is_some_and(|last| {
            let seq = self.seq.get(&last);
            let of = upstream.and_then(|of| self.last_in_binlog(of, world));
            of.is_some_and(|theirs| self.seq.get(&theirs) > seq)
        });
        let last = last.map_or_else(String::new, |gtid| self.gtid_text(gtid));
        let purged = missing.count() > 0;
        let ends = upstream.map_or([0, 0], |upstream| {
            let first = MAGIC + self.words.events.format_description;
            let end = self.end_of_binlog(upstream, world);
            [first, end.1]
        });
        let is_inside = known.wrong.is_some() && matches!(place, Some(Place::Inside));
        let reason = match (known.wrong.is_some(), place) {
            (true, Some(Place::NoFile)) => NotSent::NoFile,
            (true, Some(Place::BehindEnd)) => NotSent::BehindEnd(&file, at),
            (true, _) => NotSent::Inside(&file, at, ends),
            (false, _) if !by_gtid && purged => NotSent::NoFile,
            (false, _) if purged => NotSent::Purged(&sets[0], &sets[1]),
            (false, _) if has_later => NotSent::Diverged(&last),
            (false, _) => NotSent::Ahead(&last),
        };
        let never_sent = matches!(reason, NotSent::Purged(..));
        let source = self.words.source;
        let text = not_sent(&reason);
        self.machine_mut(id).io_trouble = Trouble {
            number,
            text: format!(
                "Got fatal error 1236 from {source} when reading data from binary log: {text}"
            ),
            at: now,
        };
        if is_inside {
            self.begins_and_ends(id, world);
        } else if never_sent {
            self.never_began(id, world);
        }
    }

    /// What a replica's upstream has executed and no longer has in its binlog.
    fn purged(&self, id: ServerId, world: &World) -> GtidSet {
        let mut gone = GtidSet::default();
        if let Some(upstream) = world.server(id).replica.upstream {
            let source = world.server(upstream);
            gone.extend(&source.history.set_between(0, source.purged));
            for run in source.history.runs().iter().filter(|run| !run.logged) {
                gone.insert(run.first.origin, run.first.number, run.count);
            }
        }
        gone
    }
}
