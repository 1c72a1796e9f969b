//! Tests of `answers`.

use super::*;

#[test]
fn answers_in_any_order_are_counted_as_a_plain_list_counts_them() {
    let mut state = 1u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    let (mut answers, mut list) = (Answers::default(), Vec::new());
    for _ in 0..2_000 {
        let index = draw(500);
        answers.insert(index);
        if !list.contains(&index) {
            list.push(index);
        }
        let from = draw(520);
        let expected = list.iter().filter(|&&one| one >= from).count() as u64;
        assert_eq!(answers.count_from(from), expected);
    }
    list.sort_unstable();
    let runs = list.chunk_by(|one, next| one + 1 == *next).count();
    assert_eq!(answers.runs.len(), runs);
}
