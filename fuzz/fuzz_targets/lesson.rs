//! Bytes become an input of the kind `lesson` (tests/support/fuzz).
#![no_main]

#[path = "../../tests/support/fuzz/mod.rs"]
mod fuzz;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::take("lesson", bytes);
});
