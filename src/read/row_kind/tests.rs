//! Rows of every kind, by example and over random words.

use proptest::prelude::*;

use super::header_words::letters;
use super::*;
use crate::read::columns::known_headers;
use crate::record::activity::built_in_activity;

const FIELDS: [Option<Field>; 8] = [
    Some(Field::UserName),
    Some(Field::FirstName),
    Some(Field::LastName),
    Some(Field::Roles),
    Some(Field::Team),
    Some(Field::Scope),
    Some(Field::Active),
    None,
];

fn kind_of(cells: &[&str]) -> RowKind {
    let headers = "User Name,First Name,Last Name,Roles,Team,Scope,Active,Cost Centre";
    classify(cells, &FIELDS, &HeaderWords::new(headers.split(',')))
}

fn kind(row: &str) -> RowKind {
    kind_of(&row.split(',').chain(std::iter::repeat("")).take(FIELDS.len()).collect::<Vec<_>>())
}

#[test]
fn accounts_with_odd_names_are_accounts() {
    for row in [
        "t.recall@acme.example,Total,Recall,Agent,Billing,,TRUE",
        "page,Page,Turner,Agent,Billing",
        "count.n@acme.example,Count,Null,R&D Lead,Rows",
        "c.null,Chris,Null,Agent,Showing,,yes",
        "api,API,Feed,Administrator,Default Team,Operations",
        "a@acme.example,,,,,,,",
        "api user 49,API,Payroll,Administrator,Default Team,Operations",
        ",API,Payroll,Administrator,Default Team,,",
        "Lea Orr,Lea,Orr,Agent,Billing,,",
        "jdoe,John,Doe,Role 1,Team 2,Scope 3,inactive",
        "senha@acme.example,Ana,Senha,Agent,Billing,,",
        "jo,Jo,Pass,Agent,Pw,,",
        "x@acme.example,Login,Status,Agent,Page 2 of 3,,TRUE",
        "end.user@acme.example,End,User,Agent,1 of 3,,",
        "svc,API,Total,Administrator,Team,Operations,1",
        "d@acme.example,Dana,,,,,FALSE",
    ] {
        assert_eq!(kind(row), RowKind::Record, "{row}");
    }
}

#[test]
fn rows_of_headers_are_recognized_in_any_order_and_with_marks() {
    for row in [
        "Employment Number,Main WFM View,Associated Groups and Teams,Assigned Roles,Team Name,Last Name,First Name",
        "*User Name,First Name *,Last Name:,Roles (list)",
        "1. User Name,2. First Name,3. Last Name,4. Roles",
        "user_name,first-name,LAST NAME",
        "E-Mail (name@acme.example),First Name,Last Name,Roles,Team",
        "Cost Centre,Active,Team,Scope,,,",
        "Benutzername,Vorname,Nachname,Rolle,Bereich",
        "Login,Note,Remark,Kennwort,Other",
        "Identifiant,Prénom,Nom,Rôle,Équipe",
    ] {
        assert_eq!(kind(row), RowKind::Headers, "{row}");
    }
}

#[test]
fn footers_are_recognized_however_long_and_in_whatever_cells() {
    for (row, stated) in [
        ("Showing 1-500 of 812. Questions: support@tallow.example", Some(812)),
        ("Showing 1 to 500 of 812 entries. The limit of 500 rows was reached; ask for more.", Some(812)),
        (",,,Showing 1 to 500 of 1'812 entries", Some(1812)),
        ("Showing,1,to,500,of,812,entries", Some(812)),
        ("support@acme.example,Showing 1-500 of 812", Some(812)),
        ("(500 rows)", Some(500)),
        ("Total: 12", Some(12)),
        ("Total,2", Some(2)),
        ("Total,,,,,,12", Some(12)),
        (",,,,Grand total,12", Some(12)),
        ("TOTAL", None),
        ("Page 1 of 3", None),
        ("*** End of report ***", None),
        ("Generated,2026-11-20", None),
        ("500 of 812", Some(812)),
        ("Users,812", Some(812)),
        ("This list holds 500 of the accounts; there are 812 accounts in all.", Some(812)),
        ("Gesamt: 812 Benutzer", Some(812)),
        ("Seite 1 von 3", None),
    ] {
        assert_eq!(kind(row), RowKind::Footer(stated), "{row}");
    }
}

#[test]
fn titles_and_doubtful_rows_are_no_accounts() {
    assert_eq!(kind(" , ,,"), RowKind::Blank);
    for row in ["Billing", ",,,,Billing", "Calabrio ONE user export - Acme, prepared for the audit of next year"] {
        assert!(matches!(kind(row), RowKind::Title | RowKind::Doubtful), "{row}");
    }
    for row in ["Filter,all teams", "Report: API users,Acme", "Acme,Confidential,2026", "jdoe,John"] {
        assert_eq!(kind(row), RowKind::Doubtful, "{row}");
    }
}

/// Names of real people and of real teams that are words of footers, headers or nothing.
const ODD_NAMES: [&str; 16] = [
    "Total", "Page", "Count", "Null", "None", "End", "Grand", "Rows", "Summe", "User", "Scope", "Role", "Team", "R&D",
    "O'Brien", "Nguyễn",
];
const ODD_ROLES: [&str; 6] = ["R&D Lead", "QA/QC", "Lead, Quality", "Agent", "Sr. Lead (EMEA)", "Total Quality"];

fn documented() -> Vec<&'static str> {
    known_headers().map(|(name, _)| name).filter(|name| built_in_activity(name).is_none()).collect()
}

proptest! {
    #[test]
    fn an_account_is_one_whatever_its_names(
        first in prop::sample::select(ODD_NAMES.to_vec()),
        last in prop::sample::select(ODD_NAMES.to_vec()),
        role in prop::sample::select(ODD_ROLES.to_vec()),
        team in prop::sample::select(vec!["Default Team", "Team 2", "1 of 3", "Billing", "Page 1"]),
        active in prop::sample::select(vec!["", "TRUE", "inactive", "Oui"]),
        number in 0..100_000_u32,
    ) {
        let name = format!("{}.{number}@acme.example", letters(last));
        let cells = [name.as_str(), first, last, role, team, "", active, ""];
        prop_assert_eq!(kind_of(&cells), RowKind::Record);
    }

    #[test]
    fn words_of_headers_are_headers_in_any_order(
        names in prop::sample::subsequence(documented(), 3..9).prop_shuffle(),
        marks in prop::collection::vec(prop::sample::select(vec!["", "*", ":", " (2)", " #", " 1"]), 9),
        is_upper in any::<bool>(),
    ) {
        let decorated = |(name, mark): (&&str, &&str)| {
            format!("{}{mark}", if is_upper { name.to_uppercase() } else { (*name).to_owned() })
        };
        let cells: Vec<String> = names.iter().zip(&marks).map(decorated).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).chain(std::iter::repeat("")).take(9).collect();
        // No column is known, as in a row of another width.
        prop_assert_eq!(classify(&cells, &[], &HeaderWords::default()), RowKind::Headers);
    }

    #[test]
    fn a_footer_states_how_many_there_are(
        (before, after) in prop::sample::select(vec![
            ("Showing 1-50 of ", ""),
            ("Showing 1 to 50 of ", " entries"),
            ("Total: ", ""),
            ("Total users: ", ""),
            ("(", " rows)"),
            ("", " records exported"),
            ("Results 1 - 50 of ", " accounts"),
            ("Insgesamt ", " Benutzer"),
        ]),
        said in 51..1_000_000_u64,
        column in 0..8_usize,
        tail in prop::sample::select(vec!["", ". Questions: support@acme.example", "; this list was cut at its limit"]),
    ) {
        let text = format!("{before}{said}{after}{tail}");
        let mut cells = [""; 8];
        cells[column] = &text;
        prop_assert_eq!(kind_of(&cells), RowKind::Footer(Some(said)));
        // The same words, one in each cell.
        let words: Vec<&str> = text.split(' ').collect();
        if words.len() <= 8 && tail.is_empty() {
            let cells: Vec<&str> = words.into_iter().chain(std::iter::repeat("")).take(8).collect();
            prop_assert_eq!(kind_of(&cells), RowKind::Footer(Some(said)));
        }
    }

    #[test]
    fn a_row_of_few_cells_is_never_an_account_by_its_length(
        words in prop::collection::vec("[A-Z][a-z]{2,9}", 2..40),
        column in 0..8_usize,
    ) {
        let text = words.join(" ");
        let mut cells = [""; 8];
        cells[column] = &text;
        prop_assert_ne!(kind_of(&cells), RowKind::Record);
    }
}

#[test]
fn rows_after_a_gap_can_be_headers_of_any_language() {
    for headers in [&["Vorname", "Name", "", "Rolle"][..], &["\u{55b6}\u{696d}", "\u{540d}\u{524d}"]] {
        assert!(reads_like_headers(headers), "{headers:?}");
    }
    for account in [
        &["API", "Feed", "api.feed@acme.example"][..],
        &["API", "Feed", "svc", "4711"],
        &["Agent", "Agent", "svc"],
        &["alone", ""],
    ] {
        assert!(!reads_like_headers(account), "{account:?}");
    }
}
