//! What faults are called on a timeline.

use crate::plan::{FaultKind, Plan};
use crate::protocol::ids::ServerId;

/// A short name of a fault that is not a crash (crashes are named by the servers that die).
pub fn fault(kind: &FaultKind, plan: &Plan) -> Option<String> {
    let names = |servers: &[ServerId]| {
        let names: Vec<&str> = servers
            .iter()
            .map(|id| plan.servers[usize::from(id.0)].name.as_str())
            .collect();
        names.join(", ")
    };
    match kind {
        FaultKind::DiskStall(host) => Some(format!("disk of {} stalls", plan.hosts[*host].name)),
        FaultKind::Partition { name, .. } => Some(name.clone()),
        FaultKind::StopIoThread(servers) => {
            Some(format!("STOP SLAVE IO_THREAD on {}", names(servers)))
        }
        FaultKind::StopSqlThread(servers) => {
            Some(format!("STOP SLAVE SQL_THREAD on {}", names(servers)))
        }
        FaultKind::ProcessKill(_)
        | FaultKind::HostLoss(_)
        | FaultKind::SiteLoss(_)
        | FaultKind::CutAndKill(_)
        | FaultKind::Restart(_) => None,
    }
}
