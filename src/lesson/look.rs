//! What a lesson looks at: counts and rows on several servers, and pictures of a moment.

use super::part::{Part, Stage};
use super::play::Player;
use crate::engine::Moment;
use crate::measure::seconds;
use crate::observe::places::Places;
use crate::observe::trace::Trace;
use crate::observe::words::Words;
use crate::protocol::ids::{ServerId, Span};
use crate::spec::Error;
use crate::spec::lesson::{Counts, Picture, Shows};

impl Player<'_, '_> {
    /// `count(*)` on several servers, and whether their rows are the same.
    pub(super) fn counts(&mut self, counts: &Counts, at: &str) -> Result<(), Error> {
        let Some((database, table)) = counts.table.split_once('.') else {
            return Err(Error::at(format!("{at}.table"), "expected database.table"));
        };
        let id = (database.to_owned(), table.to_owned());
        let mut lines = Vec::new();
        let mut up = Vec::new();
        for name in &counts.on {
            let server = self.server(Some(name), &format!("{at}.on"))?;
            if !self.lab.simulation.world.server(server).is_up() {
                lines.push(format!("{name} count: OUT"));
                continue;
            }
            let rows = self
                .lab
                .seen
                .machine(server)
                .store
                .table(&id)
                .map(|table| &table.rows);
            let replica = &self.lab.simulation.world.server(server).replica;
            let waiting = replica.relay.end() - replica.applied;
            let waiting = match (counts.received, replica.upstream) {
                (true, Some(_)) => format!(", and {waiting} transactions in the relay log"),
                _ => String::new(),
            };
            lines.push(match rows {
                Some(rows) => format!("{name} count: {}{waiting}", rows.len()),
                None => format!("{name} count: no such table"),
            });
            up.push((name, rows));
        }
        if let Some(((first, rows), others)) = up.split_first()
            && !others.is_empty()
        {
            let differ: Vec<String> = others
                .iter()
                .filter(|(_, other)| other != rows)
                .map(|(name, other)| {
                    let (Some(mine), Some(theirs)) = (rows, other) else {
                        return format!("{name} has no such table");
                    };
                    let missing = mine.iter().filter(|(key, _)| !theirs.contains_key(*key)).count();
                    let more = theirs.iter().filter(|(key, _)| !mine.contains_key(*key)).count();
                    let changed = mine
                        .iter()
                        .filter(|(key, row)| theirs.get(*key).is_some_and(|other| other != *row))
                        .count();
                    format!("{name} lacks {missing} rows of {first}, has {more} more, and {changed} differ")
                })
                .collect();
            lines.push(match differ.is_empty() {
                true => "row by row: the same".to_owned(),
                false => differ.join("; "),
            });
        }
        self.happened(&format!("$ count {}\n{}", counts.table, lines.join("\n")));
        Ok(())
    }

    /// A picture of this moment, or of the time up to it.
    pub(super) fn picture(&mut self, picture: &Picture, at: &str) -> Result<(), Error> {
        let caption = picture.caption.clone();
        let part = match picture.kind {
            Shows::SpaceTime => Part::SpaceTime {
                caption,
                trace: self.trace(self.since(picture)),
            },
            Shows::DataWay => {
                let id = self.server(picture.replica.as_deref(), &format!("{at}.replica"))?;
                Part::Way {
                    caption,
                    stages: self.way(id),
                }
            }
            Shows::Lag => self.lag(caption, self.since(picture)),
        };
        self.parts.push(part);
        Ok(())
    }

    fn since(&self, picture: &Picture) -> Moment {
        let now = self.lab.now();
        match (picture.last, picture.since_step) {
            (Some(last), _) => Moment::after(now.since(Moment::after(Span(last.0)))),
            (None, Some(steps)) => {
                let at = self.began.len().saturating_sub(1 + steps);
                self.began.get(at).copied().unwrap_or(Moment::START)
            }
            (None, None) => Moment::START,
        }
    }

    fn trace(&self, from: Moment) -> Trace {
        let world = &self.lab.simulation.world;
        let upstream = world.servers.iter().map(|server| server.replica.upstream);
        let homes = world.sessions.iter().map(|session| session.server);
        let places = Places::of_threads(self.plan, upstream.collect(), homes.collect());
        let words = Words { plan: self.plan };
        Trace::of(
            &self.lab.seen.teller.events,
            &words,
            &places,
            from,
            self.lab.now(),
        )
    }

    /// Binlog, dump thread, IO thread, relay log, SQL thread: what each has of the others.
    fn way(&mut self, id: ServerId) -> Vec<Stage> {
        let world = &self.lab.simulation.world;
        let (relay_file, relay_pos, _) = self.lab.seen.relay_coordinates(id, world);
        let seen = &self.lab.seen;
        let Some(upstream) = world.server(id).replica.upstream else {
            return Vec::new();
        };
        let name = |id: ServerId| seen.machine(id).identity.name.clone();
        let stage = |server: ServerId, what: &str, (file, at): (String, u64), shown: &str| Stage {
            server: name(server),
            what: what.to_owned(),
            position: format!("{file}:{at}"),
            shown: shown.to_owned(),
        };
        let source = world.server(upstream);
        let end = seen.end_of_binlog(upstream, world);
        let mut stages = vec![stage(
            upstream,
            "binlog",
            end,
            "File, Position of SHOW MASTER STATUS",
        )];
        if world.link(id).dump.on == Some(upstream) {
            let sent = source.position(world.link(id).dump.cursor);
            let sent = seen.coordinates(upstream, sent, world);
            stages.push(stage(upstream, "dump thread", sent, "not shown anywhere"));
        }
        let read = seen.read_coordinates(id, world);
        stages.push(stage(
            id,
            "IO thread",
            read,
            "Master_Log_File, Read_Master_Log_Pos",
        ));
        let relay = (relay_file, relay_pos);
        stages.push(stage(
            id,
            "relay log",
            relay,
            "Relay_Log_File, Relay_Log_Pos",
        ));
        let executed = seen.executed_coordinates(id, world);
        stages.push(stage(
            id,
            "SQL thread",
            executed,
            "Relay_Master_Log_File, Exec_Master_Log_Pos",
        ));
        stages
    }

    fn lag(&self, caption: String, from: Moment) -> Part {
        let world = &self.lab.simulation.world;
        let replicas: Vec<usize> = (0..)
            .zip(&world.servers)
            .filter(|(_, server)| server.replica.upstream.is_some())
            .map(|(at, _)| at)
            .collect();
        let names = self.lab.servers();
        let lags = self.lab.seen.lags.iter().filter(|(at, _)| *at >= from);
        Part::Lag {
            caption,
            names: replicas.iter().map(|at| names[*at].clone()).collect(),
            points: lags
                .map(|(at, behind)| {
                    let behind = replicas.iter().map(|replica| behind[*replica]);
                    (seconds(*at - from), behind.collect())
                })
                .collect(),
        }
    }
}
