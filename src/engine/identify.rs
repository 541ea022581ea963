//! The identities of findings, worked out when all accounts are known: only then is it certain whose a user name is.
//!
//! An account without a user name, or with one that another account of its side has too, has no identity: its findings
//! could not be told from those of the other. Nor has a finding about several accounts of which one is such. Only names of
//! listed findings are looked at.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::context::RunContext;
use super::observation::Observation;
use super::reread::InputReReader;
use crate::check::population::user_names::bounded_groups;
use crate::check::{CellContent, CellLookup, CellRequest};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::identification::Side;
use crate::record::{Field, name};

/// Gives every finding of a rule its identity, if it has one.
pub fn identify(context: &RunContext<'_>, seen: &Observation, diagnostics: &mut [Diagnostic]) {
    let shared = shared_names(context, seen, diagnostics);
    let is_shared = |account: &str, side| match &shared {
        _ if account.is_empty() => false,
        Some(shared) => shared.contains(&(side, account.to_owned())),
        None => true,
    };
    let mut known = HashMap::new();
    for diagnostic in diagnostics.iter_mut() {
        let Some(account) = account(diagnostic) else { continue };
        let Some(identification) = &mut diagnostic.identification else { continue };
        let details = &identification.details;
        let is_certain = |partner: &String| !partner.is_empty() && !is_shared(&name::fold(partner), details.side);
        // Many findings may be about the same accounts.
        let are_certain = || details.partners.iter().all(is_certain);
        let are_certain = *known.entry(details.partners.as_ptr()).or_insert_with(are_certain);
        if !is_shared(&account, details.side) && are_certain {
            // Another spelling beyond ASCII is another identity: who accepted one has not seen the other.
            let written = diagnostic.subject.as_ref().filter(|_| !account.is_empty());
            let written = written.map(|subject| subject.key.to_ascii_lowercase()).unwrap_or_default();
            identification.identify(written, diagnostic.severity);
        }
    }
    withdraw_ambiguous(diagnostics);
}

/// The folded user name of the account that a rule's finding is about; empty for the tenant, `None` without a name.
fn account(diagnostic: &Diagnostic) -> Option<String> {
    if diagnostic.identification.as_ref()?.details.side == Side::Tenant {
        return Some(String::new());
    }
    let subject = diagnostic.subject.as_ref()?;
    (subject.key != format!("#{}", subject.number)).then(|| name::fold(&subject.key))
}

/// Names among those of the findings that several accounts of one side have; `None` if that is not certain.
fn shared_names(
    context: &RunContext<'_>,
    seen: &Observation,
    diagnostics: &[Diagnostic],
) -> Option<BTreeSet<(Side, String)>> {
    let found = diagnostics.iter().filter_map(|one| one.identification.as_ref());
    let partners: HashMap<_, _> =
        found.map(|found| (found.details.partners.as_ptr(), &found.details.partners)).collect();
    let partners = partners.values().flat_map(|partners| partners.iter()).map(|partner| name::fold(partner));
    let names = diagnostics.iter().filter_map(account).chain(partners).filter(|name| !name.is_empty());
    let names: BTreeSet<String> = names.collect();
    if names.is_empty() {
        return Some(BTreeSet::new());
    }
    let (groups, left_out) = bounded_groups(seen.population.user_names.namesakes(names.iter().map(String::as_str)));
    let wanted = |record| CellRequest { record, field: Field::UserName };
    let all: Vec<_> = groups.iter().flatten().map(|record| wanted(*record)).collect();
    let mut counts: HashMap<(Side, String), u64> = HashMap::new();
    let mut cells = InputReReader::new(context, &seen.summaries);
    for (_, cell) in cells.look_up(&all) {
        // A hash only proposed this account: its name decides.
        if let CellContent::Text(text) = &cell.cell {
            *counts.entry((cell.side, name::fold(text))).or_default() += 1;
        }
    }
    let is_whole = left_out == 0 && cells.unread().is_empty();
    is_whole.then(|| counts.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect())
}

/// Two findings with one identity cannot be told apart: neither keeps it, or one that was accepted would cover both.
fn withdraw_ambiguous(diagnostics: &mut [Diagnostic]) {
    let mut first: HashMap<[&str; 7], usize, RandomState> = HashMap::default();
    let mut ambiguous: Vec<usize> = Vec::new();
    for (at, diagnostic) in diagnostics.iter().enumerate() {
        let Some(who) = diagnostic.identification.as_ref().and_then(|found| found.who()) else { continue };
        match first.entry(who) {
            Entry::Vacant(free) => drop(free.insert(at)),
            Entry::Occupied(other) => ambiguous.extend([*other.get(), at]),
        }
    }
    for at in ambiguous {
        if let Some(found) = &mut diagnostics[at].identification {
            found.withdraw();
        }
    }
}
