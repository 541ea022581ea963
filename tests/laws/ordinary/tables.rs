//! Tables: rows that are not accounts, second tables, titles and footers, headers that are nearly known.

use proptest::prelude::*;
use proptest::sample::select;

use super::cure::assert_cured;
use super::{File, assert_clean, assert_fault, report, text, usable};
use crate::cases;
use crate::support::rows::{DANA, GOOD, HEAD};
use crate::support::workbook::{Workbook, rows_of_texts};

/// The rows as a CSV file and as a workbook.
fn tables(rows: &[Vec<String>]) -> [File; 2] {
    let quoted = |cell: &String| {
        if cell.contains([',', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    };
    let csv: String = rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n").collect();
    let sheet: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    [text("people.csv", csv), ("people.xlsx", Workbook::with_rows(&rows_of_texts(&sheet)).bytes())]
}

fn row(line: &str) -> Vec<String> {
    line.trim_end().split(',').map(str::to_owned).collect()
}

/// A compliant table with these rows after its accounts.
fn with_rows(more: &[Vec<String>]) -> Vec<Vec<String>> {
    [&[row(HEAD), row(GOOD), row(DANA)], more].concat()
}

/// Eight cells of which these are the first, from a column on.
fn cells(from: usize, texts: &[&str]) -> Vec<String> {
    let mut row = vec![String::new(); 8];
    for (at, text) in texts.iter().enumerate() {
        row[(from + at).min(7)] = (*text).to_owned();
    }
    row
}

/// Headers of tables about other things.
const FOREIGN: [&str; 20] = [
    "Device",
    "Secret",
    "Host",
    "Port",
    "Owner",
    "Kind",
    "Zone",
    "Enabled",
    "Serial No.",
    "Gerät",
    "Standort",
    "Clé",
    "IPv4",
    "Asset Tag",
    "Queue",
    "Skill",
    "Shift",
    "Last Seen",
    "Model (2)",
    "Site",
];

const HEADERS: [&str; 14] = [
    "First Name",
    "Last Name",
    "User Name",
    "Roles",
    "Team",
    "Scope",
    "WFM Views",
    "Active",
    "E-mail",
    "Employee ID",
    "Given Name",
    "Main View",
    "License",
    "Deactivated",
];

proptest! {
    #![proptest_config(cases(32))]

    /// In any order, with marks and digits.
    #[test]
    fn a_row_that_repeats_headers_is_no_account(
        headers in Just(HEADERS.to_vec()).prop_shuffle(), mark in select(["", "*", ":", " (2)", " 1", "?"].as_slice()), is_upper in any::<bool>(),
    ) {
        let repeated: Vec<String> = headers[..8].iter().map(|header| {
            let header = format!("{header}{mark}");
            if is_upper { header.to_uppercase() } else { header }
        }).collect();
        for file in tables(&with_rows(&[repeated.clone(), row(&GOOD.replace("api.payroll", "api.late"))])) {
            let report = report(&[file], "");
            prop_assert_eq!(report.verdict(), "incomplete", "{:?}: {}", repeated, report);
            prop_assert!(report.by_rule("header-repeated").len() + report.by_rule("row-no-account").len() > 0, "{:?}: {}", repeated, report);
        }
    }

    /// Foreign headers can look like names, roles and teams; the rows below them can look like accounts.
    #[test]
    fn a_table_of_foreign_headers_is_no_table_of_accounts(
        headers in Just(FOREIGN.to_vec()).prop_shuffle(), width in 3_usize..9, above in 0_usize..5, gap in 0_usize..3, case in 0_usize..3,
        people in 0_usize..40,
    ) {
        let spelt = |header: &&str| match case {
            0 => (*header).to_owned(),
            1 => header.to_uppercase(),
            _ => header.to_lowercase(),
        };
        let mut second = headers[..width].iter().map(spelt).collect::<Vec<_>>();
        second.resize(8, String::new());
        let below = |number: usize| row(&format!("4711,Zq7canary,api.sw{number}@acme.example,API,Speech,Agent,x,yes"));
        let person = |number: usize| row(&DANA.replace("dana.ops", &format!("person.{number}")));
        let mut rows = with_rows(&(0..people).map(person).collect::<Vec<_>>());
        let at = if above == 4 { rows.len() } else { 1 + above.min(rows.len() - 1) };
        let blank = vec![cells(0, &[]); gap];
        rows.splice(at..at, [blank, vec![second.clone(), below(1), below(2)]].concat());
        for file in tables(&rows) {
            let what = format!("{second:?} in row {at} of {}", file.0);
            let report = report(&[file], "");
            prop_assert_eq!(report.verdict(), "incomplete", "{}: {}", what, report);
            prop_assert!(report.by_rule("header-repeated").len() == 1, "{}: {}", what, report);
            prop_assert!(!report.to_string().contains("Zq7canary"), "{}: a secret is shown", what);
            prop_assert!(!report["accounts"].to_string().contains("api.sw"), "{}: {}", what, report);
        }
    }

    /// Accounts without an address as the user name are accounts all the same: they are judged, and found wanting.
    #[test]
    fn accounts_without_addresses_are_judged(
        bare in select(["dana.q", "DQUILL", "Dana", "svc_dana", "4711", "dana quill", "ACME\\dana"].as_slice()), people in 0_usize..30, place in 0_usize..3,
    ) {
        let person = |number: usize| row(&DANA.replace("dana.ops", &format!("person.{number}")));
        let mut rows = with_rows(&(0..people).map(person).collect::<Vec<_>>());
        let at = [1, rows.len() / 2, rows.len()][place].max(1);
        rows.insert(at, row(&format!("Dana,Quill,{bare},Coach,Night Desk,Nights,Night View,yes")));
        rows.insert(at, row(&format!("API,Feed,{bare}2,Administrator,Night Desk,Nights,Night View,Enabled")));
        let judged = rows.len() as u64 - 1;
        for file in tables(&rows) {
            let what = format!("{bare} in row {at} of {}", file.0);
            let report = report(&[file], "");
            prop_assert_eq!(report.verdict(), "fail", "{}: {}", what, report);
            prop_assert!(!report.by_rule("user-name-not-email").is_empty(), "{}", what);
            prop_assert_eq!(report["ledger"]["inputs"][0]["judged"].as_u64(), Some(judged), "{}", what);
        }
    }

    #[test]
    fn footers_and_totals_are_no_accounts(
        (at, footer) in (0_usize..5, select([
            "Total", "Total users: 2", "2 records", "Gesamt: 2", "Report generated on 2026-11-20 by Calabrio ONE",
            "Exported by dana.ops@acme.example on 2026-11-20 at 04:00, please contact the service desk with questions about this list",
            "Confidential - do not distribute outside of Acme", "Page 1 of 1", "End of report", "© 2026 Acme. All rights reserved.",
        ].as_slice())), count in select(["", "2"].as_slice()),
    ) {
        for file in tables(&with_rows(&[cells(at, &[footer, count])])) {
            let what = format!("{footer:?} in column {at} of {}", file.0);
            let report = report(&[file], "");
            prop_assert_ne!(report.verdict(), "pass", "{}: {}", what, report);
            prop_assert!(!report["accounts"].to_string().contains(footer), "{} is an account", what);
            let judged = report["ledger"]["inputs"][0]["judged"].as_u64();
            prop_assert_eq!(judged, Some(2), "{}: {}", what, report);
        }
    }

    #[test]
    fn declared_titles_and_footers_are_left_out(titles in 1_usize..6, footers in 0_usize..3) {
        let titles_above = (0..titles).map(|n| cells(0, &[&format!("Title {n}")]));
        let footers_below = (0..footers).map(|n| cells(0, &[&format!("Footer {n}")]));
        let rows: Vec<_> = titles_above.chain(with_rows(&[])).chain(footers_below).collect();
        let config = format!("[tables]\nheader-row = {}\nfooter-rows = {footers}\n", titles + 1);
        for file in tables(&rows) {
            let what = format!("{titles} above and {footers} below in {}", file.0);
            let report = report(std::slice::from_ref(&file), &config);
            assert_clean(&report, &what);
            prop_assert_eq!(report["ledger"]["inputs"][0]["judged"].as_u64(), Some(2), "{}", what);
            prop_assert!(usable(&[file], "[tables]\nheader-row = 999\n").is_err(), "{}: a row beyond the file", what);
        }
    }
}

/// Below any gap or none, with headers of its own or unknown ones; a column of passwords is shown by none.
#[test]
fn a_second_table_is_never_read_by_the_columns_of_the_first() {
    let second = |headers: &str| [row(headers), row("4711,Zq7canary,api.two@acme.example,API,Speech,Agent,x,yes")];
    for headers in [
        "Employee Number,Password,User Name,First Name,Last Name,Roles,Team,Active",
        "ID,Kennwort,Login,Vorname,Nachname,Rolle,Team,Aktiv",
        "Device,Secret,Host,Port,Owner,Kind,Zone,Enabled",
    ] {
        for gap in 0..4 {
            let blank = vec![cells(0, &[]); gap];
            for file in tables(&with_rows(&[blank, second(headers).to_vec()].concat())) {
                let what = format!("{headers} after {gap} blank rows in {}", file.0);
                let report = report(&[file], "");
                assert_eq!(report.verdict(), "incomplete", "{what}: {report}");
                assert!(!report.to_string().contains("Zq7canary"), "{what}: a password is shown");
            }
        }
    }
}

#[test]
fn headers_that_are_nearly_known_are_not_passed_over() {
    for near in [
        "Windows Logn",
        "Name First",
        "Main Veiw",
        "Deactivation Dat",
        "Teams and Groups Associated",
        "Employe ID",
        "Created-by User",
    ] {
        let rows =
            [format!("{},{near}\n", HEAD.trim_end()), GOOD.replace(",yes", ",yes,x"), DANA.replace(",yes", ",yes,x")];
        for file in tables(&rows.map(|line| row(&line))) {
            if near == "Created-by User" {
                // Other words are another header.
                assert_clean(&report(&[file], ""), near);
                continue;
            }
            assert_fault(&report(std::slice::from_ref(&file), ""), "column-near-miss", near);
            assert_clean(&report(std::slice::from_ref(&file), &format!("[columns]\nignore = [{near:?}]\n")), near);
            assert_cured(&[file], "", "column-near-miss");
        }
    }
}

/// What is ignored is not known, in tables and documents; a second column of activity may be ignored.
#[test]
fn an_ignored_column_of_activity_leaves_it_open() {
    let mut world = crate::world::compliant();
    world.rows[0][7] = "no".to_owned();
    for file in super::forms(&world) {
        let what = file.0;
        let report = report(&[file], "[columns]\nignore = [\"Active\"]\n");
        assert_eq!(report.verdict(), "incomplete", "{what}: {report}");
        assert_eq!(report.outcome("api-user-inactive"), "not-determinable", "{what}");
    }
    let world = super::with_column("Status", ["a", "b", "c"]);
    for file in super::forms(&world) {
        let what = file.0;
        assert_clean(&report(&[file], "[columns]\nignore = [\"Status\"]\n"), what);
    }
}

#[test]
fn headers_of_today_and_their_kin_are_known() {
    for (header, cell) in [
        ("Activated Date", "2024-01-15"),
        ("Active From", "2024-01-15"),
        ("Valid From", "2024-01-15"),
        ("Deactivated Date", ""),
        ("Active Until", ""),
        ("Valid Until", ""),
        ("Department", "x"),
        ("Cost Center", "7"),
        ("Phone", "1"),
        ("Notes", "x"),
        ("Manager", "x"),
        ("Password Last Set", "2026-01-02"),
        ("Password Expires", "2027-01-02"),
        ("Must Change Password", "no"),
        ("Password Never Expires", "TRUE"),
        ("Password Age", "14"),
    ] {
        let rows = [
            format!("{},{header}\n", HEAD.trim_end()),
            GOOD.replace(",yes", &format!(",yes,{cell}")),
            DANA.replace(",yes", &format!(",yes,{cell}")),
        ];
        for file in tables(&rows.map(|line| row(&line))) {
            let what = format!("{header} in {}", file.0);
            let report = report(&[file], "");
            assert_eq!(report.verdict(), "pass", "{what}: {report}");
            assert!(report.by_rule("password-literal").is_empty(), "{what}");
        }
    }
}
