//! What happens to the servers of a lesson beside statements: load, deaths, restarts, networks, dumps.

use super::lab::Network;
use super::play::Player;
use super::typing::{PATIENCE, PAUSE};
use crate::protocol::crash::Crash;
use crate::protocol::ids::{ServerId, Span};
use crate::spec::Error;
use crate::spec::lesson::{Death, Dump, Feed};
use crate::spec::script::setting;
use serde_json::{Map, Value};

impl Player<'_, '_> {
    /// A statement is typed again and again.
    pub(super) fn feeds(&mut self, id: ServerId, feed: &Feed, at: &str) -> Result<(), Error> {
        let times = feed.times.as_u64();
        let times =
            times.ok_or_else(|| Error::at(format!("{at}.times"), "expected a whole number"))?;
        let number = self
            .lab
            .feed(id, &feed.statement, feed.from, times, feed.sessions)
            .map_err(|problem| Error::at(at, problem))?;
        self.feed = Some(number);
        let who = match feed.sessions {
            1 => "one session".to_owned(),
            sessions => format!("{sessions} sessions"),
        };
        self.happened(&format!("# {who}, {times} times: {}", feed.statement));
        if !feed.background {
            let limit = self.lab.now() + PATIENCE;
            while self.lab.is_feeding() && self.lab.now() < limit {
                let next = self.lab.now() + Span::millis(10);
                self.lab.run_until(next);
            }
            self.fed(number);
        }
        Ok(())
    }

    /// A server dies, and with its host or its site whoever stands there too.
    pub(super) fn dies(&mut self, death: &Death, at: &str) -> Result<(), Error> {
        let id = self.server(Some(&death.server), &format!("{at}.server"))?;
        if !self.lab.simulation.world.server(id).is_up() {
            return Err(Error::at(
                format!("{at}.server"),
                format!("`{}` is dead already", death.server),
            ));
        }
        if let (Some(wanted), Some(feed)) = (&death.after_acknowledged, self.feed) {
            let problem = || {
                Error::at(
                    format!("{at}.after_acknowledged"),
                    "expected a whole number",
                )
            };
            let wanted = wanted.as_u64().ok_or_else(problem)?;
            self.lab
                .run_until_acknowledged(feed, wanted, self.lab.now() + PATIENCE);
        }
        let crash = death.kind.crash();
        self.lab.crash(id, crash);
        self.happened(&crash.shown(&death.server));
        // Clients learn of it.
        self.until(self.lab.now() + Span::millis(100));
        if let Some(feed) = self.feed.filter(|feed| self.lab.fed(*feed).error.is_some()) {
            self.fed(feed);
        }
        Ok(())
    }

    /// A server that died starts again.
    pub(super) fn starts(&mut self, name: &str, at: &str) -> Result<(), Error> {
        let id = self.server(Some(name), at)?;
        if self.lab.simulation.world.server(id).is_up() {
            return Err(Error::at(
                at,
                format!("`{name}` runs; `restart` stops it first"),
            ));
        }
        self.happened(&format!("$ docker start {name}"));
        self.until(self.lab.now() + PAUSE);
        self.lab.start(id);
        Ok(())
    }

    /// A server is restarted.
    pub(super) fn restarts(&mut self, name: &str, at: &str) -> Result<(), Error> {
        let id = self.server(Some(name), at)?;
        self.lab.crash(id, Crash::ProcessKill);
        self.happened(&format!("$ docker restart {name}"));
        self.until(self.lab.now() + PAUSE);
        self.lab.start(id);
        Ok(())
    }

    /// The network between two servers is cut, or works again.
    pub(super) fn network(
        &mut self,
        [a, b]: &[String; 2],
        network: Network,
        at: &str,
    ) -> Result<(), Error> {
        let ends = (self.server(Some(a), at)?, self.server(Some(b), at)?);
        self.lab.network(ends.0, ends.1, network);
        let what = network.words();
        self.happened(&format!("# the network between {a} and {b} {what}"));
        Ok(())
    }

    /// Lines for a server's my.cnf.
    pub(super) fn writes_my_cnf(
        &mut self,
        id: ServerId,
        lines: &Map<String, Value>,
        at: &str,
    ) -> Result<(), Error> {
        let mut said = Vec::new();
        for (name, value) in lines {
            let at = format!("{at}.{name}");
            let value = setting(&at, value)?;
            self.lab
                .configure(id, name, &value.0)
                .map_err(|problem| Error::at(at, problem))?;
            said.push(format!("{name}={}", value.0));
        }
        let name = &self.lab.servers()[usize::from(id.0)];
        self.happened(&format!("# my.cnf of {name}: {}", said.join(", ")));
        Ok(())
    }

    /// A dump of one server is loaded into another.
    pub(super) fn dumps(&mut self, dump: &Dump, at: &str) -> Result<(), Error> {
        let of = self.server(Some(&dump.of), &format!("{at}.of"))?;
        let into = self.server(Some(&dump.into), &format!("{at}.into"))?;
        let loaded = self.lab.load_dump(of, into);
        let (file, position) = loaded.map_err(|problem| Error::at(at, problem))?;
        self.happened(&format!(
            "$ mysqldump --host={} --all-databases --single-transaction --master-data=2 | mysql --host={}\n\
             -- CHANGE MASTER TO MASTER_LOG_FILE='{file}', MASTER_LOG_POS={position};",
            dump.of, dump.into
        ));
        Ok(())
    }
}
