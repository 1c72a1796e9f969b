//! Tests of `spacetime`.

use super::super::charts::check;
use super::*;

fn sample() -> Diagram {
    let row = |line, text: &str, kind| Row {
        line,
        time: String::new(),
        text: text.to_owned(),
        kind,
    };
    Diagram {
        title: "A message too late".to_owned(),
        lines: vec!["client 1".into(), "mysql-m".into(), "mysql-s-1".into()],
        rows: vec![
            row(0, "client 1 submits a transaction", Kind::Plain),
            row(1, "mysql-m: the dump thread sends", Kind::Plain),
            row(2, "events arrive", Kind::Plain),
            row(1, "site_loss: mysql-m", Kind::Crash),
        ],
        messages: vec![
            Message {
                from: (1, 1),
                to: (2, 2),
                lost: false,
            },
            Message {
                from: (2, 2),
                to: (3, 1),
                lost: true,
            },
        ],
        bars: Vec::new(),
    }
}

#[test]
fn arrows_start_where_they_are_sent_and_losses_are_marked() {
    let text = sample().text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[2].contains("[-> mysql-s-1]"), "{text}");
    assert!(
        lines[3].contains(">*") && lines[3].contains("(lost)"),
        "{text}"
    );
    assert!(lines[4].contains('x'), "{text}");
    check::well_drawn(&sample().svg());
}
