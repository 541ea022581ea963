//! The accounts of one chunk of a document on their way to a sink: most in batches, the others one by one.

use std::cell::RefCell;

use super::account_batch::{AccountBatch, AccountSpans};
use super::account_reader::AccountReader;
use super::template::AccountEnd;
use crate::diagnostic::fault::Fault;
use crate::read::account::{DocumentAccount, RecordOrigin, readable_secrets, readable_user_name};
use crate::read::chunks::first_broken;
use crate::read::row_kind::names_an_account;
use crate::read::{Flow, Locator, RecordRefusal, Sink, mask, not_utf8};
use crate::record::secret::SecretCell;
use crate::record::{Field, FieldSet, InputKind};
use crate::source::{Location, Span};
use crate::syntax::tree::Node;

/// Accounts in a full batch.
const BATCH: usize = 256;

/// A chunk and the reader it is read for.
pub(super) struct ChunkReader<'s, 'a, S: Sink> {
    pub(super) reader: &'s mut AccountReader<'a, S>,
    pub(super) text: &'s str,
    pub(super) base: u64,
    locator: Locator<'s>,
    /// Positions of bytes that are not UTF-8: the records that hold one are refused.
    pub(super) broken: &'s [u64],
    /// Accounts read and not yet handed on.
    pending: AccountSpans,
}

impl<'s, 'a, S: Sink> ChunkReader<'s, 'a, S> {
    /// `text` begins at `start`.
    pub(super) fn new(reader: &'s mut AccountReader<'a, S>, text: &'s str, start: Location, broken: &'s [u64]) -> Self {
        let pending = std::mem::take(&mut reader.buffer);
        Self { reader, text, base: start.byte, locator: Locator::at(text, start), broken, pending }
    }

    /// Reads the account at offset `at` by the template, if `is_whole` agrees that it ends there; returns the offset
    /// after it. `None` if it has to be read through a tree.
    #[inline]
    pub(super) fn read_by_template(&mut self, at: usize, is_whole: impl FnOnce(AccountEnd) -> bool) -> Option<usize> {
        let AccountReader { schema, template, number, .. } = &mut *self.reader;
        let present = schema.present.filter(|_| self.broken.is_empty())?;
        let (end, carried) = template.read(self.text, at, &mut self.pending)?;
        let is_account = names_an_account(self.pending.last_string(Field::UserName, self.text));
        if !present.holds(carried) || !is_account || !is_whole(end) {
            self.pending.discard_last();
            return None;
        }
        *number += 1;
        schema.has_kinds |= carried.has(Field::Kind);
        if schema.is_outdated {
            // The whole input will be read again.
            self.pending.discard_last();
        } else if self.pending.length() == BATCH {
            self.flush();
        }
        Some(end.offset)
    }

    /// Hands on the pending accounts.
    pub(super) fn flush(&mut self) {
        if self.pending.length() == 0 {
            return;
        }
        let AccountReader { input, sink, schema, number, flow, meter, .. } = &mut *self.reader;
        meter.reach(self.base + self.pending.end() as u64);
        let keys = RefCell::new(std::mem::take(&mut schema.keys));
        let batch = AccountBatch {
            input: *input,
            number: *number + 1 - self.pending.length() as u64,
            text: self.text,
            base: self.base,
            present: schema.present.unwrap_or_default(),
            spans: &self.pending,
            keys: &keys,
        };
        *flow = sink.records(&batch, &mut self.locator);
        schema.keys = keys.into_inner();
        self.pending.clear();
    }

    /// Reads an account from its tree.
    pub(super) fn read_node(&mut self, node: Node<'_>) {
        self.flush();
        if self.reader.flow == Flow::Stop {
            return;
        }
        let span = node.outer();
        if let Some(byte) = first_broken(self.broken, span.start, span.end) {
            // A password that is found is one; that none is found means nothing.
            let secrets = readable_secrets(node, &mut self.reader.schema.keys).filter(|secrets| !secrets.is_empty());
            return self.refuse_with(span, not_utf8(byte), secrets);
        }
        let reader = &mut *self.reader;
        reader.number += 1;
        let at = RecordOrigin { input: reader.input, number: reader.number, input_kind: InputKind::Export };
        reader.schema.keys.at_record(reader.number);
        let read = DocumentAccount::read(node, at, &mut reader.schema.keys);
        let (faults, is_account) = match read.map(|account| (reader.no_account(&account, span), account)) {
            Ok((None, account)) => {
                self.hand_on(account);
                return self.reader.template.learn(node, &mut self.reader.schema.keys);
            }
            Ok((Some(fault), _)) => (vec![fault], false),
            Err(faults) => (faults, true),
        };
        // An object that may not be an account can hold anything, so none of its text is shown.
        let excerpt = |fault: &Fault| {
            let first: Vec<_> = fault.labels.iter().map(|label| label.span).take(1).collect();
            is_account.then(|| mask::excerpt(node, &first, &[]))
        };
        let refused = RecordRefusal {
            number: reader.number,
            span,
            key: readable_user_name(node).filter(|_| is_account),
            faults: faults
                .into_iter()
                .map(|fault| {
                    let shown = excerpt(&fault);
                    (fault, shown)
                })
                .collect(),
            secrets: readable_secrets(node, &mut reader.schema.keys),
        };
        reader.flow = reader.sink.refuse_record(refused, &mut self.locator);
    }

    fn hand_on(&mut self, account: DocumentAccount<'_>) {
        let carried = account.carried();
        let AccountReader { schema, sink, flow, .. } = &mut *self.reader;
        let present = *schema.present.get_or_insert(carried);
        schema.has_kinds |= carried.has(Field::Kind);
        // Earlier records were judged as if the input had no such field.
        schema.is_outdated |= !present.holds(carried);
        if schema.is_outdated {
            schema.present = Some(FieldSet::union(present, carried));
            return;
        }
        *flow = sink.record(&account.of_input(present), &mut self.locator);
    }

    /// Refuses the record at `span`, whose keys cannot be read.
    pub(super) fn refuse(&mut self, span: Span, fault: Fault) {
        self.refuse_with(span, fault, None);
    }

    fn refuse_with(&mut self, span: Span, fault: Fault, secrets: Option<Vec<SecretCell<'_>>>) {
        self.flush();
        let reader = &mut *self.reader;
        if reader.flow == Flow::Continue {
            reader.number += 1;
            let faults = vec![(fault, None)];
            let refusal = RecordRefusal { number: reader.number, span, key: None, faults, secrets };
            reader.flow = reader.sink.refuse_record(refusal, &mut self.locator);
        }
    }

    /// Hands on what may be a password outside of the accounts.
    pub(super) fn hand_on_password(&mut self, secret: SecretCell<'_>, span: Span) {
        self.reader.sink.password_outside_records(secret, span, &mut self.locator);
    }

    /// Hands on what is pending, then the faults of the chunk itself.
    pub(super) fn finish(mut self, faults: impl IntoIterator<Item = Fault>) {
        self.flush();
        for fault in faults {
            self.reader.sink.fault(fault, None, Some(&mut self.locator));
        }
        self.reader.buffer = self.pending;
    }
}
