//! Tests of `units`.

use super::*;

#[test]
fn durations_are_exact_to_the_nanosecond() {
    assert_eq!(duration("20 ms"), Ok(20_000_000));
    assert_eq!(duration("0.2 ms"), Ok(200_000));
    assert_eq!(duration("1.000000001s"), Ok(1_000_000_001));
    assert_eq!(duration("3 µs"), Ok(3_000));
    assert_eq!(duration("1.5 h"), Ok(5_400_000_000_000));
}

#[test]
fn sizes_rates_and_shares_have_units_of_their_own() {
    assert_eq!(bytes("100 MB"), Ok(100_000_000));
    assert_eq!(bytes("16 KiB"), Ok(16_384));
    assert_eq!(bit_rate("1 Gbit/s"), Ok(1_000_000_000));
    assert_eq!(rate("50 /s"), Ok(50_000));
    assert_eq!(rate("30/min"), Ok(500));
    assert_eq!(share("50 %"), Ok(1 << 31));
    assert!(share("100 %").is_err());
}

#[test]
fn a_quantity_without_its_unit_says_what_was_expected() {
    assert!(
        duration("20")
            .unwrap_err()
            .contains("expected a duration such as \"20 ms\"")
    );
    let error = serde_json::from_str::<Duration>("20")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("20 has no unit, expected a duration"),
        "{error}"
    );
}

#[test]
fn an_unknown_unit_names_the_nearest_one() {
    assert!(
        bit_rate("1 Gbits/s")
            .unwrap_err()
            .contains("is `Gbit/s` meant?")
    );
}

#[test]
fn nonsense_is_refused_without_a_panic() {
    for text in [
        "",
        " ",
        "ms",
        ".5 ms",
        "5. ms",
        "1e9 s",
        "-1 ms",
        "99999999999 h",
        "1.2.3 s",
        "µ",
        "5 é",
    ] {
        assert!(duration(text).is_err(), "{text}");
    }
    assert!(duration(&"9".repeat(60)).is_err());
    assert!(duration(&format!("{} h", "9".repeat(24))).is_err());
}
