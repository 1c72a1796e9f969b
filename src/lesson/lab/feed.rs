//! Load in the background: a statement that is typed again and again, with a number in it.

use super::{Lab, Reply};
use crate::lesson::sql::statement::Statement;
use crate::protocol::fact::Outcome;
use crate::protocol::ids::{ServerId, SessionId};
use crate::spec::limits;

/// A statement that some sessions type so many times.
#[derive(Clone, Debug)]
pub struct Feed {
    server: ServerId,
    statement: String,
    next: u64,
    until: u64,
    sessions: Vec<SessionId>,
    /// Statements that were answered with OK.
    pub acknowledged: u64,
    /// Statements that were not.
    pub failed: u64,
    /// The first error.
    pub error: Option<String>,
}

impl Feed {
    /// Whether a session types for it.
    pub fn uses(&self, session: SessionId) -> bool {
        self.sessions.contains(&session)
    }

    /// Whether all is typed and answered.
    pub fn is_over(&self) -> bool {
        self.sessions.is_empty()
    }
}

impl Lab<'_> {
    /// Some sessions type a statement `count` times in all; `{n}` in it counts from `from`. Its number.
    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    pub fn feed(
        &mut self,
        server: ServerId,
        statement: &str,
        from: u64,
        count: u64,
        sessions: u16,
    ) -> Result<usize, String> {
        let first = statement.replace("{n}", &from.to_string());
        match self.parse(&first)?.statement {
            Statement::Change(_) => {}
            _ => {
                return Err(format!(
                    "only statements that change rows can be repeated, not {statement:?}"
                ));
            }
        }
        let mut feed = Feed {
            server,
            statement: statement.to_owned(),
            next: from,
            until: from + count,
            sessions: Vec::new(),
            acknowledged: 0,
            failed: 0,
            error: None,
        };
        for _ in 0..sessions {
            let mut others = self.sessions_of(server).skip(1);
            let free = others.find(|session| !feed.uses(*session) && self.is_idle(*session));
            let Some(session) = free else {
                return Err(format!("{sessions} sessions are more than are free"));
            };
            feed.sessions.push(session);
        }
        let sessions = feed.sessions.clone();
        self.feeds.push(feed);
        let number = self.feeds.len() - 1;
        for session in sessions {
            self.touch(server, session);
            self.feed_next(number, session);
        }
        Ok(number)
    }

    /// A feed.
    pub fn fed(&self, number: usize) -> &Feed {
        &self.feeds[number]
    }

    /// Whether any feed is under way.
    pub fn is_feeding(&self) -> bool {
        self.feeds.iter().any(|feed| !feed.is_over())
    }

    /// An error if the feeds have typed more than is kept; they have stopped then.
    pub fn has_room_for_feeds(&self) -> Result<(), String> {
        let most = limits::FED;
        match self.typed > most {
            true => Err(format!(
                "the feeds have typed more than {most} statements (docs/limits.md)"
            )),
            false => Ok(()),
        }
    }

    fn feed_next(&mut self, number: usize, session: SessionId) {
        let feed = &mut self.feeds[number];
        let stops = feed.next >= feed.until || feed.error.is_some() || self.typed > limits::FED;
        if stops {
            feed.sessions.retain(|known| *known != session);
            return;
        }
        self.typed += 1;
        let text = feed.statement.replace("{n}", &feed.next.to_string());
        feed.next += 1;
        let server = feed.server;
        let typed = self.parse(&text);
        let typed = typed.and_then(|typed| self.run_typed(server, session, typed));
        if !matches!(typed, Ok(Reply::Waits(_))) {
            self.feeds[number].error = typed.err();
            self.feeds[number]
                .sessions
                .retain(|known| *known != session);
        }
    }

    /// Sessions that have their answers type on.
    pub(super) fn go_on_feeding(&mut self) {
        for number in 0..self.feeds.len() {
            for session in self.feeds[number].sessions.clone() {
                let answer = self.seen.connections[session].answer;
                let Some((outcome, _)) = answer else { continue };
                let text = self.answer_of(session);
                let feed = &mut self.feeds[number];
                match outcome {
                    Outcome::Ok => feed.acknowledged += 1,
                    Outcome::Refused | Outcome::Error | Outcome::Unknown => {
                        feed.failed += 1;
                        feed.error = feed.error.take().or(text);
                    }
                }
                self.feed_next(number, session);
            }
        }
    }
}
