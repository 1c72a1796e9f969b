//! Tests of `fault`.

use super::*;

#[test]
fn every_kind_of_the_schema_is_listed_and_called_what_descriptions_call_it() {
    let schema = serde_json::to_value(schemars::schema_for!(Kind)).unwrap();
    let kinds = schema["oneOf"].as_array().expect("a list of kinds");
    let names: Vec<&str> = kinds
        .iter()
        .map(|kind| kind["const"].as_str().expect("a name"))
        .collect();
    assert_eq!(Kind::ALL.map(Kind::name).as_slice(), names);
    for kind in Kind::ALL {
        assert_eq!(
            serde_json::from_value::<Kind>(kind.name().into()).unwrap(),
            kind
        );
    }
}

#[test]
fn every_crash_is_brought_about_by_a_fault() {
    for crash in Crash::ALL {
        assert!(
            Kind::ALL
                .iter()
                .any(|kind| kind.does() == Does::Crash(crash))
        );
    }
    for kind in Kind::ALL {
        if let Does::Crash(crash) | Does::Restart(crash) = kind.does() {
            let known = Crash::ALL.contains(&crash) || crash == Crash::Shutdown;
            assert!(known, "{}", crash.name());
        }
    }
}
