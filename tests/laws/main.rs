//! Laws that hold for every input, put to many small ones made at random: where labels lie, what a form of
//! input may not change, that no byte goes unseen, and that damage is never called clean.
//! The examples of the rules, the seeds of the fuzz targets, the schema of the report and a second count of seats are held
//! to here too: all that needs the library and no process.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the answer")]

mod baseline;
mod bytes;
mod capacity;
mod chunks;
mod damage;
mod diff;
mod document;
mod drift;
mod examples;
mod fixes;
mod fleet;
mod forms;
mod found;
mod groups;
mod identity;
mod jobs;
mod ordinary;
mod packs;
mod passwords;
mod places;
mod plan;
mod recall;
mod run;
mod schema;
mod seeds;
mod table;
mod waivers;
mod world;

#[path = "../support/modules.rs"]
#[allow(dead_code, reason = "shared with the contract")]
mod support;

use proptest::test_runner::{Config, RngSeed};

/// So many cases, the same ones each time. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask for others.
fn cases(count: u32) -> Config {
    let mut config = Config { failure_persistence: None, max_shrink_iters: 4000, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = count;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(0x5EED);
    }
    config
}
