//! A sink for whoever looks at records one by one: readers are compiled once for all of these.

use super::{Flow, Locator, RecordBatch, Sink};
use crate::diagnostic::fault::Fault;
use crate::diagnostic::snippet::Excerpt;
use crate::record::Record;
use crate::source::Span;

/// What looks at the records of an input in their order.
pub trait RecordVisitor: Send {
    /// A record was read.
    fn record(&mut self, record: &dyn Record, locator: &mut Locator<'_>) -> Flow;

    /// The number of the first record from this one on that it looks at; `u64::MAX` if there is none.
    fn next_wanted(&self, from: u64) -> u64 {
        from
    }

    /// The record with this number could not be read with certainty.
    fn refused(&mut self, _number: u64) -> Flow {
        Flow::Continue
    }

    /// Something else is wrong with the input.
    fn fault(&mut self, _fault: &Fault) {}
}

/// Hands what is read to a visitor.
pub struct VisitorSink<'v>(pub &'v mut dyn RecordVisitor);

impl Sink for VisitorSink<'_> {
    fn records(&mut self, batch: &impl RecordBatch, locator: &mut Locator<'_>) -> Flow {
        let mut next = 0;
        for index in 0..batch.length() {
            let record = batch.record(index);
            if record.number() < next {
                continue;
            }
            next = self.0.next_wanted(record.number());
            if record.number() == next {
                batch.set_line(index, locator);
                if self.0.record(&record, locator) == Flow::Stop {
                    return Flow::Stop;
                }
            }
        }
        Flow::Continue
    }

    fn next_wanted(&self, from: u64) -> u64 {
        self.0.next_wanted(from)
    }

    fn record(&mut self, record: &impl Record, locator: &mut Locator<'_>) -> Flow {
        self.0.record(record, locator)
    }

    fn refuse(&mut self, number: u64, _: Span, _: Fault, _: Option<Excerpt>, _: &mut Locator<'_>) -> Flow {
        self.0.refused(number)
    }

    fn fault(&mut self, fault: Fault, _: Option<Excerpt>, _: Option<&mut Locator<'_>>) {
        self.0.fault(&fault);
    }
}

/// Lets every record pass: only what is read of all of them together is wanted.
pub struct IgnoreRecords;

impl RecordVisitor for IgnoreRecords {
    fn record(&mut self, _: &dyn Record, _: &mut Locator<'_>) -> Flow {
        Flow::Continue
    }
}
