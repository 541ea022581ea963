//! The table of promises: every row names a test that exists, or the reason why it has none.

use std::fs;

use crate::{none_of, root};

/// Words that a row without a test gives its reason after.
const REASONS: [&str; 2] = ["does not apply:", "not kept:"];

#[test]
fn every_promise_names_a_test_or_a_reason() {
    let table = fs::read_to_string(root().join("docs/promises.md")).expect("the table of promises is there");
    let mut wrong = Vec::new();
    let mut rows = 0;
    for line in
        table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #") && !line.starts_with("| -"))
    {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let [row, _, tests] = cells.as_slice() else { panic!("three cells in a row: {line}") };
        rows += 1;
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).filter(|name| name.contains("::")).collect();
        if named.is_empty() && !REASONS.iter().any(|reason| tests.contains(reason)) {
            wrong.push(format!("{row}: neither a test nor a reason"));
        }
        for name in named {
            let (file, function) = name.rsplit_once("::").expect("it names a function");
            let text = fs::read_to_string(root().join(file)).unwrap_or_default();
            if !text.contains(&format!("fn {function}(")) {
                wrong.push(format!("{row}: there is no {name}"));
            }
        }
    }
    assert!(rows > 50, "only {rows} rows were found");
    none_of("promises without a test", &wrong);
}
