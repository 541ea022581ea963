//! Records that a table's reader refuses: broken, endless, or not what the columns say.

use super::TableReader;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::read::chunks::{MAX_RECORD_BYTES, break_length};
use crate::read::csv::chunk::{TextChunk, last_quoted_cell};
use crate::read::csv::faults::{misplaced, unclosed};
use crate::read::{Checkpoint, Flow, Locator, RecordRefusal, Sink};
use crate::record::secret::SecretCell;
use crate::source::Span;

impl<S: Sink> TableReader<'_, S> {
    pub(super) fn refuse_endless(&mut self, here: Checkpoint) {
        let message = format!("a record is longer than {} MiB; nothing after it was read", MAX_RECORD_BYTES >> 20);
        self.position.number += 1;
        let span = Span::at(here.byte);
        let fault = Fault::new(FaultKind::RecordTooLong, span, message);
        self.refuse_unread(span, fault, &mut Locator::new("", here.byte, here.line));
    }

    /// Refuses a record. None of its cells is shown: a password may be anywhere in it.
    pub(super) fn refuse(
        &mut self,
        number: u64,
        span: Span,
        fault: Fault,
        secrets: Option<Vec<SecretCell<'_>>>,
        locator: &mut Locator<'_>,
    ) -> Flow {
        let refusal = RecordRefusal { number, span, key: None, faults: vec![(fault, None)], secrets };
        self.sink.refuse_record(refusal, locator)
    }

    /// Refuses the last record, whose cells are unknown.
    pub(super) fn refuse_unread(&mut self, span: Span, fault: Fault, locator: &mut Locator<'_>) -> Flow {
        let secrets = (!self.table.schema.has_passwords()).then(Vec::new);
        self.refuse(self.position.number, span, fault, secrets, locator)
    }

    /// Refuses the broken record at `at` and returns where to go on. `None` if there is no record, or if more bytes
    /// may still complete it.
    pub(super) fn refuse_broken(
        &mut self,
        chunk: &TextChunk<'_>,
        at: usize,
        stray: Option<usize>,
        locator: &mut Locator<'_>,
    ) -> Option<usize> {
        if stray.is_none() && (!chunk.is_final || at == chunk.text.len()) {
            return None;
        }
        let bytes = chunk.text.as_bytes();
        let place = |at: usize| chunk.base + at as u64;
        let until = stray.unwrap_or(bytes.len());
        let opening = last_quoted_cell(&bytes[at..until], self.table.schema.delimiter).map(|open| at + open);
        // A quoted cell that spans lines before its quotes go wrong was most likely never closed: only its first
        // line is given up, so that the accounts it swallowed are judged.
        let breaks_inside = |open: usize| memchr::memchr2(b'\n', b'\r', &bytes[open..until]).map(|line| open + line);
        let (fault, from) = match (opening, opening.and_then(breaks_inside), stray) {
            (Some(open), Some(line_end), _) => (unclosed(Span::new(place(open), place(open) + 1)), line_end),
            (Some(open), None, None) => (unclosed(Span::new(place(open), place(open) + 1)), until),
            (open, None, Some(stray)) => {
                let length = chunk.text[stray..].chars().next().map_or(0, char::len_utf8);
                (misplaced(Span::new(place(stray), place(stray + length)), open.map(place)), stray)
            }
            (None, _, None) | (None, Some(_), Some(_)) => return None,
        };
        let end = memchr::memchr2(b'\n', b'\r', &bytes[from..]).map_or(bytes.len(), |line| from + line);
        self.position.number += 1;
        let span = Span::new(place(at), place(end));
        self.position.is_stopped = self.refuse_unread(span, fault, locator) == Flow::Stop;
        Some(end + break_length(bytes, end))
    }
}
