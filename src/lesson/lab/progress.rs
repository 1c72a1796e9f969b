//! When transactions were written, received and applied: what `performance_schema` says of replication.

use super::machine::Trouble;
use super::seen::Seen;
use crate::engine::Moment;
use crate::protocol::commit::Phase;
use crate::protocol::ids::{Gtid, ServerId};
use crate::protocol::world::World;
use std::collections::HashMap;

/// A worker of a SQL thread, or the SQL thread that applies by itself.
#[derive(Clone, Debug, Default)]
pub struct Worker {
    /// What it applies, and since when.
    pub applying: Option<(Gtid, Moment)>,
    /// What it has applied last: from, to.
    pub applied: Option<(Gtid, Moment, Moment)>,
    /// Why it stopped.
    pub trouble: Trouble,
}

/// One server's transactions in time.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// When each was written to the binlog here.
    pub logged: HashMap<Gtid, Moment>,
    /// The last one in the relay log, and since when.
    pub queued: Option<(Gtid, Moment)>,
    /// The workers of the SQL thread that runs or ran last; none before it was started.
    pub workers: Vec<Worker>,
    /// They have a coordinator.
    pub coordinated: bool,
    /// The SQL thread ran when it was looked at last.
    ran: bool,
    /// Where the relay log ended when it was started.
    start: u64,
}

impl Progress {
    /// The relay log is another one: nobody has received or applied any of it.
    pub fn begins_anew(&mut self) {
        let logged = std::mem::take(&mut self.logged);
        *self = Progress {
            logged,
            ..Progress::default()
        };
    }

    /// Where the relay log was applied to when the SQL thread was started.
    pub fn started_at(&self) -> u64 {
        self.start
    }
}

impl Seen {
    /// Looks at the workers of every SQL thread: which have begun, which are done.
    pub(super) fn watch_workers(&mut self, now: Moment, world: &World) {
        for id in world.server_ids() {
            let server = world.server(id);
            let replica = &server.replica;
            let progress = &mut self.machines[id].progress;
            let runs = replica.sql_running && server.is_up();
            if runs && !progress.ran {
                let workers = usize::from(server.variables.workers).max(1);
                progress.workers = vec![Worker::default(); workers];
                progress.coordinated = server.variables.workers > 0;
                progress.start = replica.applied;
            }
            progress.ran = runs;
            for (task, worker) in replica.workers.iter().zip(&mut progress.workers) {
                let at_work = task.commit.phase != Phase::Idle;
                let gtid = replica.relay.get(task.index).filter(|_| at_work);
                match (worker.applying, gtid) {
                    (Some((before, since)), after) if after != Some(before) => {
                        // A failed one stays in its hands.
                        let index = server.history.find(before);
                        if index.is_some_and(|index| index < server.committed) {
                            worker.applied = Some((before, since, now));
                            worker.applying = None;
                        }
                        if let Some(after) = after {
                            worker.applying = Some((after, now));
                        }
                    }
                    (None, Some(after)) => worker.applying = Some((after, now)),
                    (Some(_), _) | (None, None) => {}
                }
            }
        }
    }

    /// A worker could not apply a transaction.
    pub(super) fn worker_fails(&mut self, id: ServerId, worker: u8, trouble: Trouble) {
        let mut workers = self.machine_mut(id).progress.workers.iter_mut();
        if let Some(worker) = workers.nth(usize::from(worker)) {
            worker.trouble = trouble;
        }
    }
}
