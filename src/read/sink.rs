//! Where a reader's records go.

use super::{Locator, RecordBatch};
use crate::diagnostic::fault::Fault;
use crate::diagnostic::snippet::Excerpt;
use crate::record::{FieldSet, Record};
use crate::source::Span;

/// Whether a sink wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    Continue,
    /// It has all it wanted.
    Stop,
}

/// Where a reader's records go.
pub trait Sink: Send + Sized {
    /// The records of a table with the fields `present` are about to come; what came before was another table.
    fn begin_table(&mut self, _present: FieldSet) {}

    /// Records were read. Their numbers count refused records too.
    fn records(&mut self, run: &impl RecordBatch, view: &mut Locator<'_>) -> Flow {
        for place in 0..run.length() {
            run.set_line(place, view);
            if self.record(&run.record(place), view) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::Continue
    }

    /// A record was read.
    fn record(&mut self, record: &impl Record, view: &mut Locator<'_>) -> Flow;

    /// The record with this number could not be read for certain.
    /// `span` is all that was given up.
    fn refuse(
        &mut self,
        number: u64,
        span: Span,
        fault: Fault,
        excerpt: Option<Excerpt>,
        view: &mut Locator<'_>,
    ) -> Flow;

    /// Something else is wrong with the input. Without a view there is no place in it.
    fn fault(&mut self, fault: Fault, excerpt: Option<Excerpt>, view: Option<&mut Locator<'_>>);

    /// Something is worth knowing and leaves nothing unjudged.
    fn note(&mut self, _: Fault) {}

    /// One of so many sinks for other records of the input at hand, which has seen none yet: they can be filled at
    /// once. Nothing where records must come in order.
    fn fork(&self, _of: usize) -> Option<Self> {
        None
    }

    /// Takes in what forks have seen: the outcome is the same as if all records had come in order. False, and
    /// nothing is taken, where that cannot be.
    fn join(&mut self, _: Vec<Self>) -> bool {
        false
    }
}
