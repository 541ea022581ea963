//! Honest exports and plans of many kinds, with names as people and sites have them: nothing in them is doubtful.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{assert_clean, forms, report, text};
use crate::cases;
use crate::plan::{hands, write as write_plan};
use crate::world::{World, compliant};

const FIRST: [&str; 26] = [
    "Anna-Lena",
    "Jean-Luc",
    "Null",
    "None",
    "Nil",
    "Nan",
    "True",
    "Test",
    "María José",
    "Søren",
    "Zoë",
    "D’Arcy",
    "Mary Ann",
    "J. R.",
    "Åsa",
    "Nguyễn",
    "李",
    "राम",
    "Олег",
    "محمد",
    "X Æ A-12",
    "Ana (Nita)",
    "Total",
    "Page",
    "No",
    "Na",
];
const LAST: [&str; 26] = [
    "O'Brien",
    "van der Berg",
    "Müller-Lüdenscheidt",
    "Smith, Jr.",
    "Null",
    "Total",
    "Summe",
    "Nguyen Thi",
    "de la Cruz",
    "Lee / Li",
    "Record",
    "Page",
    "Next",
    "Active",
    "Header",
    "St. John",
    "Ó Súilleabháin",
    "नारायण",
    "王",
    "Иванов",
    "Bond 007",
    "Null-Smith",
    "Nil",
    "Ng",
    "More",
    "Password",
];
const ROLES: [&str; 12] = [
    "Agent",
    "Team Lead",
    "R&D Lead",
    "QA/QC",
    "Lead, Quality",
    "Agent; QA/QC",
    "Sr. Lead (EMEA) - O'Brien's",
    "Supervisor | Coach",
    "C++ Desk",
    "Tier 1/2",
    "Night+Day",
    "<Guest>",
];
const TEAMS: [&str; 24] = [
    "Default Team",
    "Sales/Service",
    "B2B & B2C",
    "24/7 Desk",
    "N.A. Support",
    "Nil Satis",
    "Total Care",
    "Page Desk",
    "Night - Day",
    "None of These",
    "Ops [West]",
    "#1 Team",
    "Équipe \"Nord\"",
    "Team {blue}",
    "Unknown",
    "(EMEA)",
    "[North]",
    "<Guest>",
    "Empty Quarter",
    "Not Set in Stone",
    "★",
    "北",
    "N.A.S.A. Desk",
    "\u{201c}Gold\u{201d}",
];
/// Columns that no rule reads, with what people write in them.
const MORE: [(&str, [&str; 4]); 12] = [
    ("Department", ["Sales", "N/A", "-", ""]),
    ("Cost Center", ["4711", "none", "#N/A", "0"]),
    ("Manager", ["Ann Lee", "NULL", "", "Lee, Ann"]),
    ("Phone", ["+49 30 1", "-", "", "(555) 1"]),
    ("Hire Date", ["01.02.2020", "1/2/20", "", "n/a"]),
    ("Notes", ["see [wiki]", "total 4", "{urgent}", "[object Object]"]),
    ("Password Last Set", ["2026-01-05", "2025-12-31", "", "2024-02-29"]),
    ("Skills", ["a, b", "a/b", "", "[]"]),
    ("Nickname", ["Nil", "None", "", "undefined"]),
    ("Site", ["HQ/1", "HQ+2", "", "-"]),
    ("Extension", ["12", "", "--", "0"]),
    ("Last Login", ["2026-11-20 04:00", "never", "", "(blank)"]),
];

/// An honest export: two API users and a person of the compliant accounts among people of all kinds.
fn exports() -> impl Strategy<Value = World> {
    let person = (
        select(&FIRST[..]),
        select(&LAST[..]),
        select(&ROLES[..]),
        select(&TEAMS[..]),
        select(&TEAMS[..]),
        select(&["yes", "no"][..]),
    );
    let more = subsequence((0..MORE.len()).collect::<Vec<_>>(), 0..5);
    (vec((person, vec(0_usize..4, MORE.len())), 1..12), more).prop_map(|(people, more)| {
        let mut world = compliant();
        for (number, ((first, last, roles, team, scope, active), _)) in people.iter().enumerate() {
            let name = format!("person{number}@acme.example");
            world.rows.push(
                [name.as_str(), first, last, roles, team, scope, "Agent View", active].map(str::to_owned).to_vec(),
            );
        }
        for column in more {
            let (header, texts) = MORE[column];
            world.headers.push(header);
            for (at, row) in world.rows.iter_mut().enumerate() {
                let pick = people.get(at.wrapping_sub(3)).map_or(at, |(_, picks)| picks[column]);
                row.push(texts[pick % 4].to_owned());
            }
        }
        world
    })
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn honest_exports_stay_clean_in_every_form(world in exports()) {
        for file in forms(&world) {
            let name = file.0;
            let report = report(&[file], "");
            assert_clean(&report, &format!("{name}: {world:?}"));
            let odd = report.diagnostics().iter().filter(|one| one["basis"] == "input" && one["rule"] != "cell-over-lines");
            let odd: Vec<_> = odd.map(|one| one["rule"].to_string() + &one["message"].to_string()).collect();
            prop_assert!(odd.is_empty(), "{}: {:?} {:?}", name, odd, world);
        }
    }

    #[test]
    fn honest_plans_stay_clean(world in exports(), hand in hands()) {
        let mut world = world;
        let active = world.column("Active").unwrap();
        world.rows.iter_mut().for_each(|row| row[active].clear());
        // A plan has no mark of activity.
        let plan = write_plan(&world, hand).text;
        let report = report(&[text(hand.file_name(), plan.clone())], "");
        assert_clean(&report, &plan);
    }
}
