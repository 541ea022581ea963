//! The recall matrix: every planting, in every form that can carry it, first, in the middle and last.
//! Exactly what was planted has to be found, at exactly the planted place, and twice the same.

use crate::page::{Mark, OF_PLAN, Page};
use crate::plantings::{At, PLANTINGS, Planting};
use crate::renderings::{RENDERINGS, Rendered, Rendering};
use crate::support::report::{Report, primary, secondaries};
use crate::support::workspace::{Ran, Workspace, nothing_wrong};
use crate::world::{POSITIONS, World};
use serde_json::Value;
use std::collections::BTreeMap;

/// The rules of the contract, each with its statement.
pub const RULES: [(&str, &str); 22] = [
    ("api-user-missing", "S1"),
    ("api-user-inactive", "S2"),
    ("api-user-shared", "S2"),
    ("creator-not-administrator", "S3"),
    ("seats-exceeded", "S4"),
    ("seats-nearly-used", "S4"),
    ("sole-administrator", "S5"),
    ("name-blank", "S6"),
    ("name-without-purpose", "S6"),
    ("user-name-not-email", "S7"),
    ("user-name-shared", "S7"),
    ("user-name-unroutable", "S7"),
    ("password-literal", "S8"),
    ("password-too-weak", "S8"),
    ("administrator-role-missing", "S9"),
    ("team-blank", "S10"),
    ("team-not-allowed", "S10"),
    ("team-unknown", "S10"),
    ("scope-empty", "S11"),
    ("scope-unknown", "S11"),
    ("scope-whole-tenant", "S11"),
    ("main-view-not-enterprise", "S12"),
];

macro_rules! recall {
    ($($test:ident = $form:literal),* $(,)?) => {
        const FORMS: &[&str] = &[$($form),*];
        $(#[test] fn $test() { recall_in($form) })*
    };
}

recall! {
    csv = "csv",
    csv_crlf = "csv-crlf",
    csv_cr = "csv-cr",
    csv_bom = "csv-bom",
    csv_quoted = "csv-quoted",
    csv_quoted_bom_crlf = "csv-quoted-bom-crlf",
    csv_gaps = "csv-gaps",
    csv_shuffled = "csv-shuffled",
    csv_padded = "csv-padded",
    csv_multiline = "csv-multiline",
    csv_marked = "csv-marked",
    csv_starred = "csv-starred",
    csv_aliases = "csv-aliases",
    headers = "headers",
    headers_joined = "headers-joined",
    headers_escaped = "headers-escaped",
    headers_lines = "headers-lines",
    rest = "rest",
    rest_users = "rest-users",
    rest_escaped = "rest-escaped",
    rest_tall = "rest-tall",
    rest_bom_crlf = "rest-bom-crlf",
    rest_lines = "rest-lines",
    plan_yaml = "plan-yaml",
    plan_yaml_quoted = "plan-yaml-quoted",
    plan_yaml_block = "plan-yaml-block",
    plan_yaml_bom_crlf = "plan-yaml-bom-crlf",
    plan_toml_bom_crlf = "plan-toml-bom-crlf",
    plan_toml = "plan-toml",
    plan_json = "plan-json",
    plan_json_escaped = "plan-json-escaped",
}

/// A planting in one form at one position.
struct Planted<'a> {
    planting: &'a Planting,
    world: World,
    rendered: Rendered,
    rendering: &'a Rendering,
}

fn recall_in(form: &str) {
    matrix_is_complete();
    let rendering = RENDERINGS.iter().find(|one| one.name == form).expect("the form exists");
    let mut wrong = Vec::new();
    for (number, planting) in PLANTINGS.iter().enumerate().filter(|(_, one)| one.kinds & rendering.kind != 0) {
        for position in POSITIONS {
            let world = World::new(position).changed(planting.changes);
            let planted = Planted { planting, rendered: rendering.render(&world), world, rendering };
            if let Err(fault) = planted.is_found() {
                wrong.push(format!("planting {number} ({}) at {position} as {form}: {fault}", planting.rule));
            }
        }
    }
    nothing_wrong(wrong);
}

/// No form and no rule is left out of the tables.
fn matrix_is_complete() {
    assert!(RENDERINGS.iter().map(|one| one.name).eq(FORMS.iter().copied()));
    for (rule, statement) in RULES {
        let mine: Vec<_> = PLANTINGS.iter().filter(|one| one.rule == rule).collect();
        assert!(mine.len() >= 2 && mine.iter().all(|one| one.says == statement), "{rule}");
    }
}

impl Planted<'_> {
    fn is_found(&self) -> Result<(), String> {
        let workspace = Workspace::with(&self.rendered.files());
        let args: Vec<&str> = self.rendered.args.iter().map(String::as_str).collect();
        let ran = workspace.check(&args);
        let quiet = self.planting.severity == "note";
        let report = ran.concluded(if quiet { 0 } else { 1 }, if quiet { "pass" } else { "fail" })?;
        self.is_alone(&report)?;
        let [found] = report.by_rule(self.planting.rule)[..] else {
            return Err(format!("found {} times\n{ran}", report.by_rule(self.planting.rule).len()));
        };
        self.is_told_well(found).map_err(|fault| format!("{fault}\n{found}"))?;
        if !quiet && !self.planting.says.is_empty() {
            self.outcome_agrees(report.outcome_entry(self.planting.rule))?;
        }
        self.is_repeated(&workspace, &args, &ran)
    }

    /// Above a note, nothing was found but what was planted.
    fn is_alone(&self, report: &Report) -> Result<(), String> {
        let mut wanted: BTreeMap<&str, i32> = BTreeMap::new();
        let planted = (self.planting.severity != "note").then_some(self.planting.rule);
        planted.iter().chain(self.planting.also).for_each(|rule| *wanted.entry(rule).or_default() += 1);
        let mut found: BTreeMap<&str, i32> = BTreeMap::new();
        for one in report.above_notes() {
            *found.entry(one["rule"].as_str().unwrap_or("(none)")).or_default() += 1;
        }
        if found == wanted { Ok(()) } else { Err(format!("found {found:?} and not {wanted:?}\n{}", report.0)) }
    }

    fn is_told_well(&self, found: &Value) -> Result<(), String> {
        let planting = self.planting;
        if found["severity"] != planting.severity {
            return Err(format!("severity {}", found["severity"]));
        }
        let says = found["statements"].as_array().map_or(&[][..], Vec::as_slice);
        if !planting.says.is_empty() && !says.iter().any(|one| one == planting.says) {
            return Err(format!("statements {says:?}"));
        }
        if planting.severity != "note" && found["outcome"] != "fail" {
            return Err(format!("outcome {}", found["outcome"]));
        }
        for text in ["message", "remedy", "fingerprint", "basis"] {
            if found[text].as_str().unwrap_or("").is_empty() {
                return Err(format!("no {text}"));
            }
        }
        self.is_underlined(found)?;
        self.names_the_record(&found["record"])?;
        if let At::Later(other) = planting.at { self.points_back(found, other) } else { Ok(()) }
    }

    fn is_underlined(&self, found: &Value) -> Result<(), String> {
        let label = primary(found)?;
        let mut faults = Vec::new();
        for (page, mark, blank) in self.places() {
            self.mark_shows(page, &mark)?;
            match page.compare(label, &mark) {
                Ok(()) if blank && label["start"]["byte"] != label["end"]["byte"] => {
                    faults.push("a blank is not underlined by an empty span".to_owned());
                }
                Ok(()) => return Ok(()),
                Err(fault) => faults.push(fault),
            }
        }
        Err(faults.join(" / "))
    }

    /// The places that the label may have, and whether it has to be an empty span.
    fn places(&self) -> Vec<(&Page, Mark, bool)> {
        let me = || self.world.place("guilty");
        let (who, field, item) = match self.planting.at {
            At::Cell(field) => (me(), field, None),
            At::Either(one, other) => {
                return [one, other].iter().map(|field| self.place((me(), field, None))).collect();
            }
            At::Item(field, item) => (me(), field, Some(item)),
            At::Secret(who) => {
                let (page, mark, _) = self.place((self.world.place(who), "password", None));
                let start = mark.range.start;
                return vec![(page, Mark { range: start..start, within: false }, true)];
            }
            At::Record => (me(), "record", None),
            At::Later(other) => (me().max(self.world.place(other)), "user-name", None),
            At::Holder(n) => (self.world.holder(n), "roles", None),
            At::Integration(n) => (OF_PLAN, "integrations", Some(n)),
        };
        vec![self.place((who, field, item))]
    }

    fn place(&self, spot: crate::page::Spot) -> (&Page, Mark, bool) {
        let with = self.rendered.pages.iter().find_map(|page| Some((page, page.marks.get(&spot)?.clone())));
        let (page, mark) = with.unwrap_or_else(|| panic!("{spot:?} is marked in {}", self.rendering.name));
        let blank = page.text[mark.range.clone()].trim().is_empty();
        (page, mark, blank)
    }

    /// The test itself underlines what the planting says: the text as it stands in the file.
    fn mark_shows(&self, page: &Page, mark: &Mark) -> Result<(), String> {
        let shown = &page.text[mark.range.clone()];
        // Other forms escape, and the REST API has ids and milliseconds; the plain table shows the very text.
        let spoken = self.rendering.name == "csv" && !self.planting.shows.is_empty();
        if spoken && !shown.split(';').any(|part| part == self.planting.shows) {
            return Err(format!("the test marks {shown:?} and not {:?}", self.planting.shows));
        }
        Ok(())
    }

    fn names_the_record(&self, record: &Value) -> Result<(), String> {
        let who = match self.planting.at {
            At::Integration(_) => return if record.is_null() { Ok(()) } else { Err(format!("record {record}")) },
            At::Holder(n) => self.world.holder(n),
            At::Later(other) => self.world.place("guilty").max(self.world.place(other)),
            At::Secret(who) => self.world.place(who),
            _ => self.world.place("guilty"),
        };
        let name = self.world.accounts[who].text("user-name");
        let key = if name.is_empty() { format!("#{}", who + 1) } else { name.to_owned() };
        let wanted = (self.rendered.pages[0].file, who + 1, key.as_str());
        let is = record["file"] == wanted.0 && record["number"] == wanted.1 && record["key"] == wanted.2;
        if is { Ok(()) } else { Err(format!("record {record} and not {wanted:?}")) }
    }

    /// A shared user name has a second label, on the account that had it first.
    fn points_back(&self, found: &Value, other: &str) -> Result<(), String> {
        let first = self.world.place("guilty").min(self.world.place(other));
        let (page, mark, _) = self.place((first, "user-name", None));
        let labels = secondaries(found);
        if labels.iter().any(|label| page.compare(label, &mark).is_ok()) {
            return Ok(());
        }
        Err("no second label on the account that had the user name first".to_owned())
    }

    fn outcome_agrees(&self, outcome: &Value) -> Result<(), String> {
        let agrees = outcome["outcome"] == "fail" && outcome["failed"].as_u64() >= Some(1);
        if agrees { Ok(()) } else { Err(format!("the outcome is {outcome}")) }
    }

    /// The same input gives the same bytes; one position in three is enough to see it.
    fn is_repeated(&self, workspace: &Workspace, args: &[&str], first: &Ran) -> Result<(), String> {
        if self.world.place("guilty") != POSITIONS[1] {
            return Ok(());
        }
        let again = workspace.check(args);
        if (&again.out, again.exit) == (&first.out, first.exit) {
            Ok(())
        } else {
            Err("twice, and not the same".into())
        }
    }
}
