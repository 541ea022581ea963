//! Laws that hold for every input, put to many small ones made at random: where labels lie, what a form of
//! input may not change, that no byte goes unseen, and that damage is never called clean.
//! What each rule demands is tested elsewhere (`rules.rs`).

#[path = "laws/bytes.rs"]
mod bytes;
#[path = "laws/chunks.rs"]
mod chunks;
#[path = "laws/damage.rs"]
mod damage;
#[path = "laws/document.rs"]
mod document;
#[path = "laws/forms.rs"]
mod forms;
#[path = "laws/found.rs"]
mod found;
#[path = "laws/jobs.rs"]
mod jobs;
#[path = "laws/places.rs"]
mod places;
#[path = "laws/plan.rs"]
mod plan;
#[path = "laws/run.rs"]
mod run;
#[path = "laws/table.rs"]
mod table;
#[path = "laws/world.rs"]
mod world;

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
