//! The line of config that settles a fault, taken from the words of the fault itself.

use serde_json::Value;

use super::{File, shown, usable};

/// Configs that the message and the remedy of a fault offer between backticks.
pub fn cures(fault: &Value) -> Vec<String> {
    let words = format!("{} {}", fault["message"].as_str().unwrap(), fault["remedy"].as_str().unwrap());
    let quoted: Vec<&str> = words.split('`').skip(1).step_by(2).collect();
    let is_section = |text: &&&str| {
        let name = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        name.is_some_and(|name| name.starts_with(char::is_alphabetic))
    };
    let section = quoted.iter().find(is_section);
    let lines = quoted.iter().filter(|text| text.contains(" = "));
    lines
        .map(|line| match line.split_once("] ").filter(|_| line.starts_with('[')) {
            Some((section, line)) => format!("{section}]\n{line}\n"),
            None if line.starts_with('[') => format!("{line}\n"),
            None => format!("{}\n{line}\n", section.unwrap_or(&"")),
        })
        .collect()
}

/// One of the cures that a fault of this kind offers, written into the config, leaves no fault of the kind.
#[track_caller]
pub fn assert_cured(files: &[File], config: &str, kind: &str) {
    let report = usable(files, config).unwrap_or_else(|why| panic!("{why}"));
    let faults = report.by_rule(kind);
    let offered: Vec<_> = faults.iter().flat_map(|fault| cures(fault)).collect();
    let is_cured = |cure: &String| {
        let cured = usable(files, &format!("{config}\n{cure}"));
        cured.is_ok_and(|report| report.by_rule(kind).len() < faults.len())
    };
    assert!(offered.iter().any(is_cured), "{kind}: none of {offered:?} helps\n{faults:?}\n{}", shown(files));
}
