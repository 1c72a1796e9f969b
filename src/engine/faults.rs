//! Faults in time: when they begin and end, and which servers come back.

use super::Simulation;
use super::slots::Slot;
use crate::engine::{Moment, Observer};
use crate::plan::{FaultKind, Returns, Struck};
use crate::protocol::crash::Crash;
use crate::protocol::effect::Input;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::partition::End;

impl Simulation<'_> {
    pub(super) fn fault_moves<O: Observer>(
        &mut self,
        fault: usize,
        moment: usize,
        observer: &mut O,
    ) {
        match moment {
            0 => self.begin_fault(fault, observer),
            1 => self.end_fault(fault, observer),
            _ => {
                for id in self.crashed_by(fault) {
                    self.step(Input::Restart(id), observer);
                }
            }
        }
    }

    fn begin_fault<O: Observer>(&mut self, fault: usize, observer: &mut O) {
        let plan = self.plan;
        observer.fault(self.now, fault);
        match &plan.faults[fault].kind {
            FaultKind::Crash(crash, struck) => {
                for id in plan.struck(struck) {
                    let input = match crash {
                        Crash::Shutdown => Input::Shutdown(id),
                        Crash::ProcessKill
                        | Crash::HostLoss
                        | Crash::SiteLoss
                        | Crash::CutAndKill => Input::Crash(id, *crash),
                    };
                    self.step(input, observer);
                    self.handle_effects(observer);
                }
                if let Struck::Site(site) = struck {
                    self.lose_clients(*site);
                }
                if *crash != Crash::Shutdown {
                    self.expect_return(fault, observer);
                }
            }
            FaultKind::Partition { paths, .. } => {
                self.on_paths(paths, Input::Cut, observer);
                self.expect_end(fault);
            }
            FaultKind::StallDisk(host) => {
                if let Some(until) = self.expect_end(fault) {
                    let (mut desk, machines, ..) = self.parts();
                    machines.stall(&mut desk, *host, until);
                }
            }
            FaultKind::StopThread(thread, servers) => {
                for &id in servers {
                    self.step(thread.of(id).stop(), observer);
                }
                self.expect_end(fault);
            }
        }
    }

    /// When the fault ends, if it does.
    fn expect_end(&mut self, fault: usize) -> Option<Moment> {
        let lasts = self.plan.faults[fault].lasts.as_ref()?;
        let lasts = lasts.sample(self.fault_draws[fault].next());
        let until = self.now + Span(lasts);
        self.set(Slot::Fault(fault, 1), until);
        Some(until)
    }

    fn end_fault<O: Observer>(&mut self, fault: usize, observer: &mut O) {
        let plan = self.plan;
        match &plan.faults[fault].kind {
            FaultKind::Partition { paths, .. } => {
                self.on_paths(paths, Input::Mend, observer);
                self.handle_effects(observer);
                self.wake_clients();
            }
            FaultKind::StopThread(thread, servers) => {
                for &id in servers {
                    self.step(thread.of(id).start(), observer);
                }
            }
            // Servers return at a moment of their own; a disk knows when it goes on.
            FaultKind::Crash(..) | FaultKind::StallDisk(_) => {}
        }
    }

    fn on_paths<O: Observer>(
        &mut self,
        paths: &[(End, End)],
        input: fn(End, End) -> Input,
        observer: &mut O,
    ) {
        for &(from, to) in paths {
            self.step(input(from, to), observer);
        }
    }

    /// The process of a server that was shut down has ended: from now on it may come back.
    pub(super) fn was_shut_down<O: Observer>(&mut self, id: ServerId, observer: &mut O) {
        for fault in 0..self.plan.faults.len() {
            let kind = &self.plan.faults[fault].kind;
            let shuts_down = matches!(kind, FaultKind::Crash(Crash::Shutdown, _));
            if shuts_down && kind.victims(self.plan).contains(&id) {
                self.expect_return(fault, observer);
            }
        }
    }

    fn crashed_by(&self, fault: usize) -> Vec<ServerId> {
        self.plan.faults[fault].kind.victims(self.plan)
    }

    fn expect_return<O: Observer>(&mut self, fault: usize, observer: &mut O) {
        let plan = self.plan;
        let draw = &mut self.fault_draws[fault];
        match &plan.faults[fault].returns {
            Returns::WithDisks(after) => {
                let after = after.sample(draw.next());
                let restart = plan.delays.restart.sample(draw.next());
                let at = self.now + Span(after) + Span(restart);
                self.set(Slot::Fault(fault, 2), at);
            }
            Returns::AtOnce => {
                let restart = plan.delays.restart.sample(draw.next());
                let at = self.now + Span(restart);
                self.set(Slot::Fault(fault, 2), at);
            }
            Returns::AfterTheRun => {}
            Returns::Never => {
                for id in self.crashed_by(fault) {
                    self.step(Input::Destroy(id), observer);
                }
            }
        }
    }

    pub(super) fn return_servers_after_the_run<O: Observer>(&mut self, observer: &mut O) {
        for fault in 0..self.plan.faults.len() {
            if matches!(self.plan.faults[fault].returns, Returns::Never) {
                continue;
            }
            for id in self.crashed_by(fault) {
                self.step(Input::Restart(id), observer);
            }
        }
    }
}
