//! A run that could not begin, as a run: among several tenants, one with a faulty config must not keep the others from
//! being judged, and must not pass over either.

use super::Run;
use super::describe::{PlacedDiagnostic, of_fault, sorted};
use super::ledger::{Hole, Ledger};
use crate::config::RunOptions;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::{Severity, Verdict};

impl Run {
    /// The run of a tenant that was not judged because of these errors.
    #[must_use]
    pub fn refused(errors: &[UsageError], options: &RunOptions) -> Self {
        let placed = errors.iter().map(|error| {
            let mut fault = Fault::of_input(FaultKind::TenantRefused, error.message.as_str());
            fault.remedy.clone_from(&error.remedy);
            let mut placed: PlacedDiagnostic = of_fault(&fault, Severity::Error, None, None, None, None);
            placed.diagnostic.labels.clone_from(&error.labels);
            placed.diagnostic.snippets.clone_from(&error.snippets);
            placed
        });
        let hole = |error: &UsageError| {
            let label = error.labels.first();
            let (file, line) = (label.map(|label| label.file.to_string()), label.map(|label| label.start.line));
            Hole::new(FaultKind::TenantRefused.id(), error.message.clone(), file, line)
        };
        let ledger = Ledger {
            tenant: options.selection.tenant.clone(),
            holes: errors.iter().map(hole).collect(),
            options: options.given(),
            left_alone: options.selection.left_alone.clone(),
            ..Ledger::default()
        };
        Self {
            product: options.product.unwrap_or_default(),
            as_of: options.as_of,
            tenant: None,
            verdict: Verdict::Incomplete,
            diagnostics: sorted(placed.collect()),
            outcomes: Vec::new(),
            seats: Vec::new(),
            accounts: Vec::new(),
            accounts_more: 0,
            ledger,
        }
    }
}
