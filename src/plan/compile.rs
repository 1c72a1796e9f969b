//! From the description of a case to its plan: everything checked, every name an index, every distribution a table.

use super::case::Case;
use super::network::needed;
use super::partitions::Others;
use super::places::Places;
use super::topology::{self, Topology};
use super::{Cost, Costs, Delays, Plan, failures, faults, network, policies, variables, workload};
use crate::protocol::crash::Crash;
use crate::protocol::effect::Step;
use crate::protocol::ids::Span;
use crate::protocol::setup::{ServerSetup, Setup};
use crate::random::{Shape, Table};
use crate::spec::fault::Does;
use crate::spec::model::{self, Fencing, Model, NoReplica};
use crate::spec::{Description, Distribution, Error};

/// The plan of a case.
pub fn compile(case: &Case) -> Result<Plan, Error> {
    Description::read(&case.description)
        .and_then(|mut description| {
            topology::put_in_order(&mut description.model);
            plan(&description)
        })
        .map_err(|error| error.in_file(&case.file))
}

fn plan(description: &Description) -> Result<Plan, Error> {
    let (model, experiment) = (&description.model, &description.experiment);
    policies::no_replica(model)?;
    let topology = Topology::of(model)?;
    let mut places = Places::of(model)?;
    let costs = costs(&model.costs)?;
    let mut cluster = cluster(description, &topology, &mut places)?;
    let clients = network::clients(model, &places)?;
    cluster.client_places = clients.sites.len() as u8;
    // Clients that leave a session behind: it hangs on a server that they cannot reach, or in a commit of one that shuts down.
    let leaves_sessions = |does| {
        matches!(
            does,
            Does::Partition | Does::Crash(Crash::Shutdown) | Does::Restart(Crash::Shutdown)
        )
    };
    let mut faults = experiment.faults.iter();
    if faults.any(|fault| leaves_sessions(fault.kind.does())) {
        cluster.spare_sessions = cluster
            .sessions
            .saturating_mul(2)
            .min(u16::MAX - cluster.sessions);
    }
    let others = Others {
        clients: clients.sites.clone(),
        manager: policies::manager_site(model, &places)?,
    };
    let faults = experiment.faults.iter().enumerate();
    let faults = faults
        .map(|(index, fault)| {
            in_time(&format!("faults[{index}].at"), &fault.at, description)?;
            faults::fault(index, fault, &cluster, &places, &others)
        })
        .collect::<Result<_, _>>()?;
    let epoch = needed(model.network.epoch, "network.epoch")?;
    if epoch.0 == 0 {
        return Err(Error::at("network.epoch", "expected a duration above 0"));
    }
    let delays = delays(model)?;
    Ok(Plan {
        failures: failures::failures(model, &places, Span(delays.restart.mean()))?,
        paths: network::paths(model, &places)?,
        workload: workload::workload(&experiment.workload, &cluster, &places)?,
        delays,
        cluster,
        servers: places.servers,
        hosts: places.hosts,
        sites: places.sites,
        network_epoch: Span(epoch.0),
        network_window: needed(model.network.window, "network.window")?.0,
        network_give_up: Span(needed(model.network.give_up, "network.give_up")?.0),
        clients,
        costs,
        faults,
        warm_up: Span(experiment.warm_up.0),
        duration: Span(experiment.duration.0),
        self_check: false,
    })
}

/// A fault that strikes before the measurement begins or after the run measures nothing.
fn in_time(at: &str, moment: &Distribution, description: &Description) -> Result<(), Error> {
    let (warm_up, duration) = (
        description.experiment.warm_up.0,
        description.experiment.duration.0,
    );
    if moment.median() < warm_up || moment.median() >= duration {
        return Err(Error::at(
            at,
            "mostly outside of the time between `warm_up` and `duration`",
        ));
    }
    Ok(())
}

fn cluster(
    description: &Description,
    topology: &Topology,
    places: &mut Places,
) -> Result<Setup, Error> {
    let (model, load) = (&description.model, &description.experiment.workload);
    let mut servers = Vec::new();
    let known = topology.upstream.iter().zip(&mut places.servers);
    for ((name, server), (upstream, place)) in model.servers.iter().zip(known) {
        let flavour = variables::flavour(model, name, server)?;
        let (variables, said) = variables::variables(model, flavour, name, server)?;
        place.said = said;
        servers.push(ServerSetup {
            flavour,
            variables,
            upstream: *upstream,
        });
    }
    let names: Vec<&str> = model.servers.iter().map(|(name, _)| name).collect();
    Ok(Setup {
        servers,
        master: topology.master,
        sessions: workload::sessions(load)?,
        spare_sessions: 0,
        client_places: 1,
        readers: workload::readers(load)?,
        manager: model
            .manager
            .as_ref()
            .map(|said| policies::manager(said, model.no_replica, &names))
            .transpose()?,
        guard: policies::guard(model)?,
        shape: workload::shape(
            load,
            needed(model.network.socket_buffer, "network.socket_buffer")?.0,
        )?,
    })
}

/// Delays of people and programs; without a manager its own are never asked for.
fn delays(model: &Model) -> Result<Delays, Error> {
    let of_manager =
        |key: &str, pick: fn(&model::Manager) -> &Option<Distribution>| match &model.manager {
            None => Ok(Table::compile(&Shape::Constant(0))),
            Some(manager) => {
                needed(pick(manager).as_ref(), &format!("manager.{key}")).map(Distribution::table)
            }
        };
    Ok(Delays {
        detect_clean: of_manager("detect_clean", |manager| &manager.detect_clean)?,
        detect_silent: of_manager("detect_silent", |manager| &manager.detect_silent)?,
        promote: of_manager("promote", |manager| &manager.promote)?,
        repoint: of_manager("repoint", |manager| &manager.repoint)?,
        fence: match &model.manager {
            Some(manager) if manager.fencing == Some(Fencing::Itself) => {
                needed(manager.fence_after.as_ref(), "manager.fence_after")?.table()
            }
            _ => Table::compile(&Shape::Constant(0)),
        },
        no_replica: match model.no_replica {
            Some(NoReplica::DisableWrites) => {
                needed(model.guard.detect.as_ref(), "guard.detect")?.table()
            }
            _ => Table::compile(&Shape::Constant(0)),
        },
        restart: needed(model.restart.as_ref(), "restart")?.table(),
        connect: needed(model.connect.as_ref(), "connect")?.table(),
    })
}

fn costs(said: &model::Costs) -> Result<Costs, Error> {
    let by_step = Step::ALL.iter().map(|step| {
        let cost = match step {
            Step::Statement => &said.statement,
            Step::Prepare => &said.prepare,
            Step::WriteBinlog => &said.write_binlog,
            Step::WakeUp => &said.wake_up,
            Step::EngineCommit => &said.engine_commit,
            Step::Reply => &said.reply,
            Step::Dump => &said.dump,
            Step::Receive => &said.receive,
            Step::HandleAck => &said.handle_ack,
            Step::Apply => &said.apply,
        };
        needed(cost.as_ref(), &format!("costs.{}", step.name())).map(compiled)
    });
    Ok(Costs {
        by_step: by_step.collect::<Result<_, _>>()?,
        switch: said.switch.as_ref().map(compiled),
        fsync: said.fsync.as_ref().map(compiled),
        write: said.write.as_ref().or(said.fsync.as_ref()).map(compiled),
        journal: said.journal.as_ref().map(compiled),
        client: said.client.as_ref().map(compiled),
        read: said.read.as_ref().map(compiled),
        proxy: said.proxy.as_ref().map(compiled),
    })
}

fn compiled(cost: &model::Cost) -> Cost {
    match cost {
        model::Cost::Fixed(fixed) => Cost {
            fixed: fixed.table(),
            each: Span(0),
        },
        model::Cost::Parts(parts) => Cost {
            fixed: parts.fixed.table(),
            each: Span(parts.each.map_or(0, |each| each.0)),
        },
    }
}
