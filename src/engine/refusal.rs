//! Records that are not judged: what is said and shown of them, and when it is enough.

use super::batch::CurrentInput;
use super::describe;
use super::ledger::{Hole, Refused};
use super::limits::MAX_REFUSED;
use super::observation::Observation;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::{RecordRef, Severity};
use crate::read::{Flow, Locator};
use crate::record::list::ListCell;
use crate::record::secret::SecretCell;
use crate::record::site::Site;
use crate::record::{Field, Record};
use crate::source::Span;

/// A record that is refused, and what may be shown of it.
pub struct RefusedRecord {
    pub subject: RecordRef,
    pub fault: Fault,
    pub excerpt: Option<Excerpt>,
}

impl RefusedRecord {
    /// A record whose cells cannot be trusted. Cells of a table may have moved: then any of them may hold the password,
    /// and what is in the place of the user name need not be one. Keys of a document tell.
    pub fn new(record: &dyn Record, mut fault: Fault, input: &CurrentInput) -> Self {
        let mut subject = describe::subject(record, &input.file);
        let has_passwords = input.is_table && input.present.is_some_and(|present| present.has(Field::Password));
        if has_passwords || (input.is_table && !subject.key.contains('@')) {
            subject.key = format!("#{}", subject.number);
        }
        if has_passwords && matches!(fault.kind, FaultKind::ActiveUnreadable | FaultKind::DateUnreadable) {
            // The cure may quote the cell: that of its kind does not.
            fault.remedy = None;
        }
        let spans: Vec<Span> = fault.labels.iter().map(|label| label.span).collect();
        let excerpt = (!has_passwords).then(|| record.excerpt(&spans));
        Self { subject, fault, excerpt }
    }
}

/// Refuses a record, and stops reading an input of which too many had to be refused: each refusal is remembered.
pub fn refuse(seen: &mut Observation, input: &CurrentInput, refused: RefusedRecord, locator: &mut Locator<'_>) -> Flow {
    if seen.ledger().refused.len() >= MAX_REFUSED {
        let message = format!("more than {MAX_REFUSED} records had to be refused; nothing after them was read");
        seen.findings.fault(Fault::of_input(FaultKind::RefusedTooMany, message), Some(input.at()));
        seen.cut_short.push(input.id);
        return Flow::Stop;
    }
    let RefusedRecord { subject, fault, excerpt } = refused;
    let (number, key) = (subject.number, subject.key.clone());
    let at = Some(input.at());
    let placed = describe::of_fault(&fault, Severity::Error, Some(subject), excerpt.as_ref(), at, Some(locator));
    let line = placed.diagnostic.labels.first().map_or(0, |label| label.start.line);
    // The ledger of the input makes one hole of all refusals of a kind.
    seen.findings.add_fault(placed, None::<Hole>);
    if fault.kind == FaultKind::RecordTooLong {
        seen.cut_short.push(input.id);
    }
    let ledger = seen.ledger();
    ledger.records += 1;
    ledger.refused.push(Refused { number, key, line, rule: fault.kind.id(), reason: fault.message });
    Flow::Continue
}

/// The fault of a record of which every cell is blank: it says nothing of activity, nor of anything else.
pub fn blank(record: &dyn Record, site: &Site) -> Option<Fault> {
    let is_filled = |field: &Field| match field {
        Field::Password => matches!(record.secret(), SecretCell::Value(..)),
        field if field.is_list() => matches!(record.list(*field, &site.lists), ListCell::Items(_)),
        field => record.cell(*field).value().is_some(),
    };
    let fault = || Fault::new(FaultKind::RecordBlank, record.span(), "a record of blank values");
    (!Field::ALL.iter().any(is_filled)).then(fault)
}
