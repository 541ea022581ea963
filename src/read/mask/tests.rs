//! No part of an unquoted password in a plan is shown, whatever the grammar makes of it.

use proptest::prelude::*;

use crate::read::document::Document;
use crate::read::plan::{self, PlanLanguage};
use crate::syntax::yaml;

/// Every piece of a password begins like this.
const CANARY: &str = "Zcanary";

fn password() -> impl Strategy<Value = String> {
    let marks = vec![
        "", ",", ", ", ": ", ":", " ", "{", "}", "[", "]", "'", "\"", "#", " #", "- ", "&", "*", "!", "|", "%",
        "\n   ", ", <<: ", "={", "?",
    ];
    prop::collection::vec((prop::sample::select(marks), 0..9_u8), 1..5).prop_map(|parts| {
        let piece = |(mark, number): (&str, u8)| format!("{mark}{CANARY}{number}");
        parts.into_iter().map(piece).collect()
    })
}

/// All that is said of a plan: its faults, and the text around each of their places.
fn said(text: &str) -> String {
    let document = Document { text: text.to_owned(), base: 0, broken: Vec::new() };
    let plan = match plan::parse(document, yaml::parse, PlanLanguage::Yaml) {
        Err((faults, _)) => return format!("{faults:?}"),
        Ok(plan) => plan,
    };
    let refused = plan.refused.values().flatten();
    let excerpt = |span| plan.excerpt(&[span]).map_or(String::new(), |excerpt| excerpt.text().to_owned());
    let faults = plan.faults.iter().chain(refused);
    faults
        .map(|fault| {
            let around: String = fault.labels.iter().map(|label| excerpt(label.span)).collect();
            format!("{fault:?} {around}\n")
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn no_part_of_a_password_is_shown(
        password in password(),
        key in prop::sample::select(vec!["password", "Passwort", "api_key", "passwrd"]),
        is_flow: bool,
        before in prop::sample::select(vec!["", "usr_name: x", "team: x"]),
    ) {
        let text = if is_flow {
            let before = if before.is_empty() { String::new() } else { format!("{before}, ") };
            format!("rolecall: 1\nusers:\n  - {{ {before}{key}: {password}, team: [x], zz: 1 }}\n  - 3\n")
        } else {
            let before = if before.is_empty() { "kind: person" } else { before };
            format!("rolecall: 1\nusers:\n  - {before}\n    {key}: {password}\n    team: [x]\n")
        };
        let said = said(&text);
        prop_assert!(!said.contains(CANARY), "{}\n{}", text, said);
    }

    #[test]
    fn no_part_of_a_merged_password_is_shown(password in password()) {
        let text = format!("rolecall: 1\nx-a: &a {{ password: {password} }}\nusers:\n  - {{ <<: *a, zz: 1 }}\n  - *a\n");
        let said = said(&text);
        prop_assert!(!said.contains(CANARY), "{}\n{}", text, said);
    }
}

#[test]
fn a_misspelt_key_is_still_named() {
    for user in ["{ kind: person, usr_name: x }", "{ password: 'a', usr_name: x }", "{ tem: x }"] {
        let said = said(&format!("rolecall: 1\nusers:\n  - {user}\n"));
        assert!(said.contains("unknown key `usr_name`") || said.contains("unknown key `tem`"), "{said}");
    }
}
