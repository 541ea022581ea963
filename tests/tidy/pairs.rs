//! No two files of a folder use each other: what both need is in a file below them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Source, none_of, sources};

/// The files of its own folder that a source uses, by their paths without `.rs`.
fn siblings_used(source: &Source) -> BTreeSet<String> {
    let (folder, _) = source.path.rsplit_once('/').unwrap_or_default();
    let module = folder.trim_start_matches("src/").replace('/', "::");
    let paths = [source.paths_below("super"), source.paths_below(&format!("crate::{module}"))].concat();
    paths.iter().filter_map(|(_, path)| path.split("::").next()).map(|name| format!("{folder}/{name}")).collect()
}

#[test]
fn no_two_files_of_a_folder_use_each_other() {
    let without_end = |source: &Source| source.path.trim_end_matches(".rs").to_owned();
    let used: BTreeMap<String, BTreeSet<String>> = sources()
        .iter()
        .filter(|source| source.path.matches('/').count() > 1)
        .map(|source| (without_end(source), siblings_used(source)))
        .collect();
    let uses = |from: &str, to: &str| used.get(from).is_some_and(|paths| paths.contains(to));
    let mut found = Vec::new();
    let mut count = 0;
    for (from, paths) in &used {
        for to in paths.iter().filter(|to| used.contains_key(*to) && *to != from) {
            count += 1;
            if from < to && uses(to, from) {
                found.push(format!("{from}.rs and {to}.rs"));
            }
        }
    }
    assert!(count > 100, "only {count} uses were found");
    none_of("files that use each other", &found);
}
