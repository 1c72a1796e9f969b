//! A file system's journal: files that grew share its commits, and its thread needs a core before and after the device.

use super::cores::{Machines, Thread};
use super::disks::Syncing;
use super::moment::Moment;
use super::slots::Slot;
use crate::engine::desk::Desk;
use crate::protocol::effect::File;
use crate::protocol::ids::{ServerId, Span};

type Files = Vec<(ServerId, File)>;

/// Where the journal's commit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Idle,
    Begins,
    OnDisk,
    Ends,
}

/// The journal of one host's disk.
#[derive(Clone, Debug)]
pub struct Journal {
    stage: Stage,
    /// Files in the commit under way.
    now: Files,
    /// Files that wait for the next.
    next: Files,
    /// Files whose commit is over.
    done: Files,
}

impl Journal {
    /// Nothing to commit.
    pub fn new() -> Journal {
        Journal {
            stage: Stage::Idle,
            now: Vec::new(),
            next: Vec::new(),
            done: Vec::new(),
        }
    }
}

impl Machines {
    /// A file that grew needs the journal: one commit at a time, those that come meanwhile share the next.
    pub(super) fn onto_journal(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        let id = usize::from(server.0);
        let host = desk.plan.servers[id].host;
        self.syncing[id][file as usize] = Syncing::InJournal;
        let journal = &mut self.hosts[host].disk.journal;
        journal.next.push((server, file));
        if journal.stage == Stage::Idle {
            self.commit_journal(desk, host, Thread::WakesUp);
        }
    }

    fn commit_journal(&mut self, desk: &mut Desk, host: usize, thread: Thread) {
        let journal = &mut self.hosts[host].disk.journal;
        std::mem::swap(&mut journal.now, &mut journal.next);
        journal.stage = Stage::Begins;
        self.journal_works(desk, host, thread);
    }

    /// The journal's thread needs a core, if it costs anything.
    fn journal_works(&mut self, desk: &mut Desk, host: usize, thread: Thread) {
        let slot = desk.layout.index(Slot::Journal(host));
        match &desk.plan.costs.journal {
            None => desk.agenda.set(slot, desk.now),
            Some(cost) => {
                let time = cost.sample(self.journals[host].next(), 1);
                self.begin(desk, slot, host, time, thread);
            }
        }
    }

    /// The journal's thread moves on; true when a commit is over (`journaled` says of which files).
    pub fn journal_moves(&mut self, desk: &mut Desk, host: usize) -> bool {
        let slot = desk.layout.index(Slot::Journal(host));
        match self.hosts[host].disk.journal.stage {
            Stage::Idle => false,
            Stage::Begins => {
                self.worked(slot, desk.now);
                self.hosts[host].disk.journal.stage = Stage::OnDisk;
                let draw = self.journals[host].next();
                let time = desk.plan.hosts[host].fsync.sample(draw);
                self.hosts[host].disk.begins(desk, host, slot, time);
                false
            }
            Stage::OnDisk => {
                self.hosts[host].disk.ended(desk.now);
                self.hosts[host].disk.journal.stage = Stage::Ends;
                self.journal_works(desk, host, Thread::WakesUp);
                false
            }
            Stage::Ends => {
                self.worked(slot, desk.now);
                let journal = &mut self.hosts[host].disk.journal;
                journal.stage = Stage::Idle;
                std::mem::swap(&mut journal.now, &mut journal.done);
                if !journal.next.is_empty() {
                    let thread = self.leaving_from(slot, host);
                    self.commit_journal(desk, host, thread);
                }
                true
            }
        }
    }

    /// The next of the files whose commit is over.
    pub fn journaled(&mut self, host: usize, now: Moment) -> Option<(ServerId, File)> {
        let (server, file) = self.hosts[host].disk.journal.done.pop()?;
        self.ends(server, file, now);
        Some((server, file))
    }

    /// Nobody waits any more for this file; a commit under way goes on.
    pub(super) fn leave_journal(&mut self, host: usize, server: ServerId, file: File) {
        let journal = &mut self.hosts[host].disk.journal;
        for files in [&mut journal.now, &mut journal.next, &mut journal.done] {
            files.retain(|&one| one != (server, file));
        }
    }

    /// The device answers nothing until then: a commit that it has ends later.
    pub(super) fn stall_journal(&mut self, desk: &mut Desk, host: usize, longer: Span) {
        let slot = desk.layout.index(Slot::Journal(host));
        if let (Stage::OnDisk, Some(time)) = (
            self.hosts[host].disk.journal.stage,
            desk.agenda.time_of(slot),
        ) {
            desk.agenda.set(slot, time + longer);
        }
    }
}
