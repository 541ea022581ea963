//! Several names in one text.

use proptest::prelude::*;
use proptest::sample::select;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

use super::cure::assert_cured;
use super::{assert_clean, assert_fault, forms, report, reports, text, with_cell};
use crate::cases;
use crate::plan::{hands, write as write_plan};

/// What may part two names without being a separator that is known: any sign of punctuation, and what people paste.
fn separators() -> impl Strategy<Value = String> {
    let common = select(
        [
            ", ", ",", " / ", "/", "+", " + ", "&", " & ", "\t", "、", "<br>", "<br/>", "  ", " > ", " -> ", " · ",
            "\", \"", "],[",
        ]
        .as_slice(),
    );
    let is_sign = |c: &char| {
        let group = c.general_category_group();
        matches!(group, GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Symbol) && !"_-.'’();|".contains(*c)
    };
    prop_oneof![
        2 => common.prop_map(str::to_owned),
        1 => any::<char>().prop_filter("a sign", is_sign).prop_map(String::from),
        1 => (any::<char>().prop_filter("a sign", is_sign)).prop_map(|c| format!(" {c} ")),
    ]
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn a_known_role_beside_another_is_ambiguous_in_every_form(
        separator in separators(), other in select(["QM Agent", "Lead", "Équipe 2", "Отдел"].as_slice()),
        is_first in any::<bool>(), row in 0_usize..3,
    ) {
        let item = if is_first { format!("Administrator{separator}{other}") } else { format!("{other}{separator}Administrator") };
        let world = with_cell(row, "Roles", &item);
        for (form, report) in reports(&world, "") {
            assert_fault(&report, "list-ambiguous", &format!("{item:?} in {form}"));
            prop_assert_eq!(report.seats("System Administrator")["exact"].as_bool(), Some(false), "{} in {}", item, form);
            prop_assert_ne!(report.outcome("seats-exceeded"), "pass");
            prop_assert_eq!(report.by_rule("list-ambiguous")[0]["record"]["number"].as_u64(), Some(row as u64 + 1));
            if row != 1 {
                prop_assert_ne!(report.outcome("administrator-role-missing"), "pass");
            }
        }
    }

    #[test]
    fn what_the_fault_offers_settles_it(separator in separators(), other in select(["QM Agent", "Lead"].as_slice())) {
        for file in forms(&with_cell(1, "Roles", &format!("Administrator{separator}{other}"))) {
            assert_cured(&[file], "", "list-ambiguous");
        }
    }

    #[test]
    fn names_that_another_api_user_holds_alone_are_known(separator in separators()) {
        for (form, report) in reports(&with_cell(0, "Scope", &format!("Billing{separator}Night Desk")), "") {
            assert_fault(&report, "list-ambiguous", form);
        }
    }

    #[test]
    fn items_of_plans_are_tested_too(separator in separators(), hand in hands()) {
        prop_assume!(!separator.contains(['\t', '\n']));
        let mut world = with_cell(1, "Roles", &format!("Administrator{separator}Lead"));
        world.rows.iter_mut().for_each(|row| row[7].clear());
        let plan = report(&[text(hand.file_name(), write_plan(&world, hand).text)], "");
        assert_fault(&plan, "list-ambiguous", hand.file_name());
    }
}

/// A cell that holds one name: a known one beside another, or one that other API users hold, or any two between separators
/// of lists.
#[test]
fn a_cell_of_one_name_holds_no_list() {
    for team in [
        "Default Team, Billing",
        "Default Team / Night Desk",
        "Night Desk; Day Desk",
        "Night Desk|Day Desk",
        "Night Desk & Day Desk",
    ] {
        let mut world = with_cell(0, "Team", team);
        if team.contains('&') {
            world.rows[2][4] = "Day Desk".to_owned();
        }
        for file in forms(&world) {
            let what = format!("{team} in {}", file.0);
            let report = report(std::slice::from_ref(&file), "");
            assert_fault(&report, "list-ambiguous", &what);
            assert_ne!(report.outcome("team-not-allowed"), "pass", "{what}");
            assert_cured(&[file], "", "list-ambiguous");
        }
        let plan = format!(
            "rolecall: 1\nusers:\n  - {{ kind: api-user, first_name: API, user_name: api@acme.example, roles: [Administrator], team: {team:?} }}\n  - {{ kind: api-user, first_name: API, user_name: b@acme.example, roles: [Administrator], team: Day Desk }}\n"
        );
        assert_fault(&report(&[text("plan.yaml", plan)], ""), "list-ambiguous", team);
    }
    for (form, report) in reports(&with_cell(0, "Main View", "EnterpriseView, Billing View"), "") {
        assert_fault(&report, "list-ambiguous", form);
    }
    for team in ["Sales/Service", "R&D", "24/7 Desk", "Ops [West]", "Night, Day"] {
        for (form, report) in reports(&with_cell(0, "Team", team), "") {
            assert_clean(&report, &format!("{team} in {form}"));
        }
    }
}

/// No part of these is a name that anything declares.
#[test]
fn names_with_signs_are_names() {
    for name in [
        "R&D Lead",
        "QA/QC",
        "Lead, Quality",
        "C++ Desk",
        "24/7",
        "Tier 1/2",
        "O'Brien's (EMEA)",
        "Sales + Service",
        "Ops [West]",
        "<Night>",
        "A  B",
        "Café «Nord»",
        "50% Desk",
        "Ops #1",
        "Lead: Night",
        "a@b",
        "北京、上海",
    ] {
        for header in ["Roles", "Scope"] {
            let cell = if header == "Roles" { format!("Administrator; {name}") } else { format!("Operations; {name}") };
            for (form, report) in reports(&with_cell(0, header, &cell), "") {
                assert!(report.by_rule("list-ambiguous").is_empty(), "{name} as {header} in {form}: {report}");
                assert_clean(&report, &format!("{name} as {header} in {form}"));
            }
        }
    }
}

#[test]
fn a_declared_separator_parts_and_a_declared_name_is_whole() {
    let world = with_cell(1, "Roles", "Administrator / Lead");
    for (form, report) in reports(&world, "[lists]\nseparator = \"/\"\n") {
        assert_clean(&report, form);
        assert_eq!(report.seats("System Administrator")["used"], 3, "{form}");
    }
    for (form, report) in reports(&world, "[lists]\nwhole = [\"Administrator / Lead\"]\n") {
        assert_clean(&report, form);
        assert_eq!(report.seats("System Administrator")["used"], 2, "{form}");
    }
    // A second separator beside a declared one is still told.
    for (form, report) in reports(&with_cell(1, "Roles", "Agent/Administrator+Lead"), "[lists]\nseparator = \"/\"\n") {
        assert_fault(&report, "list-ambiguous", form);
    }
}
