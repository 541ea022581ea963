//! The laws that fuzzing holds inputs to, put to its seeds and to every input that once broke one.

use std::path::{Path, PathBuf};
use std::{fs, panic};

use laws::{Target, hold};

#[path = "../../fuzz/laws.rs"]
pub mod laws;

/// The files of one target in a folder of `fuzz/`.
fn files(folder: &str, target: Target) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder).join(target.name());
    let mut files: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// One test for each target, so that a failure says which.
macro_rules! targets {
    ($($test:ident $target:ident)*) => {
        $(#[test]
        fn $test() {
            held(Target::$target);
        })*

        #[test]
        fn every_target_is_tried() {
            assert_eq!([$(Target::$target,)*], Target::ALL);
        }
    };
}

targets! {
    tables Csv
    documents Json
    lines Jsonl
    plans_in_yaml Yaml
    plans_in_toml Toml
    workbooks Xlsx
    encodings Encoding
    configs Config
    reports Render
}

fn held(target: Target) {
    let seeds = files("seeds", target);
    assert!(!seeds.is_empty(), "{} has no seeds", target.name());
    let mut ends = Vec::new();
    for path in seeds.iter().chain(&files("regressions", target)) {
        let bytes = fs::read(path).expect("a seed can be read");
        // Whether every account is an API user depends on the length.
        for bytes in [bytes.clone(), [bytes.as_slice(), b"\n"].concat()] {
            let end = panic::catch_unwind(|| hold(target, &bytes));
            ends.push(end.unwrap_or_else(|_| panic!("{}, {} bytes: a law is broken", path.display(), bytes.len())));
        }
    }
    assert!(ends.iter().any(|end| *end != ends[0]), "all seeds of {} end alike: {:?}", target.name(), ends[0]);
}
