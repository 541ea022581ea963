//! The recall matrix and its near misses in every form of input, by the library.

use rolecall::rule::file::built_in;

use crate::run::checked;
use crate::support::plantings::PLANTINGS;
use crate::support::recall::{false_alarms, missed};
use crate::support::renderings::{ALL, CSV, HEADERS, MARKED, PLAN, RENDERINGS, REST, Rendered, Rendering, SHEET};
use crate::support::workspace::nothing_wrong;

fn by_library(rendered: &Rendered) -> Result<String, String> {
    checked(&rendered.files(), &rendered.config, rendered.seats)
}

/// One test a kind of form, so that they run at once.
macro_rules! kinds {
    ($($test:ident = $kinds:expr),* $(,)?) => {
        $(#[test]
        fn $test() {
            let is_tried = |form: &Rendering| form.kind & ($kinds) != 0;
            nothing_wrong(missed(is_tried, by_library));
            nothing_wrong(false_alarms(is_tried, by_library));
        })*

        #[test]
        fn every_kind_of_form_is_tried() {
            assert_eq!([$($kinds),*].iter().fold(0, |all, kinds| all | kinds), ALL);
        }
    };
}

kinds! {
    what_is_planted_in_tables_is_found = CSV | MARKED,
    what_is_planted_in_workbooks_is_found = SHEET,
    what_is_planted_in_exports_turned_into_json_is_found = HEADERS,
    what_is_planted_in_documents_of_the_api_is_found = REST,
    what_is_planted_in_plans_is_found = PLAN,
}

#[test]
fn every_rule_is_planted_twice() {
    for rule in built_in() {
        let planted: Vec<_> = PLANTINGS.iter().filter(|one| one.rule == rule.id).collect();
        let says = |statement: &str| rule.statements.iter().any(|known| known == statement);
        assert!(planted.len() >= 2 && planted.iter().all(|one| says(one.says)), "{}", rule.id);
    }
}

#[test]
fn every_format_has_a_form() {
    for format in rolecall::read::Format::ALL {
        let is_written = |form: &Rendering| form.format() == format.word();
        assert!(RENDERINGS.iter().any(is_written), "no form is {}", format.word());
    }
}
