//! Why one transaction was lost, and where the time of a commit went: held against the ledger and the clock.

use replsim::observe::life::{Fate, fate, first_loss, life};
use replsim::observe::story::{Story, What, tell};
use replsim::observe::words::{Words, time};
use replsim::observe::{explain::explain, path};
use replsim::plan::{Plan, cases};
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

fn crash_of(story: &Story) -> u64 {
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
                run_one(&plan, 1, run, false).ledger,
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
            (9_000_000..11_500_000).contains(&(arrival - sent)),
            "{}",
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

#[test]
fn the_stretches_of_a_commit_add_up_and_the_wait_for_the_replica_is_the_longest() {
    let plan = plan("site-loss", &[("mode", "after_sync"), ("rtt", "20 ms")]);
    let story = tell(&plan, (1, 0), usize::MAX, &|_| ()).unwrap();
    let words = Words { plan: &plan };
    let gtid = path::named(&words, &story, "mysql-m:200").expect("it is written");
    let (session, start, end, _) = path::of(&story, gtid).expect("its client has an OK");
    // Others wait for this one's acknowledgement, and this one for theirs: up to two round trips.
    assert!(
        (20_000_000..45_000_000).contains(&(end - start)),
        "{}",
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
    let waiting: u64 = waiting.map(|stretch| stretch.to - stretch.from).sum();
    assert!(waiting * 10 > (end - start) * 8, "{way:?}");
    let (_, start, end, slowest) = path::slowest(&story).expect("something was acknowledged");
    let slower = path::of(&story, slowest).expect("it is one of them");
    assert_eq!((slower.1, slower.2), (start, end));
}
