//! What a host loss leaves of a server whose binlog was not synced while its redo log was: held against a real MySQL 9.7.4
//! (`lost_binlog_tail`, `lost_binlog_tail_unsent`; semantics.md 14.2, b20 and b21) and against public cases of older servers.

mod support;

use replsim::engine::{Moment, Simulation};
use replsim::plan::{Arrivals, Plan};
use replsim::protocol::crash::Crash;
use replsim::protocol::effect::Input;
use replsim::protocol::fact::Fact;
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{ServerId, SessionId, Span};
use replsim::protocol::rows::Rows;
use replsim::protocol::variables::Positioning;
use support::{Answers, MS, Mode, cluster};

const SOURCE: ServerId = ServerId(0);
const REPLICA: ServerId = ServerId(1);

/// How the cluster stands, and what happens to it.
struct Afternoon {
    flavour: Flavour,
    positioning: Positioning,
    log_slave_updates: bool,
    relay_log_recovery: bool,
    /// Who loses its page cache.
    victim: ServerId,
    /// The replica has the last five rows too.
    sent: bool,
    /// The crash comes this long after the last row, ns.
    after: u64,
}

/// What is there afterwards.
#[derive(Debug, PartialEq)]
struct There {
    /// Rows on the source and on the replica: ten before the crash, two after it.
    rows: (u64, u64),
    /// Transactions that the victim has executed and its own binlog has not.
    purged: u64,
    /// The replica's thread stopped: at 1236, at 1062.
    stopped: (bool, bool),
}

/// As measured: nine seconds apart, so that all that was written back is; flush=1 and sync_binlog=0 on both.
const MEASURED: Afternoon = Afternoon {
    flavour: Flavour::MYSQL_97,
    positioning: Positioning::Gtid,
    log_slave_updates: true,
    relay_log_recovery: false,
    victim: REPLICA,
    sent: true,
    after: 1_500 * MS,
};

impl Afternoon {
    fn plan(&self) -> Plan {
        let mut plan = cluster(self.flavour, Mode::Async, 1, 1, MS);
        plan.workload.arrivals = Arrivals::ByHand;
        plan.duration = Span::seconds(60);
        for server in &mut plan.cluster.servers {
            let variables = &mut server.variables;
            variables.sync_binlog = 0;
            variables.positioning = self.positioning;
            variables.log_slave_updates = self.log_slave_updates;
            variables.relay_log_recovery = self.relay_log_recovery;
            // The replica hears at once that its source is gone.
            variables.slave_net_timeout = Span::seconds(2);
        }
        plan
    }

    fn there(&self) -> There {
        let plan = self.plan();
        let mut answers = Answers::default();
        let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
        let mut now = 0;
        let mut pass = |simulation: &mut Simulation, answers: &mut Answers, time: u64| {
            now += time;
            simulation.run_until(Moment::after(Span(now)), answers);
        };
        let insert = |simulation: &mut Simulation, answers: &mut Answers| {
            simulation.submit(SessionId(0), Rows::default(), answers)
        };
        pass(&mut simulation, &mut answers, 500 * MS);
        for _ in 0..5 {
            insert(&mut simulation, &mut answers);
            pass(&mut simulation, &mut answers, 100 * MS);
        }
        pass(&mut simulation, &mut answers, 2_000 * MS);
        for server in [SOURCE, REPLICA, SOURCE, REPLICA] {
            simulation.input(Input::Writeback(server), &mut answers);
        }
        if !self.sent {
            simulation.input(Input::StopIoThread(REPLICA), &mut answers);
        }
        for _ in 0..5 {
            insert(&mut simulation, &mut answers);
            pass(&mut simulation, &mut answers, 100 * MS);
        }
        pass(&mut simulation, &mut answers, self.after);
        simulation.input(Input::Crash(self.victim, Crash::HostLoss), &mut answers);
        pass(&mut simulation, &mut answers, 3_000 * MS);
        simulation.input(Input::Restart(self.victim), &mut answers);
        pass(&mut simulation, &mut answers, 500 * MS);
        let victim = simulation.world.server(self.victim);
        let unlogged = victim.history.runs().iter().filter(|run| !run.logged);
        let purged = unlogged.map(|run| run.count).sum();
        if !self.sent {
            simulation.input(Input::StartIoThread(REPLICA), &mut answers);
        }
        pass(&mut simulation, &mut answers, 4_000 * MS);
        for _ in 0..2 {
            insert(&mut simulation, &mut answers);
            pass(&mut simulation, &mut answers, 1_000 * MS);
        }
        let rows = |id: ServerId| {
            let server = simulation.world.server(id);
            server.history.end() + server.extra_rows.count()
        };
        let was = |fact: fn(&Fact) -> bool| answers.facts.iter().any(|(_, seen)| fact(seen));
        There {
            rows: (rows(SOURCE), rows(REPLICA)),
            purged,
            stopped: (
                was(|fact| matches!(fact, Fact::Fatal1236 { .. })),
                was(|fact| matches!(fact, Fact::Duplicate1062 { .. })),
            ),
        }
    }
}

const GOES_ON: (bool, bool) = (false, false);

#[test]
fn a_replica_of_9_7_goes_on_with_a_hole_in_its_own_binlog() {
    for positioning in [Positioning::Gtid, Positioning::FileAndPosition] {
        for relay_log_recovery in [true, false] {
            let afternoon = Afternoon {
                positioning,
                relay_log_recovery,
                ..MEASURED
            };
            let there = There {
                rows: (12, 12),
                purged: 5,
                stopped: GOES_ON,
            };
            assert_eq!(
                afternoon.there(),
                there,
                "{positioning:?} {relay_log_recovery}"
            );
        }
    }
}

#[test]
fn replicas_of_9_7_that_had_the_tail_go_on_by_gtid_and_stop_by_position() {
    for (positioning, rows, stopped) in [
        (Positioning::Gtid, (12, 12), GOES_ON),
        (Positioning::FileAndPosition, (12, 10), (true, false)),
    ] {
        let afternoon = Afternoon {
            positioning,
            victim: SOURCE,
            ..MEASURED
        };
        let there = There {
            rows,
            purged: 5,
            stopped,
        };
        assert_eq!(afternoon.there(), there, "{positioning:?}");
    }
}

#[test]
fn replicas_of_9_7_that_had_not_the_tail_stop_by_gtid_and_go_on_in_silence_by_position() {
    // Killed at once: the last row's commit mark was not on the disk, the row is rolled back, its GTID is given again.
    for (positioning, rows, stopped) in [
        (Positioning::Gtid, (11, 5), (true, false)),
        (Positioning::FileAndPosition, (11, 7), GOES_ON),
    ] {
        let afternoon = Afternoon {
            positioning,
            victim: SOURCE,
            sent: false,
            after: 0,
            ..MEASURED
        };
        let there = There {
            rows,
            purged: 4,
            stopped,
        };
        assert_eq!(afternoon.there(), there, "{positioning:?}");
    }
}

#[test]
fn a_replica_of_5_7_stops_only_if_it_looks_for_what_it_has_executed_in_its_binlog() {
    let cases = [
        // gtid_executed is read from the binlog, which lacks rows that are in the tables.
        (Positioning::Gtid, true, (12, 10), (false, true)),
        // It is a table of the engine.
        (Positioning::Gtid, false, (12, 12), GOES_ON),
        (Positioning::FileAndPosition, true, (12, 12), GOES_ON),
    ];
    for flavour in [Flavour::MYSQL_57, "8.0.16".parse().expect("known")] {
        for (positioning, log_slave_updates, rows, stopped) in cases {
            let there = Afternoon {
                flavour,
                positioning,
                log_slave_updates,
                relay_log_recovery: true,
                ..MEASURED
            }
            .there();
            let what = format!("{flavour} {positioning:?} {log_slave_updates}");
            assert_eq!((there.rows, there.stopped), (rows, stopped), "{what}");
        }
    }
}

#[test]
fn a_replica_of_mariadb_goes_on_from_its_table() {
    for positioning in [Positioning::Gtid, Positioning::FileAndPosition] {
        let there = Afternoon {
            flavour: Flavour::MARIADB_1011,
            positioning,
            ..MEASURED
        }
        .there();
        assert_eq!(
            (there.rows, there.stopped),
            ((12, 12), GOES_ON),
            "{positioning:?}"
        );
    }
}
