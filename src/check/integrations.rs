//! `integrations`: every declared integration has an API user account.
//!
//! - **What it checks.** Some active API user, or one planned to start, names the integration.
//! - **Parameters.** None.
//! - **Example.** `[check.integrations]`.
//! - **Edge cases.** Case `undeclared`: an account names an undeclared integration. Without declared integrations the
//!   check is not applicable. An inactive account does not count.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::population::{IntegrationAccount, Population};
use super::{CellLookup, CellRequest, Conclusion, Finding, PARTIAL, PopulationCheck, ReReadCell, Reason};
use crate::diagnostic::identification::FindingDetails;
use crate::diagnostic::visible::quoted;
use crate::record::Field;
use crate::record::catalogue::Integration;
use crate::record::site::Site;

/// The case of an account that names an undeclared integration.
pub const UNDECLARED: &str = "undeclared";

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct IntegrationsCheck {}

impl PopulationCheck for IntegrationsCheck {
    fn conclude(&self, population: &Population, site: &Site, cells: &mut dyn CellLookup) -> Conclusion {
        let Some(declared) = &site.catalogue.integrations else {
            return Conclusion::not_applicable(Reason::Other("no plan declares integrations"));
        };
        let serves = |integration: &Integration| {
            population.served.iter().any(|serving| serving.is_active && serving.integration == integration.name)
        };
        let unserved: Vec<_> = declared.iter().filter(|one| !serves(one)).collect();
        let not_determinable =
            (population.is_partial && !unserved.is_empty()).then_some((PARTIAL, unserved.len() as u64));
        let mut findings: Vec<_> = unserved.into_iter().filter(|_| !population.is_partial).map(missing).collect();
        let failed = findings.len() as u64;
        let is_declared = |serving: &&IntegrationAccount| declared.iter().any(|one| one.name == serving.integration);
        let strangers: Vec<_> = population.served.iter().filter(|serving| !is_declared(serving)).collect();
        let wanted: Vec<_> =
            strangers.iter().map(|serving| CellRequest { record: serving.id, field: Field::Integration }).collect();
        let seen: BTreeMap<CellRequest, ReReadCell> = cells.look_up(&wanted).into_iter().collect();
        findings
            .extend(strangers.iter().zip(&wanted).filter_map(|(one, wanted)| Some(undeclared(one, seen.get(wanted)?))));
        if declared.is_empty() && findings.is_empty() {
            return Conclusion::not_applicable(Reason::Other("the list of integrations is empty"));
        }
        Conclusion { judged: declared.len() as u64, failed, findings, not_determinable, ..Conclusion::default() }
    }
}

fn missing(integration: &Integration) -> Finding {
    let message = format!("the integration {} has no active API user account", quoted(&integration.name));
    let mut declared = integration.declared.clone();
    declared.label.message = "no account names it".to_owned();
    let name = &integration.name;
    let details = FindingDetails { item: Some(name.clone()), ..FindingDetails::of_tenant(name) };
    Finding::new(message, vec![name.clone()]).with_details(details).with_declaration(declared)
}

fn undeclared(serving: &IntegrationAccount, cell: &ReReadCell) -> Finding {
    let name = &serving.integration;
    let message = format!("the account names the integration {}, which is not declared", quoted(name));
    let finding = Finding::new(message, vec![Field::Integration.name().to_owned(), name.clone()]).with_value(
        cell,
        Field::Integration,
        name,
    );
    Finding { case: Some(UNDECLARED), ..finding.with_cell(cell.clone(), "not among the declared integrations") }
}
