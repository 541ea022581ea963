//! Tables in other encodings.

#![no_main]

use laws::{Target, hold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    hold(Target::Encoding, bytes);
});
