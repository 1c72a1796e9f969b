//! Tests of `unsound`.

use super::*;
use crate::measure::laws::Law;
use crate::protocol::ids::Span;

#[test]
fn it_says_what_is_broken_where_and_how_to_see_it_again() {
    let broken = Broken {
        law: Law::NoHole,
        run: 12,
        seed: 3,
        at: Span(512_345_678),
        seen: "16, then 57".to_owned(),
    };
    let sets = ["network.rtt=5 ms".to_owned()];
    let said = Unsound::new(broken, "it's/mine.json", "mode=async,rtt=5 ms", &sets).to_string();
    assert_eq!(
        said,
        "run 12 with seed 3 breaks a law at 0.512345678 s: no log has a hole: 16, then 57\n\
             This is a fault of replsim, not of the experiment. No result is written. The same run again:\n    \
             replsim trace 'it'\\''s/mine.json' --case 'mode=async,rtt=5 ms' --set 'network.rtt=5 ms' --run 12 --seed 3 --self-check"
    );
}
