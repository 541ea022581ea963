//! Where a reader's records go.

use super::{Locator, RecordBatch};
use crate::diagnostic::fault::Fault;
use crate::diagnostic::snippet::Excerpt;
use crate::record::secret::SecretCell;
use crate::record::{FieldSet, Record};
use crate::source::Span;

/// Whether a sink wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// It has enough.
    Stop,
}

/// A record that could not be read with certainty.
pub struct RecordRefusal<'r> {
    /// Its number in the input, from 1.
    pub number: u64,
    /// All that was given up.
    pub span: Span,
    /// Its user name, if one can be read with certainty.
    pub key: Option<String>,
    /// Everything that is wrong with it and what may be shown of that, in the order of the input. At least one.
    pub faults: Vec<(Fault, Option<Excerpt>)>,
    /// Its password. `None` if it cannot be read.
    pub secrets: Option<Vec<SecretCell<'r>>>,
}

/// What takes the records of a reader.
pub trait Sink: Send + Sized {
    /// A table with the fields `present` begins.
    fn begin_table(&mut self, _present: FieldSet) {}

    /// Records were read. Their numbers count refused records too.
    fn records(&mut self, batch: &impl RecordBatch, locator: &mut Locator<'_>) -> Flow {
        for index in 0..batch.length() {
            batch.set_line(index, locator);
            if self.record(&batch.record(index), locator) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::Continue
    }

    /// A record was read.
    fn record(&mut self, record: &impl Record, locator: &mut Locator<'_>) -> Flow;

    /// The number of the first record from this one on that it looks at. Others may be passed on without being examined.
    #[inline(always)]
    fn next_wanted(&self, from: u64) -> u64 {
        from
    }

    /// The record with this number could not be read with certainty. `span` is all of it.
    fn refuse(
        &mut self,
        number: u64,
        span: Span,
        fault: Fault,
        excerpt: Option<Excerpt>,
        locator: &mut Locator<'_>,
    ) -> Flow;

    /// The same for a record of which more is known: every fault, its user name, its password.
    fn refuse_record(&mut self, refused: RecordRefusal<'_>, locator: &mut Locator<'_>) -> Flow {
        let RecordRefusal { number, span, faults, .. } = refused;
        let Some((fault, excerpt)) = faults.into_iter().next() else { return Flow::Continue };
        self.refuse(number, span, fault, excerpt, locator)
    }

    /// A document holds what may be a password outside of its records, at `span`.
    fn password_outside_records(&mut self, _: SecretCell<'_>, _span: Span, _: &mut Locator<'_>) {}

    /// Something else is wrong with the input; without a locator, with all of it.
    fn fault(&mut self, fault: Fault, excerpt: Option<Excerpt>, locator: Option<&mut Locator<'_>>);

    /// Something worth knowing that leaves nothing unjudged.
    fn note(&mut self, _: Fault) {}

    /// One of `count` empty sinks to be filled by threads at once. `None` if records must come in order.
    fn fork(&self, _count: usize) -> Option<Self> {
        None
    }

    /// Merges forks, as if all their records had come in order. False, and nothing is merged, if that is impossible.
    fn join(&mut self, _: Vec<Self>) -> bool {
        false
    }
}
