//! Why one transaction was lost, and where the time of a commit went: held against the ledger and the clock.

use replsim::engine::Moment;
use replsim::observe::life::{Fate, fate, first_loss, life};
use replsim::observe::story::{Story, What, tell};
use replsim::observe::words::{Words, time};
use replsim::observe::{explain::explain, path};
use replsim::plan::{FaultKind, Plan, cases};
use replsim::protocol::fact::Fact;
use replsim::run::run_one;
use replsim::spec::load;

/// The first case of an experiment that has these values.
fn plan(experiment: &str, wanted: &[(&str, &str)]) -> Plan {
    let loaded = load(experiment, &[]).unwrap_or_else(|error| panic!("{error}"));
    let all = cases(&loaded).unwrap_or_else(|error| panic!("{error}"));
    let fits = |axes: &[(String, String)]| {
        let has =
            |(axis, value): &(&str, &str)| axes.iter().any(|of| of.0 == *axis && of.1 == *value);
        wanted.iter().all(has)
    };
    let case = all.iter().find(|case| fits(&case.axes)).expect("a case");
    case.compile().unwrap_or_else(|error| panic!("{error}"))
}

fn crash_of(story: &Story) -> Moment {
    let crash = story.events.iter().find(
        |event| matches!(event.1, What::Noted(Fact::Crashed { server, .. }) if server.0 == 0),
    );
    crash.expect("the master dies").0
}

#[test]
fn a_story_ends_as_the_ledger_says() {
    for (experiment, wanted) in [
        ("site-loss", [("mode", "async"), ("rtt", "5 ms")]),
        ("site-loss", [("mode", "after_commit"), ("rtt", "20 ms")]),
        (
            "master-crash",
            [("mode", "after_sync"), ("crash", "process_kill")],
        ),
        (
            "partition",
            [("mode", "async"), ("manager.fencing", "itself")],
        ),
    ] {
        let plan = plan(experiment, &wanted);
        for run in 0..4 {
            let (story, ledger) = (
                tell(&plan, (1, run), usize::MAX, &|_| ()).unwrap(),
                run_one(&plan, 1, run).ledger,
            );
            assert_eq!(
                story.lost.len() as u64,
                ledger.lost_acknowledged,
                "{experiment} {run}"
            );
            assert_eq!(
                story.vanished.len() as u64,
                ledger.visible_then_lost,
                "{experiment} {run}"
            );
            assert_eq!(
                story.errant.len() as u64,
                ledger.errant,
                "{experiment} {run}"
            );
        }
    }
}

#[test]
fn a_loss_with_the_site_names_the_message_in_flight_and_when_it_would_have_arrived() {
    let plan = plan("site-loss", &[("mode", "async"), ("rtt", "20 ms")]);
    for run in 0..10 {
        let story = tell(&plan, (1, run), usize::MAX, &|_| ()).unwrap();
        let crash = crash_of(&story);
        let gtid = first_loss(&story).expect("async loses something every time");
        assert_eq!(fate(&story, gtid), Fate::LostAcknowledged);
        let life = life(&story, gtid).expect("it was written");
        let promoted = life.events.iter().find_map(|event| match event.1 {
            What::Noted(Fact::Promoted { server }) => Some(server),
            _ => None,
        });
        let promoted = promoted.expect("somebody is promoted");
        let (sent, arrival) = life
            .events
            .iter()
            .find_map(|event| match event.1 {
                What::Lost {
                    replica,
                    sent,
                    would_arrive,
                    ..
                } if replica == promoted => Some((sent, would_arrive)),
                _ => None,
            })
            .expect("its events were under way to whom was promoted");
        let arrival = arrival.expect("on the wire");
        // Half of a round trip of 20 ms, and the crash in between.
        assert!(
            (9_000_000..11_500_000).contains(&(arrival - sent).0),
            "{:?}",
            arrival - sent
        );
        assert!(sent <= crash && crash < arrival);
        let (sentences, graph) = explain(&plan, &story, &life);
        let text = sentences.join("\n");
        assert!(
            text.contains(&format!("would have arrived at {}", time(arrival))),
            "{text}"
        );
        assert!(
            text.contains("too early") && text.contains("without it"),
            "{text}"
        );
        assert!(graph.dot().contains("MISSING"), "{}", graph.dot());
        // What is the transaction's own is in its causal order, and nothing led from it to the promotion.
        let at = |wanted: &dyn Fn(&What) -> bool| {
            life.events
                .iter()
                .position(|event| wanted(&event.1))
                .expect("it happened")
        };
        let submitted = at(&|what| matches!(what, What::Submitted(_)));
        let answered = at(&|what| matches!(what, What::Answered { .. }));
        assert!(graph.before(submitted, answered) && !graph.before(answered, submitted));
    }
}

#[test]
fn an_acker_that_forgot_is_named_with_the_setting_that_made_it_forget() {
    for (axes, part) in [
        (
            [("crash", "process_kill"), ("relay_log_recovery", "1")],
            "relay_log_recovery threw away",
        ),
        (
            [("crash", "host_loss"), ("relay_log_recovery", "0")],
            "sync_relay_log=10000 had not synced it",
        ),
    ] {
        let plan = plan("acker-durability", &axes);
        let story = tell(&plan, (1, 0), usize::MAX, &|_| ()).unwrap();
        let gtid = first_loss(&story).expect("it loses thousands");
        let life = life(&story, gtid).expect("it was written");
        let text = explain(&plan, &story, &life).0.join("\n");
        assert!(text.contains("mysql-s-1 had acknowledged it"), "{text}");
        assert!(text.contains(part), "{text}");
    }
}

/// The moments of the deaths and cuts that a text names, in its order; each has to be one that happened.
fn named(plan: &Plan, story: &Story, text: &str) -> Vec<Moment> {
    let words = Words { plan };
    let ends = story.events.iter().filter(|event| {
        matches!(
            event.1,
            What::Noted(Fact::Crashed { .. } | Fact::Reachable { yes: false, .. })
        )
    });
    let happened: Vec<(String, Moment)> = ends.map(|(at, what)| (words.death(what), *at)).collect();
    let mut deaths: Vec<&str> = happened.iter().map(|end| end.0.as_str()).collect();
    deaths.sort_unstable();
    deaths.dedup();
    let mut found: Vec<(usize, Moment)> = Vec::new();
    for death in deaths {
        for (place, said) in text.match_indices(&format!("{death} at ")) {
            let moment = &text[place + said.len()..];
            let at = happened
                .iter()
                .find(|(of, at)| of == death && moment.starts_with(&time(*at)));
            let (_, at) = at.unwrap_or_else(|| panic!("{death} at {moment}: no such moment"));
            found.push((place, *at));
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

#[test]
fn a_named_cause_happened_and_not_after_the_loss_that_it_caused() {
    let (mut destroyed, mut unsent, mut causes) = (0, 0, 0);
    for experiment in [
        "acker-durability",
        "site-loss",
        "master-crash",
        "partition",
        "no-replica-crash",
        "rejoin",
    ] {
        let loaded = load(experiment, &[]).unwrap_or_else(|error| panic!("{error}"));
        for case in cases(&loaded).unwrap_or_else(|error| panic!("{error}")) {
            let plan = case.compile().unwrap_or_else(|error| panic!("{error}"));
            let partitioned = plan
                .faults
                .iter()
                .any(|fault| matches!(fault.kind, FaultKind::Partition { .. }));
            let story = tell(&plan, (1, 0), usize::MAX, &|_| ()).unwrap();
            let all = [&story.lost, &story.vanished, &story.errant];
            // The first, the last, and some between.
            let some = all.into_iter().flat_map(|list| {
                let step = (list.len() / 10).max(1);
                list.iter().step_by(step).chain(list.last())
            });
            for &gtid in some {
                let life = life(&story, gtid).expect("it was written");
                let text = explain(&plan, &story, &life).0.join("\n");
                let promoted = life.events.iter().find_map(|event| match event.1 {
                    What::Noted(Fact::Promoted { server }) => Some((event.0, server)),
                    _ => None,
                });
                let Some((until, candidate)) = promoted else {
                    continue;
                };
                let moments = named(&plan, &story, &text);
                causes += moments.len();
                assert!(
                    moments.iter().all(|&at| at <= until),
                    "{experiment}: after the promotion at {}: {text}",
                    time(until)
                );
                assert!(
                    partitioned || !text.contains("the network had been cut"),
                    "{experiment} cuts nothing: {text}"
                );
                let lost = |event: &(Moment, What)| {
                    matches!(event.1, What::Lost { replica, index, .. }
                        if replica == candidate && index > life.origin.1)
                };
                if text.contains("too early") || text.contains("still on its host") {
                    let mut losses = story.events.iter().filter(|event| lost(event));
                    let cause = moments.first().expect("a cause is named");
                    assert!(losses.any(|loss| loss.0 == *cause), "{experiment}: {text}");
                    destroyed += 1;
                } else {
                    let stuck = text.contains("stuck on the way");
                    assert!(
                        !stuck || !life.events.iter().any(lost),
                        "{experiment}: {text}"
                    );
                    unsent += 1;
                }
            }
        }
    }
    assert!(
        destroyed > 20 && unsent > 20 && causes > 40,
        "{destroyed} destroyed, {unsent} not sent, {causes} causes"
    );
}

#[test]
fn the_stretches_of_a_commit_add_up_and_the_wait_for_the_replica_is_the_longest() {
    let plan = plan("site-loss", &[("mode", "after_sync"), ("rtt", "20 ms")]);
    let story = tell(&plan, (1, 0), usize::MAX, &|_| ()).unwrap();
    let words = Words { plan: &plan };
    let gtid = path::named(&words, &story, "mysql-m:200").expect("it is written");
    let (session, start, end, _) = path::of(&story, gtid).expect("its client has an OK");
    // Others wait for this one's acknowledgement, and this one for theirs: up to two round trips.
    assert!(
        (20_000_000..45_000_000).contains(&(end - start).0),
        "{:?}",
        end - start
    );
    let way = path::way(&story, session, start, end);
    assert_eq!(way.first().expect("stretches").from, start);
    assert_eq!(way.last().expect("stretches").to, end);
    assert!(
        way.windows(2).all(|pair| pair[0].to == pair[1].from),
        "{way:?}"
    );
    let waiting = way
        .iter()
        .filter(|stretch| stretch.what.contains("acknowledgement of a replica"));
    let waiting: u64 = waiting.map(|stretch| (stretch.to - stretch.from).0).sum();
    assert!(waiting * 10 > (end - start).0 * 8, "{way:?}");
    let (_, start, end, slowest) = path::slowest(&story).expect("something was acknowledged");
    let slower = path::of(&story, slowest).expect("it is one of them");
    assert_eq!((slower.1, slower.2), (start, end));
}
