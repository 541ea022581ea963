//! Reports merge in any order and grouping to the same bytes, whatever they say, how often they are given, and however some are
//! damaged; and what is read back of a report is what its run said.

use proptest::collection::vec;
use proptest::prelude::*;
use rolecall::diagnostic::fingerprint::sha256;
use rolecall::fleet::{Fleet, ReportFile, TenantResult};
use rolecall::report::fleet::{FleetFormat, FleetReport, ReportLinks};

use crate::cases;
use crate::damage::{damaged, wounds};
use crate::run::{as_of, run_with, with_catalogue};
use crate::table::{dialects, write};
use crate::world::worlds;

/// What is given to a merge.
type Given = (String, Vec<u8>);

fn json(fleet: &Fleet) -> Vec<u8> {
    let mut bytes = Vec::new();
    FleetFormat::Json.write(&FleetReport::of_fleet(fleet, ReportLinks::default()), &mut bytes).unwrap();
    bytes
}

/// Merges in this order, in groups of this size, whose fleets are written and read back, until one is left.
fn merged(given: &[Given], size: usize) -> Vec<u8> {
    let of_group = |group: &[Given]| {
        let mut fleet = Fleet::default();
        group.iter().for_each(|(file, bytes)| fleet.merge(Fleet::read(file, bytes)));
        ("group.json".to_owned(), json(&fleet))
    };
    let groups: Vec<Given> = given.chunks(size.max(2)).map(of_group).collect();
    match groups.as_slice() {
        [(_, bytes)] => bytes.clone(),
        several => merged(several, size),
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn any_order_and_any_grouping_gives_the_same_bytes(
        reports in vec((worlds(1), dialects(&[None]), 0..6_usize, 0..8_u8), 2..9),
        order in Just((0..9_usize).collect::<Vec<_>>()).prop_shuffle(),
        wounds in wounds(1..3),
        expected in vec(0..8_usize, 0..4),
    ) {
        let mut given: Vec<Given> = reports.into_iter().enumerate().map(|(number, (world, dialect, tenant, kind))| {
            let table = write(&world, dialect);
            let day = if kind == 1 { "2026-11-20" } else { "2026-11-21" };
            let mut run = run_with(&[("people.csv", table.text.as_bytes())], &rolecall::config::Config::default(), &as_of(day)).unwrap();
            run.ledger.tenant = Some(format!("t{tenant}"));
            let mut bytes = Vec::new();
            rolecall::report::json::write_run(&run, &mut bytes).unwrap();
            if kind == 2 {
                bytes = damaged(&bytes, &wounds);
            }
            (format!("r{number}.json"), bytes)
        }).collect();
        let expected = Fleet::expecting(expected.into_iter().map(|tenant| format!("t{tenant}")));
        given.push(("expected.json".to_owned(), json(&expected)));
        let whole = merged(&given, given.len());
        let shuffled: Vec<Given> = order.into_iter().filter_map(|at| given.get(at).cloned()).chain(given.iter().skip(9).cloned()).collect();
        for size in [2, 3, 7, given.len()] {
            prop_assert!(merged(&shuffled, size) == whole, "in groups of {size}");
        }
    }

    #[test]
    fn what_is_read_back_is_what_the_run_said(world in worlds(1), dialect in dialects(&[None])) {
        let table = write(&world, dialect);
        let mut run = with_catalogue(&[("people.csv", table.text.as_bytes())], world.all_api_users);
        run.ledger.tenant = Some("t".to_owned());
        let mut bytes = Vec::new();
        rolecall::report::json::write_run(&run, &mut bytes).unwrap();
        let report = ReportFile { file: "t.json".to_owned(), sha256: sha256(&bytes) };
        let told = Fleet::of_tenant("t", TenantResult::of_run(&run, Some(report)));
        prop_assert_eq!(Fleet::read("t.json", &bytes), told);
    }

    /// A report that lost bytes, or has others, never says more than the whole one does.
    #[test]
    fn a_damaged_report_is_never_clean_by_its_damage(world in worlds(1), dialect in dialects(&[None]), wounds in wounds(1..4)) {
        let table = write(&world, dialect);
        let run = with_catalogue(&[("people.csv", table.text.as_bytes())], world.all_api_users);
        let mut bytes = Vec::new();
        rolecall::report::json::write_run(&run, &mut bytes).unwrap();
        let verdict = Fleet::read("t.json", &damaged(&bytes, &wounds)).conclude().verdict;
        prop_assert!(verdict >= run.verdict, "{:?} became {verdict:?}", run.verdict);
    }
}
