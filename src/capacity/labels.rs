//! What licences, roles and the licence column say of each other.
//!
//! None of it decides: each is a note with its places. Seats are counted by roles.

use super::context::CapacityContext;
use super::timeline::Timeline;
use crate::check::population::active_periods::ActivePeriods;
use crate::check::{CellContent, CellRequest, Finding, ReReadCell};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::visible::{quoted, toml_string};
use crate::diagnostic::{Basis, Severity};
use crate::engine::ExtraFinding;
use crate::record::Field;
use crate::record::list::ListItem;
use crate::record::site::Site;
use crate::source::Span;

/// Everything there is to say.
pub(super) fn notes(
    context: &mut CapacityContext<'_>,
    active_periods: &ActivePeriods,
    lines: &[Timeline<'_>],
) -> Vec<ExtraFinding> {
    let mut notes = mislabelled(context, active_periods);
    notes.extend(without_license(context, active_periods));
    notes.extend(lines.iter().filter(|line| is_without_role(context, active_periods, line)).map(without_role));
    notes
}

fn note(kind: FaultKind, basis: Basis, finding: Finding) -> ExtraFinding {
    ExtraFinding { kind, severity: Severity::Note, basis, finding, remedy: None }
}

/// Accounts whose licence column says something else than their roles.
fn mislabelled(context: &mut CapacityContext<'_>, active_periods: &ActivePeriods) -> Vec<ExtraFinding> {
    let fields = [Field::Licenses, Field::Roles];
    let of = |record| fields.map(|field| CellRequest { record, field });
    let wanted: Vec<CellRequest> = active_periods.mislabelled.first().iter().flat_map(|id| of(*id)).collect();
    let reread_cells: Vec<(CellRequest, ReReadCell)> = context.cells.look_up(&wanted);
    let mut notes = Vec::new();
    for both in reread_cells.chunk_by(|a, b| a.0.record == b.0.record) {
        let one = |field| both.iter().find(|(wanted, _)| wanted.field == field).map(|(_, reread)| reread);
        if let (Some(column), Some(roles)) = (one(Field::Licenses), one(Field::Roles)) {
            let finding = disagreement(column, roles, context.site);
            notes.push(note(FaultKind::LicenseLabelDiffers, Basis::Input, finding));
        }
    }
    let beyond = active_periods.mislabelled.count() - active_periods.mislabelled.first().len() as u64;
    if beyond > 0 {
        let message = format!("{beyond} more accounts have licences in their column that differ from their roles");
        notes.push(note(FaultKind::LicenseLabelDiffers, Basis::Input, plain(message, "beyond")));
    }
    notes
}

fn disagreement(column: &ReReadCell, roles: &ReReadCell, site: &Site) -> Finding {
    let by_column = pools_by(column, |item| {
        let names = |pool: &crate::record::pool::Pool| pool.labels.iter().any(|label| *label == item.text);
        site.pools.iter().enumerate().fold(0, |all, (number, pool)| all | u64::from(names(pool)) << number)
    });
    let by_roles = pools_by(roles, |item| site.pools_of(item));
    let names = |pools: u64| {
        let labelled = site.pools.iter().enumerate().filter(|(_, pool)| !pool.labels.is_empty());
        let named: Vec<_> =
            labelled.filter(|(number, _)| pools >> number & 1 == 1).map(|(_, pool)| quoted(&pool.license)).collect();
        if named.is_empty() { "none".to_owned() } else { named.join(", ") }
    };
    let mut labels = vec![column.label.clone(), roles.label.clone()];
    labels[0].message = format!("says {}", names(by_column));
    labels[1].message = format!("take a seat of {}", names(by_roles));
    Finding {
        case: None,
        message: format!("the licence column says {}, the roles take a seat of {}", names(by_column), names(by_roles)),
        subject: Some(column.subject.clone()),
        labels,
        snippets: vec![column.snippet.clone(), roles.snippet.clone().for_label(1)],
        identity: vec![Field::Licenses.name().to_owned()],
        details: None,
    }
}

fn pools_by(reread: &ReReadCell, pools: impl Fn(&ListItem<'_>) -> u64) -> u64 {
    match &reread.cell {
        CellContent::Items(items) => items.iter().fold(0, |all, item| all | pools(item)),
        CellContent::Absent | CellContent::Blank | CellContent::Text(_) => 0,
    }
}

/// Roles that accounts hold and no licence names.
fn without_license(context: &mut CapacityContext<'_>, active_periods: &ActivePeriods) -> Vec<ExtraFinding> {
    let site = context.site;
    let unnamed: Vec<_> = active_periods.roles.iter().filter(|(role, _)| pools_of(role, site) == 0).collect();
    let wanted: Vec<_> = unnamed.iter().map(|(_, id)| CellRequest { record: **id, field: Field::Roles }).collect();
    let reread_cells = context.cells.look_up(&wanted);
    let to_note = |(role, id): (&String, &crate::check::RecordId)| {
        let mut finding = plain(format!("no licence names the role {}", quoted(role)), role);
        if let Some((_, reread)) = reread_cells.iter().find(|(wanted, _)| wanted.record == *id) {
            let mut label = reread.label.clone();
            label.message = "first held here".to_owned();
            finding.labels.push(label);
            finding.snippets.push(reread.snippet.clone());
        }
        let remedy = Some(add_role(role, site));
        ExtraFinding { remedy, ..note(FaultKind::RoleWithoutLicense, Basis::Site, finding) }
    };
    unnamed.into_iter().map(to_note).collect()
}

/// How a role is given its licence.
fn add_role(role: &str, site: &Site) -> String {
    let table = match site.pools.as_slice() {
        [only] => format!("`[licenses.{}]` in the config", toml_string(&only.license)),
        _ => "its licence in the config (`[licenses.NAME]`)".to_owned(),
    };
    format!(
        "If the role needs a seat, add `{}` to `roles` of {table}, or give it a `license` in the plan.",
        toml_string(role)
    )
}

fn pools_of(role: &str, site: &Site) -> u64 {
    site.pools_of(&ListItem::named(role.into(), Span::default()))
}

/// True for a licence that no role of the input needs. A role that says by a flag what it is may have any name.
fn is_without_role(context: &CapacityContext<'_>, active_periods: &ActivePeriods, line: &Timeline<'_>) -> bool {
    let is_told = context.population.seats.unknown_roles().is_none();
    let is_held = active_periods.roles.keys().any(|role| pools_of(role, context.site) >> line.number & 1 == 1);
    is_told && !is_held && line.points.iter().all(|point| point.used == 0)
}

fn without_role(line: &Timeline<'_>) -> ExtraFinding {
    let name = &line.pool.license;
    let mut finding = plain(format!("no account holds a role that needs the licence {}", quoted(name)), name);
    if let Some(declared) = &line.pool.declared {
        finding.labels.push(declared.label.clone());
        finding.snippets.extend(declared.snippet.clone());
    }
    note(FaultKind::LicenseWithoutRole, Basis::Site, finding)
}

fn plain(message: String, identity: &str) -> Finding {
    Finding::new(message, vec![identity.to_owned()])
}
