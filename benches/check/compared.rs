//! What a comparison costs beside a check: two exports, some time apart, also in another order, and an export beside its plan.

use super::accounts::{self, Population};
use super::table::Table;
use super::work::{Selection, Work, made};
use rolecall::read::Format;

/// Measures the rows of this file.
pub fn rows(count: u64, table: &mut Table) {
    if !table.wants("compared") {
        return;
    }
    let work = Work::new(Selection::Pattern, count, Format::Csv);
    for every in [1_000, 50, 10] {
        let later = made(&format!("people-{count}-later-{every}.csv"), |out| {
            accounts::write_later_csv(Population::People, count, every, out)
        });
        let name = format!("people compared, 1 in {every} changed / a check");
        table.pair(&name, 2.5, || work.diff(&later), || work.check());
    }
    let sorted = made(&format!("people-{count}-sorted.csv"), |out| {
        accounts::write_sorted_csv(Population::People, count, 1_000, out)
    });
    table.pair("people compared in another order / a check", 2.5, || work.diff(&sorted), || work.check());
    let plan = made(&format!("people-{count}-plan.yaml"), |out| accounts::write_plan(Population::People, count, out));
    table.pair("people compared with a plan / a check", 1.3, || work.drift(&plan), || work.check());
}
