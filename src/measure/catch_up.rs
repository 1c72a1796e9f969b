//! How long replicas that were away, or did not apply, take until they have caught up.

use super::levels::transactions_behind;
use crate::engine::Moment;
use crate::protocol::effect::Input;
use crate::protocol::fact::Fact;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::partition::End;
use crate::protocol::world::World;

/// So few transactions behind is caught up: some are always on their way.
const CAUGHT_UP: u64 = 10;

/// Where a replica stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It follows its master.
    Follows,
    /// It is down, cut off, or one of its threads is stopped.
    Away,
    /// It has been back since then.
    Back(Moment),
}

/// Watches every replica.
#[derive(Clone, Debug)]
pub struct CatchUps {
    standing: Vec<Standing>,
    longest: Option<Span>,
}

impl CatchUps {
    /// So many servers; all follow.
    pub fn new(servers: usize) -> CatchUps {
        CatchUps {
            standing: vec![Standing::Follows; servers],
            longest: None,
        }
    }

    fn set(&mut self, server: ServerId, standing: Standing) {
        self.standing[usize::from(server.0)] = standing;
    }

    /// A fact, at its moment.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    pub fn note(&mut self, now: Moment, fact: &Fact) {
        match *fact {
            Fact::Crashed { server, .. } => self.set(server, Standing::Away),
            Fact::Connected { replica, yes: true } => self.back(now, replica),
            // Its own past is no backlog.
            Fact::Promoted { server } => self.set(server, Standing::Follows),
            _ => {}
        }
    }

    /// An input, at its moment.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these inputs matter")]
    pub fn input(&mut self, now: Moment, input: Input, world: &World) {
        match input {
            Input::StopSqlThread(server) | Input::StopIoThread(server) => {
                self.set(server, Standing::Away)
            }
            Input::Cut(End::Server(one), End::Server(other)) => {
                for (replica, upstream) in [(one, other), (other, one)] {
                    if world.server(replica).replica.upstream == Some(upstream) {
                        self.set(replica, Standing::Away);
                    }
                }
            }
            Input::StartSqlThread(server) => self.back(now, server),
            _ => {}
        }
    }

    fn back(&mut self, now: Moment, server: ServerId) {
        if self.standing[usize::from(server.0)] == Standing::Away {
            self.set(server, Standing::Back(now));
        }
    }

    /// Looks at who has caught up, while this server serves.
    pub fn sample(&mut self, now: Moment, world: &World, master: ServerId) {
        for id in world.server_ids() {
            if let Standing::Back(since) = self.standing[usize::from(id.0)]
                && transactions_behind(world, master, id).is_some_and(|behind| behind <= CAUGHT_UP)
            {
                self.longest = self.longest.max(Some(now - since));
                self.set(id, Standing::Follows);
            }
        }
    }

    /// The longest catch-up of the run, and whether somebody who was back had not caught up at its end.
    pub fn finish(&self) -> (Option<Span>, bool) {
        let open = self
            .standing
            .iter()
            .any(|standing| matches!(standing, Standing::Back(_)));
        (self.longest, open)
    }
}
