//! What is reported of accounts that are not as planned, with the cell and the plan's line.

use std::collections::BTreeMap;

use super::{AccountDrift, AccountPair, Drift, DriftClass, FieldDrift, MovedSide};
use crate::check::{CellContent, CellLookup, CellRequest, Finding, ReReadCell, RecordId};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::identification::{FindingDetails, Side};
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{Basis, RecordRef, Severity};
use crate::engine::{ExtraFinding, InputReReader};
use crate::record::Field;

/// The findings of all accounts, and the inputs of which something could not be read again. The places of
/// differences are set.
pub(super) fn of_pairs(pairs: &mut [AccountPair<'_>], mut cells: InputReReader<'_>) -> (Vec<ExtraFinding>, Vec<usize>) {
    let wanted: Vec<CellRequest> = pairs.iter().flat_map(requests).collect();
    let found = Cells(
        cells.look_up(&wanted).into_iter().map(|(request, cell)| ((request.record, request.field), cell)).collect(),
    );
    let findings = pairs.iter_mut().flat_map(|pair| of_pair(pair, &found)).collect();
    (findings, cells.unread())
}

/// Cells that were read again.
struct Cells(BTreeMap<(RecordId, Field), ReReadCell>);

impl Cells {
    /// The cell that says `field` of a record.
    fn of(&self, record: RecordId, field: Field) -> Option<&ReReadCell> {
        let mut cells = places(field).iter().filter_map(|field| self.0.get(&(record, *field)));
        cells.find(|found| !matches!(found.cell, CellContent::Absent))
    }
}

/// Where a field may be written, the likeliest place first.
const fn places(field: Field) -> &'static [Field] {
    macro_rules! own {
        ($($field:ident)*) => { match field { $(Field::$field => &[Field::$field],)* _ => &[Field::UserName] } };
    }
    match field {
        Field::MainView => &[Field::MainView, Field::WfmViews],
        Field::Active => &[Field::Active, Field::Deactivated, Field::Activated],
        _ => {
            own!(FirstName LastName Roles Team Scope WfmViews Activated Deactivated Licenses WindowsLogin AcdId EmployeeId
            CreatedBy TimeZone Locale QmViews DisplayId Id)
        }
    }
}

fn requests(pair: &AccountPair<'_>) -> Vec<CellRequest> {
    let mut fields: Vec<Field> = vec![Field::UserName];
    if pair.drift.class == DriftClass::Lapsed {
        fields.extend(places(Field::Active));
    }
    fields.extend(pair.drift.fields.iter().flat_map(|drift| places(drift.field)));
    let needs_place = !matches!(pair.drift.class, DriftClass::InSync | DriftClass::NotComparable);
    let records =
        [pair.plan, pair.export].into_iter().flatten().filter(|_| needs_place || !pair.drift.fields.is_empty());
    records.flat_map(|record| fields.iter().map(|field| CellRequest { record: record.id, field: *field })).collect()
}

fn of_pair(pair: &mut AccountPair<'_>, cells: &Cells) -> Vec<ExtraFinding> {
    let mut findings: Vec<ExtraFinding> = of_class(pair, cells).into_iter().collect();
    let (plan, export) = (pair.plan, pair.export);
    for drift in &mut pair.drift.fields {
        let (Some(plan), Some(export)) = (plan, export) else { continue };
        let (planned, found) = (cells.of(plan.id, drift.field), cells.of(export.id, drift.field));
        drift.plan_label = planned.map(|cell| cell.label.clone());
        drift.export_label = found.map(|cell| cell.label.clone());
        let identity = vec![drift.field.name().to_owned(), drift.found.clone()];
        let mut finding = Finding::new(message(drift), identity).with_details(details(drift.field, &drift.found));
        finding.subject =
            Some(RecordRef { file: export.file.clone(), number: export.id.number, key: export.key.clone() });
        if let Some(cell) = found {
            finding = finding.with_cell(cell.clone(), found_words(drift));
        }
        if let Some(cell) = planned {
            finding = finding.with_cell(cell.clone(), "planned here");
        }
        findings.push(extra(kind(drift.field), finding));
    }
    findings
}

/// What a waiver has to name: the field, and what the export holds there.
fn details(field: Field, found: &str) -> FindingDetails {
    FindingDetails {
        side: Side::Export,
        rule_field: field.name(),
        field: field.name().to_owned(),
        value: Some(found.to_owned()),
        ..FindingDetails::default()
    }
}

/// What is reported of an account as a whole.
fn of_class(pair: &AccountPair<'_>, cells: &Cells) -> Option<ExtraFinding> {
    let AccountDrift { key, class, .. } = &pair.drift;
    let key = quoted(key);
    let (kind, message, plan_words, export_words) = match class {
        DriftClass::InSync | DriftClass::Differs | DriftClass::NotComparable => return None,
        DriftClass::Missing => {
            (FaultKind::DriftMissing, format!("the planned account {key} is not in the export"), "planned here", "")
        }
        DriftClass::Unplanned => {
            (FaultKind::DriftUnplanned, format!("the account {key} is in no plan"), "", "not planned")
        }
        DriftClass::Pending => {
            let from = pair.plan?.activity.starts.map(|date| format!(" on {date}")).unwrap_or_default();
            (FaultKind::DriftPending, format!("the planned account {key} begins{from}"), "planned here", "")
        }
        DriftClass::Lapsed => (
            FaultKind::DriftLapsed,
            format!("the account {key} is still active, although its plan has ended"),
            "planned to end",
            "still active",
        ),
    };
    let is_lapsed = *class == DriftClass::Lapsed;
    let (plan_field, export_field) =
        if is_lapsed { (Field::Deactivated, Field::Active) } else { (Field::UserName, Field::UserName) };
    let notes: String = pair.drift.notes.iter().map(|note| format!("; {note}")).collect();
    let mut finding = Finding::new(message + &notes, vec![class.word().to_owned()]);
    finding.details = match class {
        DriftClass::Missing => Some(details(Field::UserName, "")),
        DriftClass::Unplanned => Some(details(Field::UserName, &pair.drift.key)),
        DriftClass::Lapsed => Some(details(Field::Active, "true")),
        _ => None,
    };
    let subject = pair.export.or(pair.plan)?;
    finding.subject =
        Some(RecordRef { file: subject.file.clone(), number: subject.id.number, key: subject.key.clone() });
    let sides = [(pair.export, export_field, export_words), (pair.plan, plan_field, plan_words)];
    for (account, field, words) in sides {
        if let Some(cell) = account.and_then(|account| cells.of(account.id, field)) {
            finding = finding.with_cell(cell.clone(), words);
        }
    }
    Some(extra(kind, finding))
}

/// How many accounts were compared, for every form of the report.
pub(super) fn summary(drift: &Drift) -> ExtraFinding {
    extra(FaultKind::DriftSummary, Finding::new(drift.summary(), Vec::new()))
}

fn extra(kind: FaultKind, finding: Finding) -> ExtraFinding {
    let is_note = matches!(kind, FaultKind::DriftPending | FaultKind::DriftSummary);
    let severity = if is_note { Severity::Note } else { Severity::Error };
    ExtraFinding { kind, severity, basis: Basis::Site, finding, remedy: None }
}

/// By whether the value may be a person's name or id.
fn kind(field: Field) -> FaultKind {
    if is_of_person(field) { FaultKind::DriftPersonDiffers } else { FaultKind::DriftDiffers }
}

/// True if values of the field may name a person.
pub(crate) const fn is_of_person(field: Field) -> bool {
    !matches!(
        field,
        Field::Roles
            | Field::Team
            | Field::Scope
            | Field::WfmViews
            | Field::MainView
            | Field::QmViews
            | Field::Licenses
            | Field::Active
            | Field::Activated
            | Field::Deactivated
            | Field::LastReviewed
            | Field::LastLogin
            | Field::PasswordChanged
            | Field::TimeZone
            | Field::Locale
    )
}

fn message(drift: &FieldDrift) -> String {
    let value = |text: &str, blank: &str| if text.is_empty() { blank.to_owned() } else { quoted(text) };
    let moved = match drift.moved {
        None => "",
        Some(MovedSide::Plan) => "; the plan moved",
        Some(MovedSide::Export) => "; the export moved",
        Some(MovedSide::Both) => "; both moved",
    };
    let (planned, found) = (value(&drift.planned, "to be blank"), value(&drift.found, "nothing"));
    format!("{}: planned {planned}, found {found}{moved}", drift.field.label())
}

/// What to say under the exported cell: of lists what is too many or lacking.
fn found_words(drift: &FieldDrift) -> String {
    if !drift.field.is_list() {
        return "found here".to_owned();
    }
    let names = |text: &str| -> Vec<String> { text.split("; ").filter(|name| !name.is_empty()).map(quoted).collect() };
    let (planned, found) = (names(&drift.planned), names(&drift.found));
    let beyond = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|name| !those.contains(name)).cloned().collect()
    };
    let (more, less) = (beyond(&found, &planned), beyond(&planned, &found));
    let parts = [("not planned", more), ("lacking", less)].into_iter().filter(|(_, names)| !names.is_empty());
    let words: Vec<String> = parts.map(|(what, names)| format!("{what}: {}", names.join(", "))).collect();
    if words.is_empty() { "another level of the organisation".to_owned() } else { words.join("; ") }
}
