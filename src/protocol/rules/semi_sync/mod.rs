//! The semi-sync state machine of a master (semantics.md 5).

mod settings;

use crate::protocol::state::ack_container::AckContainer;
use crate::protocol::state::commit::Committer;
use crate::protocol::state::counters::Counters;
use crate::protocol::state::flavour_rules::{AckCounters, Acks, NoSlave, NoTimes, Nodes};
use crate::protocol::state::ids::{Position, ServerId};
use crate::protocol::state::semi_sync::{Change, SemiSync, Sleeper, Wait};
use crate::protocol::state::variables::Variables;

impl SemiSync {
    /// `rpl_semi_sync_master_enabled=1`: all positions unknown; MariaDB is ON, MySQL if it waits without
    /// replicas or has enough of them (semantics.md 5.2).
    pub fn enable(&mut self, variables: &Variables) -> Change {
        let k = variables.wait_for_slave_count;
        self.enabled = true;
        self.reply = None;
        self.wait_known = false;
        self.commit = None;
        self.nodes.clear();
        self.wait_for_slave_count = k;
        self.acks = AckContainer::new(match self.rules.acks {
            Acks::One => 1,
            Acks::AsConfigured => k,
        });
        self.on = match self.rules.no_slave {
            NoSlave::EndsWaits => true,
            NoSlave::SwitchesOff => variables.wait_no_slave || self.clients >= k,
        };
        Change {
            status: Some(self.on),
            ..Change::default()
        }
    }

    /// `rpl_semi_sync_master_enabled=0`: waiters go on as if asynchronous, positions are forgotten (semantics.md 5.2).
    pub fn disable(&mut self, counters: &mut Counters) -> Change {
        let change = self.switch_off(counters);
        self.enabled = false;
        self.nodes.clear();
        self.commit = None;
        change
    }

    /// Registration when a group (MySQL) or a transaction (MariaDB) was written to the binlog (semantics.md 5.2).
    pub fn register(&mut self, position: Position, counters: &mut Counters) {
        if !self.enabled {
            return;
        }
        self.commit = self.commit.max(Some(position));
        if self.on {
            self.nodes.push_back(position);
            if self.rules.ack_counters == AckCounters::Counted {
                counters.request_ack += 1;
            }
        }
    }

    /// The wait call of a commit hook, `commitTrx` (semantics.md 5.2, "wait").
    pub fn begin_wait(
        &mut self,
        committer: Committer,
        position: Position,
        variables: &Variables,
        counters: &mut Counters,
    ) -> Wait {
        if !self.enabled {
            return Wait::Over;
        }
        if self.nobody_to_wait_for(variables) || !self.on {
            counters.no_tx += 1;
            return Wait::Over;
        }
        self.sleep_or_finish(committer, position, counters)
    }

    /// A sleeper runs again after it was woken: it looks at the state once more and may fall asleep again.
    pub fn resume_wait(
        &mut self,
        committer: Committer,
        position: Position,
        variables: &Variables,
        counters: &mut Counters,
    ) -> Wait {
        counters.tx_waits += 1;
        if !self.on || !self.enabled || self.nobody_to_wait_for(variables) {
            return self.ends_unacknowledged(position, counters);
        }
        if self.rules.no_slave == NoSlave::EndsWaits && self.is_dropped(position) {
            return self.ends_unacknowledged(position, counters);
        }
        self.sleep_or_finish(committer, position, counters)
    }

    /// MariaDB dropped the waiters when the last replica left (5.2); one that registered since then changes nothing.
    fn is_dropped(&self, position: Position) -> bool {
        self.reply.is_none_or(|reply| reply < position)
            && self.nodes.binary_search(&position).is_err()
    }

    /// The deadline of a sleeper passed: everybody falls back (semantics.md 5.2 f).
    pub fn time_out(&mut self, committer: Committer, counters: &mut Counters) -> Option<Change> {
        let at = self
            .sleepers
            .iter()
            .position(|sleeper| sleeper.committer == committer)?;
        let sleeper = self.sleepers.remove(at)?;
        let change = self.switch_off(counters);
        self.ends_unacknowledged(sleeper.position, counters);
        Some(change)
    }

    /// A replica acknowledged a position (semantics.md 5.2, "ACK").
    pub fn acknowledge(&mut self, replica: ServerId, position: Position) -> Change {
        if !self.enabled {
            return Change::default();
        }
        match self.acks.insert(replica, position) {
            Some(reported) => self.report(reported),
            None => Change::default(),
        }
    }

    /// A semi-sync replica registers, with its start position, which counts as an acknowledgement (semantics.md 2).
    pub fn add_replica(&mut self, replica: ServerId, start: Option<Position>) -> Change {
        self.clients += 1;
        match start {
            Some(start) => self.acknowledge(replica, start),
            None => Change::default(),
        }
    }

    /// A semi-sync replica's dump thread ends (semantics.md 5.2, "replica leaves").
    pub fn remove_replica(&mut self, variables: &Variables, counters: &mut Counters) -> Change {
        self.clients = self.clients.saturating_sub(1);
        if !self.enabled || variables.wait_no_slave {
            return Change::default();
        }
        match self.rules.no_slave {
            NoSlave::EndsWaits if self.clients == 0 => {
                self.nodes.clear();
                Change {
                    woken: self.wake_all(),
                    status: None,
                }
            }
            NoSlave::SwitchesOff if self.on && self.clients + 1 == self.wait_for_slave_count => {
                self.switch_off(counters)
            }
            NoSlave::EndsWaits | NoSlave::SwitchesOff => Change::default(),
        }
    }

    /// The first position behind `after` and up to `to` whose event asks for an acknowledgement
    /// (`updateSyncHeader`, semantics.md 2).
    pub fn first_flagged(&self, after: Position, to: Position) -> Option<Position> {
        if !self.enabled {
            return None;
        }
        let next = Position {
            file: to.file,
            index: if after.file == to.file {
                after.index + 1
            } else {
                to.index
            },
        };
        if self.on {
            let at = self.nodes.partition_point(|&node| {
                node < next || Some(node) <= self.reply || (self.wait_known && node < self.wait)
            });
            return self.nodes.get(at).copied().filter(|&node| node <= to);
        }
        match self.commit {
            Some(commit) if commit > to => None,
            Some(commit) => Some(commit.max(next)),
            None => Some(next),
        }
    }

    fn nobody_to_wait_for(&self, variables: &Variables) -> bool {
        self.rules.no_slave == NoSlave::EndsWaits && self.clients == 0 && !variables.wait_no_slave
    }

    fn sleep_or_finish(
        &mut self,
        committer: Committer,
        position: Position,
        counters: &mut Counters,
    ) -> Wait {
        if self.reply.is_some_and(|reply| reply >= position) {
            return self.ends_acknowledged(position, counters);
        }
        let at = self.nodes.partition_point(|&node| node < position);
        let node = self.nodes.get(at).copied();
        if node.is_none() && self.rules.nodes == Nodes::PerGroup {
            // Semi-sync was off when this group was flushed: nobody will be asked (5.2, 2b).
            return self.ends_unacknowledged(position, counters);
        }
        if !self.wait_known {
            self.wait = position;
            self.wait_known = true;
        } else if position <= self.wait {
            self.wait = position;
            counters.wait_pos_backtraverse += 1;
        }
        self.sleepers.push_back(Sleeper {
            committer,
            position,
            node: node.unwrap_or(position),
        });
        Wait::Sleeps
    }

    fn ends_acknowledged(&mut self, position: Position, counters: &mut Counters) -> Wait {
        counters.yes_tx += 1;
        self.end(position)
    }

    fn ends_unacknowledged(&mut self, position: Position, counters: &mut Counters) -> Wait {
        counters.no_tx += 1;
        self.end(position)
    }

    fn end(&mut self, position: Position) -> Wait {
        if self.rules.nodes == Nodes::PerGroup {
            // The last waiter of a node removes the nodes up to its position (5.2, 4).
            while let Some(&node) = self.nodes.front() {
                if node > position || self.sleepers.iter().any(|sleeper| sleeper.node == node) {
                    break;
                }
                self.nodes.pop_front();
            }
        }
        Wait::Over
    }

    fn report(&mut self, position: Position) -> Change {
        let mut change = Change::default();
        if !self.on && self.commit.is_none_or(|commit| position >= commit) {
            // try_switch_on compares with the largest position flushed *now* (5.2).
            self.on = true;
            change.status = Some(true);
        }
        let advanced = self.reply.is_none_or(|reply| position >= reply);
        if advanced {
            self.reply = Some(position);
        }
        let Some(reply) = self.reply else {
            return change;
        };
        match self.rules.nodes {
            Nodes::PerTransaction if advanced => {
                while self.nodes.front().is_some_and(|&node| node <= reply) {
                    self.nodes.pop_front();
                }
                change.woken = self.wake_up_to(reply);
                if self.nodes.is_empty() {
                    self.wait_known = false;
                }
            }
            Nodes::PerGroup if !self.sleepers.is_empty() && reply >= self.wait => {
                self.wait_known = false;
                change.woken = self.wake_up_to(reply);
            }
            Nodes::PerTransaction | Nodes::PerGroup => {}
        }
        change
    }

    fn wake_up_to(&mut self, reply: Position) -> Vec<Committer> {
        let mut woken = Vec::new();
        self.sleepers.retain(|sleeper| {
            let wakes = sleeper.node <= reply;
            if wakes {
                woken.push(sleeper.committer);
            }
            !wakes
        });
        woken
    }

    fn wake_all(&mut self) -> Vec<Committer> {
        self.sleepers
            .drain(..)
            .map(|sleeper| sleeper.committer)
            .collect()
    }

    fn switch_off(&mut self, counters: &mut Counters) -> Change {
        // MySQL counts every call, MariaDB only the change (5.2, switch_off).
        if self.on || self.rules.no_times == NoTimes::Calls {
            counters.no_times += 1;
        }
        self.on = false;
        self.wait_known = false;
        self.reply = None;
        if self.rules.nodes == Nodes::PerTransaction {
            self.nodes.clear();
        }
        Change {
            woken: self.wake_all(),
            status: Some(false),
        }
    }
}
