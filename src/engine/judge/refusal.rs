//! Records that are not judged: what is said and shown of them, and when it is enough.

use super::Judge;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::{RecordRef, Severity};
use crate::engine::describe::{self, InputRef};
use crate::engine::ledger::{Hole, Refused};
use crate::read::{Flow, Locator, Sink};
use crate::record::list::ListCell;
use crate::record::secret::SecretCell;
use crate::record::site::Site;
use crate::record::{Field, Record};
use crate::source::Span;

/// The most records of an input that are refused one by one, so that memory does not grow with bad ones.
pub(super) const MOST_REFUSED: usize = 20_000;

impl Judge<'_> {
    /// What may be shown of a record that cannot be read for certain. Cells of a table may have moved: then any of
    /// them may hold the password, and what stands for the user name need not be one. Keys of a document tell.
    pub(super) fn doubtful(&self, record: &impl Record, fault: &Fault) -> (RecordRef, Option<Excerpt>) {
        let mut subject = describe::subject(record, &self.input.file);
        let has_passwords = self.input.is_table && self.input.present.has(Field::Password);
        if has_passwords || (self.input.is_table && !subject.key.contains('@')) {
            subject.key = format!("#{}", subject.number);
        }
        let spans: Vec<Span> = fault.labels.iter().map(|label| label.span).collect();
        (subject, (!has_passwords).then(|| record.excerpt(&spans)))
    }

    /// Refuses a record and goes on.
    pub(super) fn refuse_record(
        &mut self,
        subject: RecordRef,
        fault: Fault,
        excerpt: Option<&Excerpt>,
        view: &mut Locator<'_>,
    ) -> Flow {
        if self.ledger().refused.len() >= MOST_REFUSED {
            return self.give_up();
        }
        let at = InputRef { input: self.input.id, file: &self.input.file };
        let number = subject.number;
        let placed = describe::of_fault(&fault, Severity::Error, Some(subject), excerpt, Some(at), Some(view));
        let line = placed.diagnostic.labels.first().map_or(0, |label| label.start.line);
        self.diagnostics.push(placed);
        if fault.kind == FaultKind::RecordTooLong {
            self.endless.push(self.input.id);
        }
        let ledger = self.ledger();
        ledger.records += 1;
        ledger.refused.push(Refused { number, line, rule: fault.kind.id(), reason: fault.message });
        Flow::Continue
    }

    /// Stops reading an input of which too much had to be refused: each refusal is remembered.
    fn give_up(&mut self) -> Flow {
        let message = format!("more than {MOST_REFUSED} records had to be refused; nothing after them was read");
        self.fault(Fault::of_input(FaultKind::RefusedTooMany, message), None, None);
        self.endless.push(self.input.id);
        Flow::Stop
    }

    pub(super) fn hole(&mut self, fault: &Fault, line: Option<u64>) {
        self.holes.push(Hole {
            rule: fault.kind.id().to_owned(),
            reason: fault.message.clone(),
            count: 1,
            file: Some(self.input.file.to_string()),
            line,
        });
    }
}

/// The fault of a record of which every cell is blank: it says nothing of activity, nor of anything else.
pub(super) fn blank(record: &impl Record, site: &Site) -> Option<Fault> {
    let is_filled = |field: &Field| match field {
        Field::Password => matches!(record.secret(), SecretCell::Value(..)),
        field if field.is_list() => matches!(record.list(*field, &site.lists), ListCell::Items(_)),
        field => record.cell(*field).value().is_some(),
    };
    let fault = || Fault::new(FaultKind::RecordBlank, record.span(), "a record of blank values");
    (!Field::ALL.iter().any(is_filled)).then(fault)
}
