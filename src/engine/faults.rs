//! Faults in time: when they begin and end, and which servers come back.

use super::Simulation;
use super::slots::Slot;
use crate::engine::Observer;
use crate::plan::{FaultKind, Returns};
use crate::protocol::effect::{Crash, Input};
use crate::protocol::ids::ServerId;
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
        let crash = match &plan.faults[fault].kind {
            FaultKind::ProcessKill(_) | FaultKind::Restart(_) => Some(Crash::ProcessKill),
            FaultKind::HostLoss(_) => Some(Crash::HostLoss),
            FaultKind::SiteLoss(_) => Some(Crash::SiteLoss),
            FaultKind::CutAndKill(_) => Some(Crash::CutAndKill),
            FaultKind::Partition { .. }
            | FaultKind::DiskStall(_)
            | FaultKind::StopIoThread(_)
            | FaultKind::StopSqlThread(_) => None,
        };
        if let Some(crash) = crash {
            for id in self.crashed_by(fault) {
                self.step(Input::Crash(id, crash), observer);
                self.handle_effects(observer);
            }
            if let FaultKind::SiteLoss(site) = plan.faults[fault].kind {
                self.lose_clients(site);
            }
            self.expect_return(fault, observer);
            return;
        }
        match &plan.faults[fault].kind {
            FaultKind::Partition { paths, .. } => self.on_paths(paths, Input::Cut, observer),
            FaultKind::StopIoThread(servers) => self.all(servers, Input::StopIoThread, observer),
            FaultKind::StopSqlThread(servers) => self.all(servers, Input::StopSqlThread, observer),
            FaultKind::ProcessKill(_)
            | FaultKind::HostLoss(_)
            | FaultKind::SiteLoss(_)
            | FaultKind::CutAndKill(_)
            | FaultKind::DiskStall(_)
            | FaultKind::Restart(_) => {}
        }
        if let Some(lasts) = &plan.faults[fault].lasts {
            let lasts = lasts.sample(self.fault_draws[fault].next());
            let until = self.now.saturating_add(lasts);
            self.agenda
                .set(self.layout.index(Slot::Fault(fault, 1)), until);
            if let FaultKind::DiskStall(host) = plan.faults[fault].kind {
                let (mut desk, machines, ..) = self.parts();
                machines.stall(&mut desk, host, until);
            }
        }
    }

    fn end_fault<O: Observer>(&mut self, fault: usize, observer: &mut O) {
        let plan = self.plan;
        match &plan.faults[fault].kind {
            FaultKind::Partition { paths, .. } => {
                self.on_paths(paths, Input::Mend, observer);
                self.handle_effects(observer);
                self.wake_clients();
            }
            FaultKind::StopIoThread(servers) => self.all(servers, Input::StartIoThread, observer),
            FaultKind::StopSqlThread(servers) => self.all(servers, Input::StartSqlThread, observer),
            FaultKind::ProcessKill(_)
            | FaultKind::HostLoss(_)
            | FaultKind::SiteLoss(_)
            | FaultKind::CutAndKill(_)
            | FaultKind::DiskStall(_)
            | FaultKind::Restart(_) => {}
        }
    }

    fn all<O: Observer>(
        &mut self,
        servers: &[ServerId],
        input: fn(ServerId) -> Input,
        observer: &mut O,
    ) {
        for &id in servers {
            self.step(input(id), observer);
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

    /// The servers that a fault stops.
    fn crashed_by(&self, fault: usize) -> Vec<ServerId> {
        let plan = self.plan;
        let on = |wanted: &dyn Fn(usize) -> bool| -> Vec<ServerId> {
            (0u8..)
                .zip(&plan.servers)
                .filter(|(_, server)| wanted(server.host))
                .map(|(id, _)| ServerId(id))
                .collect()
        };
        match &plan.faults[fault].kind {
            FaultKind::ProcessKill(servers)
            | FaultKind::Restart(servers)
            | FaultKind::CutAndKill(servers) => servers.clone(),
            FaultKind::HostLoss(host) => on(&|of| of == *host),
            FaultKind::SiteLoss(site) => on(&|of| plan.hosts[of].site == *site),
            FaultKind::Partition { .. }
            | FaultKind::DiskStall(_)
            | FaultKind::StopIoThread(_)
            | FaultKind::StopSqlThread(_) => Vec::new(),
        }
    }

    fn expect_return<O: Observer>(&mut self, fault: usize, observer: &mut O) {
        let plan = self.plan;
        let draw = &mut self.fault_draws[fault];
        match &plan.faults[fault].returns {
            Returns::WithDisks(after) => {
                let after = after.sample(draw.next());
                let restart = plan.delays.restart.sample(draw.next());
                let at = self.now.saturating_add(after).saturating_add(restart);
                self.agenda
                    .set(self.layout.index(Slot::Fault(fault, 2)), at);
            }
            Returns::AfterTheRun if matches!(plan.faults[fault].kind, FaultKind::Restart(_)) => {
                // A restart comes back by itself.
                let restart = plan.delays.restart.sample(draw.next());
                let at = self.now.saturating_add(restart);
                self.agenda
                    .set(self.layout.index(Slot::Fault(fault, 2)), at);
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
