//! Which cells mean what they say, and which may mean something else.

use super::super::list::WholeNames;
use super::*;

fn known(names: &[&str]) -> ListSyntax {
    ListSyntax { known: names.iter().map(|name| (*name).to_owned()).collect(), ..ListSyntax::default() }
}

#[test]
fn a_dash_beside_a_separator_belongs_to_neither_name() {
    assert_eq!(parts("Administrator -> Lead").collect::<Vec<_>>(), ["Administrator -", "Administrator", "Lead"]);
    assert_eq!(parts("Night-Desk, Jr.").collect::<Vec<_>>(), ["Night-Desk", "Jr.", "Jr"]);
}

#[test]
fn any_sign_between_names_makes_them_several() {
    let lists = known(&["Administrator", "Evaluator", "Müller & Sons"]);
    for sign in [",", ", ", " / ", "+", "&", "\t", "\u{b}", "、", "<br>", "  ", "\" \"", "] [", " • ", "；", "=", "\\"]
    {
        let text = format!("Evaluator{sign}Coach");
        assert_eq!(uncertainty_of_item(&text, &lists, |_| false), Some(Uncertainty::SeveralNames), "{text:?}");
    }
    for whole in ["[Administrator]", "\"Administrator\"", "Administrator,", "Evaluator  Coach"] {
        assert_eq!(uncertainty_of_item(whole, &lists, |_| false), Some(Uncertainty::SeveralNames), "{whole:?}");
    }
    for honest in [
        "R&D Lead",
        "QA/QC",
        "Administrator (EMEA)",
        "Sr. Lead (EMEA) - O'Brien's",
        "Lead, Quality",
        "Müller & Sons",
        "Evaluator",
    ] {
        assert_eq!(uncertainty_of_item(honest, &lists, |_| false), None, "{honest:?}");
    }
    assert_eq!(uncertainty_of_item("North, South", &lists, |name| name == "South"), Some(Uncertainty::SeveralNames));
}

#[test]
fn a_declared_name_is_no_placeholder() {
    assert_eq!(uncertainty_of_item("(unknown)", &known(&["(unknown)"]), |_| false), None);
    assert_eq!(uncertainty_of_item("(unknown)", &known(&[]), |_| false), Some(Uncertainty::Placeholder));
}

#[test]
fn what_is_declared_whole_is_one_name() {
    let lists = ListSyntax { whole: WholeNames::new(vec!["Evaluator, Senior".to_owned()]), ..known(&["Evaluator"]) };
    assert_eq!(uncertainty_of_item("Evaluator, Senior", &lists, |_| false), None);
    assert_eq!(uncertainty_of_item("Evaluator, Junior", &lists, |_| false), Some(Uncertainty::SeveralNames));
}

#[test]
fn a_kind_is_read_in_any_writing() {
    for word in ["api-user", "API User", "ApiUser", "api_user"] {
        assert_eq!(account_kind(word), Some(AccountKind::ApiUser), "{word}");
    }
    assert_eq!(account_kind("PERSON"), Some(AccountKind::Person));
    for word in ["", "api", "service", "people", "api-users", "robot"] {
        assert_eq!(account_kind(word), None, "{word}");
    }
}

#[test]
fn stand_ins_are_told_from_names() {
    for lost in [
        "System.Object[]",
        "System.Collections.Generic.List`1[System.String]",
        "[object Object]",
        "@{Name=Operations}",
        "#N/A",
        "#NV",
        "#N/D",
        "#DIV/0!",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#¡VALOR!",
        "#¿NOMBRE?",
        "#ИМЯ?",
        "['Operations']",
        "[\"A\", \"B\"]",
        "{\"id\": 4}",
        "{'a': ['b', 1]}",
        "{1: 2}",
        "[{\"name\":\"A\"}]",
        "{{ team }}",
        "${TEAM}",
    ] {
        assert_eq!(uncertainty_of_text(lost), Some(Uncertainty::LostValue), "{lost}");
    }
    for nothing in [
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
        "----------",
        "...",
        "not set",
        "Not Applicable",
        "No value",
        "[redacted]",
        "(none)",
        "<unset>",
        "—",
        "?",
        "???",
        "\\N",
        "N.A.",
        "<<empty>>",
        "\"null\"",
        "'None'",
        "«none»",
        "【なし】",
        "[ ]",
        "\"\"",
        "( - )",
        "•",
        "~",
        "(Unknown)",
        "（null）",
    ] {
        assert_eq!(uncertainty_of_text(nothing), Some(Uncertainty::Placeholder), "{nothing}");
    }
    for honest in [
        "",
        "Operations",
        "[North] Sales",
        "{Core}",
        "#1 Desk",
        "#A!",
        "Night \"Owls\"",
        "[North]",
        "[1, 2]",
        "Nullarbor",
        "N/A Desk",
        "@{handle}s",
        "None of these",
        "- Sales",
        "Systems",
        "[a, 'b]",
        "(EMEA)",
        "<Guest>",
        "[Unknown Pleasures]",
        "Unknown",
        "Not Set in Stone",
        "Notting Hill",
        "No Value Left Behind",
        "N.A. Support",
        "Empty",
        "(1)",
        "★",
        "北",
        "@",
    ] {
        assert_eq!(uncertainty_of_text(honest), None, "{honest}");
    }
}
