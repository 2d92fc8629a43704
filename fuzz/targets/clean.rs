//! Runs `checks::sanitise` on bytes of the fuzzer.
#![no_main]

#[expect(dead_code, reason = "shared by all targets; each uses one function")]
#[path = "../checks.rs"]
mod checks;
#[expect(dead_code, reason = "shared by all targets")]
#[path = "../../tests/it/oracle.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::sanitise(bytes));
