//! Faults as the engine runs them: what goes wrong, whom it strikes, when, and what comes back.

use super::Plan;
use crate::protocol::crash::{Crash, Reach};
use crate::protocol::ids::ServerId;
use crate::protocol::partition::End;
use crate::protocol::thread::ThreadKind;
use crate::random::Table;

/// A fault and its moment.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultPlan {
    /// What happens.
    pub kind: FaultKind,
    /// When, from the start of the run; drawn per run.
    pub at: Table,
    /// How long it lasts, for faults that end by themselves.
    pub lasts: Option<Table>,
    /// Whether crashed servers come back, and after how long (then `Delays::restart` is added).
    pub returns: Returns,
}

/// What becomes of crashed servers.
#[derive(Clone, Debug, PartialEq)]
pub enum Returns {
    /// They restart with their disks after this delay.
    WithDisks(Table),
    /// They restart with their disks at once.
    AtOnce,
    /// They come back with their disks, but only after the run: they count in the ledger.
    AfterTheRun,
    /// Their disks are gone.
    Never,
}

/// What goes wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Servers stop like this; `FaultPlan::returns` says what becomes of them.
    Crash(Crash, Struck),
    /// Nothing that one end of these paths sends reaches the other.
    Partition {
        /// Who is cut off, in words.
        name: String,
        /// Sender and receiver.
        paths: Vec<(End, End)>,
    },
    /// The disk of this host answers nothing for a while.
    StallDisk(usize),
    /// This thread is stopped on each; started again when the fault ends.
    StopThread(ThreadKind, Vec<ServerId>),
}

/// Who stops in a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Struck {
    /// These server processes.
    Servers(Vec<ServerId>),
    /// All servers of a host.
    Host(usize),
    /// All servers of a site, and the clients in it.
    Site(usize),
}

impl FaultKind {
    /// A short name for a timeline, of a fault that is not a crash (crashes are named by the servers that die).
    pub fn name(&self, plan: &Plan) -> Option<String> {
        match self {
            FaultKind::Crash(..) => None,
            FaultKind::Partition { name, .. } => Some(name.clone()),
            FaultKind::StallDisk(host) => {
                Some(format!("disk of {} stalls", plan.hosts[*host].name))
            }
            FaultKind::StopThread(thread, servers) => {
                let names = servers
                    .iter()
                    .map(|id| plan.servers[usize::from(id.0)].name.as_str());
                let names = names.collect::<Vec<_>>().join(", ");
                Some(format!("STOP SLAVE {}_THREAD on {names}", thread.name()))
            }
        }
    }

    /// The servers that stop.
    pub fn victims(&self, plan: &Plan) -> Vec<ServerId> {
        match self {
            FaultKind::Crash(_, struck) => plan.struck(struck),
            FaultKind::Partition { .. } | FaultKind::StallDisk(_) | FaultKind::StopThread(..) => {
                Vec::new()
            }
        }
    }
}

impl Plan {
    /// The servers that are struck.
    pub fn struck(&self, struck: &Struck) -> Vec<ServerId> {
        let on = |wanted: &dyn Fn(usize) -> bool| {
            let servers = (0u8..).zip(&self.servers);
            let struck = servers.filter(|(_, server)| wanted(server.host));
            struck.map(|(id, _)| ServerId(id)).collect()
        };
        match struck {
            Struck::Servers(servers) => servers.clone(),
            Struck::Host(host) => on(&|of| of == *host),
            Struck::Site(site) => on(&|of| self.hosts[of].site == *site),
        }
    }

    /// What such a crash of this server strikes: its host or its site with it.
    pub fn strikes(&self, crash: Crash, id: ServerId) -> Struck {
        let host = self.servers[usize::from(id.0)].host;
        match crash.reach() {
            Reach::Process => Struck::Servers(vec![id]),
            Reach::Host => Struck::Host(host),
            Reach::Site => Struck::Site(self.hosts[host].site),
        }
    }
}
