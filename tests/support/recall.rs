//! The recall matrix: every planting, in every form that can carry it, first, in the middle and last.
//! Exactly what was planted has to be found, at exactly the planted place, and twice the same. Near misses are not findings.

use std::collections::BTreeMap;

use serde_json::Value;

use super::near_misses::NEAR_MISSES;
use super::page::{Mark, OF_PLAN, Page, Spot};
use super::plantings::{At, PLANTINGS, Planting};
use super::renderings::{RENDERINGS, Rendered, Rendering};
use super::report::{Report, primary, secondaries};
use super::world::{POSITIONS, World};

/// How a form of input is checked: the report as it was written, or why there is none.
pub type Check = fn(&Rendered) -> Result<String, String>;

/// Puts every planting that each of these forms can carry to `check`; says what was not found as it should be.
pub fn missed(is_tried: fn(&Rendering) -> bool, check: Check) -> Vec<String> {
    let mut wrong = Vec::new();
    for rendering in RENDERINGS.iter().filter(|form| is_tried(form)) {
        for (number, planting) in PLANTINGS.iter().enumerate().filter(|(_, one)| one.kinds & rendering.kind != 0) {
            for position in POSITIONS {
                let world = World::new(position).changed(planting.changes);
                let planted = Planted { planting, rendered: rendering.render(&world), world, rendering };
                let found = planted.is_found(check).err();
                let what = format!("planting {number} ({}) at {position} as {}", planting.rule, rendering.name);
                wrong.extend(found.map(|fault| format!("{what}: {fault}")));
            }
        }
    }
    wrong
}

/// Puts every near miss that each of these forms can carry to `check`; says which rule fired all the same.
pub fn false_alarms(is_tried: fn(&Rendering) -> bool, check: Check) -> Vec<String> {
    let mut wrong = Vec::new();
    for rendering in RENDERINGS.iter().filter(|form| is_tried(form)) {
        for (number, (changes, _)) in NEAR_MISSES.iter().enumerate().filter(|(_, (_, on))| on & rendering.kind != 0) {
            let world = World::new(POSITIONS[number % POSITIONS.len()]).changed(changes);
            let passed = check(&rendering.render(&world))
                .and_then(|out| concluded(&out, "pass"))
                .and_then(|report| report.above_notes().first().map_or(Ok(()), |found| Err(format!("found {found}"))));
            wrong.extend(passed.err().map(|why| format!("near miss {number} as {}: {why}", rendering.name)));
        }
    }
    wrong
}

fn concluded(out: &str, verdict: &str) -> Result<Report, String> {
    let report = Report(serde_json::from_str(out).map_err(|why| why.to_string())?);
    if report.verdict() == verdict { Ok(report) } else { Err(format!("not a {verdict}: {report}")) }
}

/// A planting in one form at one position.
struct Planted<'a> {
    planting: &'a Planting,
    world: World,
    rendered: Rendered,
    rendering: &'a Rendering,
}

impl Planted<'_> {
    fn is_found(&self, check: Check) -> Result<(), String> {
        let out = check(&self.rendered)?;
        let is_note = self.planting.severity == "note";
        let report = concluded(&out, if is_note { "pass" } else { "fail" })?;
        self.is_alone(&report)?;
        let [found] = report.by_rule(self.planting.rule)[..] else {
            return Err(format!("found {} times\n{report}", report.by_rule(self.planting.rule).len()));
        };
        self.is_described(found).map_err(|fault| format!("{fault}\n{found}"))?;
        if !is_note && !self.planting.says.is_empty() {
            self.outcome_agrees(report.outcome_entry(self.planting.rule))?;
        }
        // The same input gives the same bytes; one position in three is enough to see it.
        let is_repeated = self.world.place("guilty") != POSITIONS[1] || check(&self.rendered)? == out;
        if is_repeated { Ok(()) } else { Err("twice, and not the same".to_owned()) }
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
        if found == wanted { Ok(()) } else { Err(format!("found {found:?} and not {wanted:?}\n{}", report)) }
    }

    fn is_described(&self, found: &Value) -> Result<(), String> {
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

    fn place(&self, spot: Spot) -> (&Page, Mark, bool) {
        let with = self.rendered.pages.iter().find_map(|page| Some((page, page.marks.get(&spot)?.clone())));
        let (page, mark) = with.unwrap_or_else(|| panic!("{spot:?} is marked in {}", self.rendering.name));
        let blank = page.text[mark.range.clone()].trim().is_empty();
        (page, mark, blank)
    }

    /// The test itself underlines what the planting says: the text as it is in the file.
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
}
