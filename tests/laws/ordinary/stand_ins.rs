//! What stands in for a value: the remains of a broken export, and words for nothing.

use proptest::prelude::*;
use proptest::sample::select;

use super::cure::assert_cured;
use super::{assert_clean, assert_fault, forms, reports, with_cell, with_column};
use crate::cases;

const REMAINS: [&str; 20] = [
    "{{ value }}",
    "${VALUE}",
    "System.String[]",
    "Microsoft.Graph.Group[]",
    "System.Object[]",
    "System.Collections.Generic.List`1[System.String]",
    "[object Object]",
    "@{id=4; name=Administrator}",
    "['Administrator']",
    "[\"Administrator\", \"Agent\"]",
    "{\"name\": \"Administrator\"}",
    "{'name': 'Administrator'}",
    "#REF!",
    "#NAME?",
    "#VALUE!",
    "#BEZUG!",
    "#N/A",
    "#NV",
    "#N/D",
    "#DIV/0!",
];
/// Those of the contract, and others built the same way.
const WORDS: [&str; 29] = [
    "NULL",
    "nil",
    "None",
    "N/A",
    "n/a",
    "NaN",
    "undefined",
    "(blank)",
    "-",
    "--",
    "[]",
    "{}",
    "<null>",
    "…",
    "...",
    "not set",
    "[redacted]",
    "(none)",
    "<unset>",
    "—",
    "???",
    "N.A.",
    "<<empty>>",
    "'None'",
    "«none»",
    "【なし】",
    "( - )",
    "~",
    "•",
];
/// Fields of an API user that a rule reads, each with that rule.
const READ: [(&str, &str); 4] = [
    ("Roles", "administrator-role-missing"),
    ("Team", "team-blank"),
    ("Scope", "scope-empty"),
    ("Main View", "main-view-not-enterprise"),
];

fn any_case(word: &'static str) -> impl Strategy<Value = String> {
    select([word.to_owned(), word.to_uppercase(), word.to_lowercase()].to_vec())
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn remains_of_an_export_are_unverifiable(remains in select(REMAINS.as_slice()), read in select(READ.as_slice())) {
        let (header, rule) = read;
        for (form, report) in reports(&with_cell(0, header, remains), "") {
            assert_fault(&report, "cell-unverifiable", &format!("{remains} as {header} in {form}"));
            prop_assert_ne!(report.outcome(rule), "pass", "{} as {} in {}", remains, header, form);
        }
    }

    #[test]
    fn words_for_nothing_are_placeholders_until_they_are_declared(
        word in select(WORDS.as_slice()).prop_flat_map(any_case), read in select(READ.as_slice()),
    ) {
        let (header, rule) = read;
        let world = with_cell(0, header, &word);
        for (form, report) in reports(&world, "") {
            assert_fault(&report, "value-placeholder", &format!("{word} as {header} in {form}"));
            prop_assert_ne!(report.outcome(rule), "pass", "{} as {} in {}", word, header, form);
        }
        for file in forms(&world) {
            assert_cured(&[file], "", "value-placeholder");
        }
        for (form, report) in reports(&world, &format!("[values]\nblank = [{word:?}]\n")) {
            prop_assert_eq!(report.verdict(), "fail", "{} as {} in {}", word, header, form);
            prop_assert_eq!(report.by_rule(rule).len(), 1, "{} as {} in {}", word, header, form);
        }
    }

    /// Nothing reads the team of a person.
    #[test]
    fn cells_that_nothing_reads_are_left_alone(what in select([REMAINS.as_slice(), WORDS.as_slice()].concat())) {
        for header in ["Team", "Scope", "Main View"] {
            for (form, report) in reports(&with_cell(1, header, what), "") {
                assert_clean(&report, &format!("{what} as {header} in {form}"));
            }
        }
    }
}

/// Somebody is called Null.
#[test]
fn names_of_persons_are_exempt() {
    for name in ["Null", "None", "Nil", "NaN", "N/A", "-"] {
        for (row, header) in [(1, "First Name"), (1, "Last Name"), (0, "Last Name")] {
            for (form, report) in reports(&with_cell(row, header, name), "") {
                assert_clean(&report, &format!("{name} as {header} of {row} in {form}"));
            }
        }
    }
}

/// A word in the column of activity refuses its record.
#[test]
fn a_word_for_nothing_does_not_say_whether_an_account_is_active() {
    for word in ["NULL", "-", "n/a", "Aktiv"] {
        for (form, report) in reports(&with_cell(1, "Active", word), "") {
            assert_fault(&report, "active-unreadable", &format!("{word} in {form}"));
        }
    }
    for (form, report) in reports(&with_cell(1, "Active", "aktiv"), "[values]\nactive = [\"Aktiv\"]\n") {
        assert_clean(&report, form);
    }
    for (form, report) in reports(&with_cell(1, "Active", "Gesperrt"), "[values]\ninactive = [\"gesperrt\"]\n") {
        assert_eq!(report.seats("System Administrator")["used"], 2, "{form}: {report}");
    }
}

#[test]
fn masked_passwords_are_no_passwords() {
    for mask in ["********", "••••••", "*****", "N/A", "NULL"] {
        for (form, report) in reports(&with_column("Password", [mask, "", ""]), "") {
            assert!(report.by_rule("password-literal").is_empty(), "{mask} in {form}: {report}");
            assert_ne!(report.verdict(), "fail", "{mask} in {form}: {report}");
        }
    }
    for (form, report) in reports(&with_column("Password", ["Hunter*2*", "", ""]), "") {
        assert_eq!(report.by_rule("password-literal").len(), 1, "{form}");
    }
}

/// A word cannot mean two things.
#[test]
fn contradicting_words_are_refused() {
    let world = with_cell(0, "Team", "Default Team");
    for config in [
        "[values]\nactive = [\"x\"]\ninactive = [\"X\"]\n",
        "[values]\nactive = [\"-\"]\nblank = [\"-\"]\n",
        "[values]\nactive = [\"no\"]\n",
        "[values]\nblank = [\"yes\"]\n",
        "[values]\nblank = [\"Administrator\"]\n",
        "[values]\nblank = [\"Default Team\"]\n",
    ] {
        for file in forms(&world) {
            assert!(super::usable(&[file], config).is_err(), "{config}");
        }
    }
}
