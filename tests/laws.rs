//! The laws of every run: they hold whatever is drawn, and each is broken by somebody who tampers with it.

#[path = "support/random.rs"]
mod random;
mod support;

use proptest::prelude::*;
use random::{cases, scenario};
use replsim::engine::{Moment, Observer, Simulation};
use replsim::measure::laws::{Law, Laws};
use replsim::measure::outcome::RunOutcome;
use replsim::measure::recorder::Recorder;
use replsim::protocol::effect::{Direction, Input, LaneId, Worker};
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{Gtid, Origin, Position, ServerId, SessionId, Span};
use replsim::protocol::server::{Life, Server};
use replsim::run::run_one;
use support::{MS, Mode, cluster};

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn every_law_holds_in_every_run(scenario in scenario()) {
        let mut plan = scenario.plan();
        plan.self_check = true;
        let outcome = run_one(&plan, scenario.seed, 0);
        prop_assert_eq!(outcome.broken, None);
    }
}

const MASTER: ServerId = ServerId(0);
const REPLICA: ServerId = ServerId(1);

/// Tampers with a running cluster, with what the laws hear, or with what comes out.
enum Tamper {
    Cluster(fn(&mut Simulation)),
    Laws(fn(Moment, &mut Laws, &Simulation)),
    Outcome(fn(&mut RunOutcome)),
}

/// The law that a run breaks in which somebody tampers.
fn broken_by(tamper: Option<&Tamper>) -> Option<Law> {
    let plan = cluster(Flavour::MYSQL_80, Mode::AfterSync, 2, 8, 2 * MS);
    let mut watch = (Recorder::new(&plan, None), Laws::new(&plan, 1, 0));
    let mut simulation = Simulation::new(&plan, 1, 0, Span::millis(5));
    simulation.run_until(Moment::after(Span(800 * MS)), &mut watch);
    match tamper {
        Some(Tamper::Cluster(change)) => change(&mut simulation),
        Some(Tamper::Laws(change)) => change(simulation.now(), &mut watch.1, &simulation),
        Some(Tamper::Outcome(_)) | None => {}
    }
    simulation.run(&mut watch);
    simulation.settle(&mut watch);
    let (recorder, laws) = watch;
    let mut outcome = recorder.finish(&simulation);
    if let Some(Tamper::Outcome(change)) = tamper {
        change(&mut outcome);
    }
    laws.finish(&simulation, &outcome).map(|broken| broken.law)
}

fn without_logs(server: &mut Server) {
    server.history.truncate(0);
    server.replica.relay.truncate(0);
}

/// How each law is broken.
fn crime(law: Law) -> Tamper {
    match law {
        Law::OneAnswer => Tamper::Laws(|now, laws, _| {
            for _ in 0..2 {
                laws.answered(now, now, SessionId(3), Outcome::Ok, None);
            }
        }),
        Law::EverySubmissionCounts => Tamper::Outcome(|outcome| outcome.ledger.refused += 1),
        Law::WaitsAreSessionsOverTime => Tamper::Cluster(|simulation| {
            let sessions = &mut simulation.world.sessions;
            let waits = sessions.iter_mut().find(|session| session.awaited);
            waits.expect("somebody waits").awaited = false;
        }),
        Law::KeptOrLost => Tamper::Outcome(|outcome| {
            outcome.ledger.lost_acknowledged += 1;
            outcome.ledger.visible_then_lost += 1;
        }),
        Law::LostWasVisible => Tamper::Outcome(|outcome| outcome.ledger.read_then_lost += 1),
        Law::WatermarksInOrder => Tamper::Cluster(|simulation| {
            simulation.world.servers[ServerId(0)].binlog_synced += 1_000_000;
        }),
        Law::NoHole => Tamper::Cluster(|simulation| {
            let origin = Origin {
                server: MASTER,
                epoch: 0,
            };
            let number = 1_000_000;
            let history = &mut simulation.world.servers[ServerId(1)].history;
            history.push(Gtid { origin, number }, 1);
        }),
        Law::NoGap => Tamper::Laws(|now, laws, simulation| {
            let mut world = simulation.world.clone();
            without_logs(&mut world.servers[ServerId(1)]);
            let (replica, index) = (REPLICA, world.servers[ServerId(0)].published);
            laws.note(now, &Fact::Received { replica, index }, &world);
        }),
        Law::AcknowledgementsAreTrue => Tamper::Laws(|now, laws, simulation| {
            let mut world = simulation.world.clone();
            without_logs(&mut world.servers[ServerId(1)]);
            let (file, index) = (1, world.servers[ServerId(0)].published);
            let ack = (REPLICA, Position { file, index });
            world.servers[ServerId(0)].acks_arrived.push_back(ack);
            let lane = LaneId {
                replica: REPLICA,
                direction: Direction::Acks,
            };
            laws.input(now, Input::Arrived(lane), &world);
        }),
        Law::TheDeadDoNothing => Tamper::Cluster(|simulation| {
            simulation.world.servers[ServerId(1)].life = Life::Dead;
        }),
        Law::TheDeadForget => Tamper::Laws(|now, laws, simulation| {
            let mut world = simulation.world.clone();
            world.servers[ServerId(0)].life = Life::Dead;
            let ack = (REPLICA, Position::default());
            world.servers[ServerId(0)].acks_arrived.push_back(ack);
            laws.sample(now, &world, &simulation.gauges());
        }),
        Law::OneConnection => Tamper::Laws(|now, laws, simulation| {
            let mut world = simulation.world.clone();
            world.servers[ServerId(1)].replica.connected = false;
            laws.input(now, Input::Worked(Worker::Io(REPLICA)), &world);
        }),
        Law::ClientsAreCounted => Tamper::Cluster(|simulation| {
            simulation.world.servers[ServerId(0)].semi_sync.clients += 1;
        }),
        Law::InOrder => Tamper::Laws(|now, laws, simulation| {
            let (server, index) = (MASTER, 1);
            laws.note(now, &Fact::Visible { server, index }, &simulation.world);
        }),
        Law::GroupsAddUp => Tamper::Laws(|now, laws, simulation| {
            let (server, size) = (REPLICA, 3);
            laws.note(now, &Fact::Group { server, size }, &simulation.world);
        }),
        Law::WaitCallsAreCounted => Tamper::Cluster(|simulation| {
            simulation.out.counters[ServerId(0)].yes_tx += 2;
        }),
        Law::AcknowledgementsWereSent => Tamper::Cluster(|simulation| {
            simulation.out.counters[ServerId(0)].get_ack += 1_000_000;
        }),
        Law::ExposureWasVisible => Tamper::Outcome(|outcome| {
            outcome.exposed.kinds[2].levels[0].sum += 1;
        }),
        Law::PartsFitTheWhole => Tamper::Outcome(|outcome| {
            outcome.split.two_masters = Span(outcome.simulated.0 + 1);
        }),
    }
}

#[test]
fn each_law_is_broken_by_somebody_who_tampers_and_only_then() {
    assert_eq!(broken_by(None), None);
    for law in Law::ALL {
        assert_eq!(broken_by(Some(&crime(law))), Some(law));
    }
}
