//! What every part of a capacity report looks at.

use crate::check::CellLookup;
use crate::check::population::Population;
use crate::engine::HistoricalUsage;
use crate::record::site::Site;

/// The tenant, what was observed of it, and its cells.
pub(super) struct CapacityContext<'s> {
    pub(super) site: &'s Site,
    /// All accounts, over time.
    pub(super) population: &'s Population,
    /// Exports of earlier days, in the order of the days.
    pub(super) past: &'s [&'s HistoricalUsage],
    /// Something is assumed.
    pub(super) has_what_ifs: bool,
    /// Cells, read again.
    pub(super) cells: &'s mut dyn CellLookup,
}
