//! `reference`: names that the catalogue must have.
//!
//! - **What it checks.** Of `team`: the organisation has the team. Of `scope`: each entry is a group or team
//!   of the organisation that is active, or the tenant.
//! - **Parameters.** `field`: `team` or `scope`.
//! - **Example.** `[check.reference]` with `field = "scope"`.
//! - **Edge cases.** Without a declared organisation the check is not applicable, unless a scope names
//!   a tenant that is not this one. A number the organisation
//!   does not list is not determinable: it is an id, not a wrong name. Beside an entry that fails it is a violation of its
//!   own, or nothing would tell of it. Blanks are another rule's finding.

use serde::{Deserialize, Serialize};

use super::name_difference::difference;
use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::visible::quoted;
use crate::record::catalogue::Organisation;
use crate::record::list::{ListCell, ListItem, ScopeLevel};
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record, Value};

/// Why a number stays a number.
pub(super) const ONLY_NUMBER: Reason = Reason::Other("the input gives only a number, and no catalogue names it");
const NO_CATALOGUE: Reason = Reason::Other("no plan declares the groups and teams");
const BLANK: Reason = Reason::Other("the cell is blank, which is another finding");

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ReferenceCheck {
    field: Field,
}

impl RecordCheck for ReferenceCheck {
    fn validate(&self) -> Result<(), &'static str> {
        if matches!(self.field, Field::Team | Field::Scope) { Ok(()) } else { Err("`field` must be `team` or `scope`") }
    }

    fn reads(&self, present: FieldSet) -> FieldSet {
        let fields = FieldSet::EMPTY.with(self.field);
        if self.field == Field::Scope && present.has(Field::Tenant) { fields.with(Field::Tenant) } else { fields }
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let organisation = site.catalogue.organisation.as_ref();
        if self.field == Field::Scope {
            return judge_scope(record, organisation, site);
        }
        match organisation {
            Some(organisation) => judge_team(record, organisation, site),
            None if record.cell(Field::Team).value().is_some_and(|value| value.is_number) => {
                Judgement::NotDeterminable(ONLY_NUMBER)
            }
            None => Judgement::NotApplicable(NO_CATALOGUE),
        }
    }
}

/// A team as the catalogue sees it.
pub(super) enum ResolvedTeam {
    /// Its name.
    Team(String),
    /// The catalogue lacks it.
    Unknown,
    /// A number without a name.
    OnlyNumber,
}

/// What the team in `value` is called; without a catalogue every name is taken as it is.
pub(super) fn team(value: &Value<'_>, site: &Site) -> ResolvedTeam {
    let organisation = site.catalogue.organisation.as_ref();
    if value.is_number {
        return match organisation.and_then(|organisation| organisation.by_id(&value.text)) {
            Some(unit) if unit.is_team => ResolvedTeam::Team(unit.name.clone()),
            Some(_) => ResolvedTeam::Unknown,
            None => ResolvedTeam::OnlyNumber,
        };
    }
    match organisation.map(|organisation| organisation.by_name(&value.text)) {
        Some(Some(unit)) if unit.is_team => ResolvedTeam::Team(value.text.to_string()),
        Some(_) => ResolvedTeam::Unknown,
        None => ResolvedTeam::Team(value.text.to_string()),
    }
}

fn judge_team(record: &dyn Record, organisation: &Organisation, site: &Site) -> Judgement {
    let value = match record.cell(Field::Team) {
        Cell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(Field::Team)),
        Cell::Blank(_) => return Judgement::NotApplicable(BLANK),
        Cell::Value(value) => value,
    };
    match team(&value, site) {
        ResolvedTeam::Team(_) => Judgement::Pass,
        ResolvedTeam::OnlyNumber => Judgement::NotDeterminable(ONLY_NUMBER),
        ResolvedTeam::Unknown => {
            let message = format!("the catalogue has no team {}", quoted(&value.text));
            let label = SpanLabel::from(&value).with_message(nearest(&value.text, organisation));
            Judgement::Fail(vec![Violation::new(Field::Team, &value.text, label, message)])
        }
    }
}

fn judge_scope(record: &dyn Record, organisation: Option<&Organisation>, site: &Site) -> Judgement {
    let list = match record.list(Field::Scope, &site.lists) {
        ListCell::Items(list) => list,
        ListCell::Absent | ListCell::Blank(_) if organisation.is_none() => {
            return Judgement::NotApplicable(NO_CATALOGUE);
        }
        ListCell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(Field::Scope)),
        ListCell::Blank(_) => return Judgement::NotApplicable(BLANK),
    };
    let tenant = tenant_of(record, site);
    let mut violations = Vec::new();
    let mut numbers = Vec::new();
    for entry in &list.items {
        let (message, label) = match resolve(entry, organisation, tenant.as_deref()) {
            ScopeEntry::Known => continue,
            ScopeEntry::OnlyNumber => {
                numbers.push(entry);
                continue;
            }
            ScopeEntry::Unknown(organisation) => (
                format!("the catalogue has no group or team {}", quoted(&entry.text)),
                nearest(&entry.text, organisation),
            ),
            ScopeEntry::Inactive => {
                (format!("{} is in scope but inactive in the catalogue", quoted(&entry.text)), "inactive".to_owned())
            }
            ScopeEntry::OtherTenant(tenant) => (
                format!("the scope names the tenant {}; this tenant is {}", quoted(&entry.text), quoted(tenant)),
                "another tenant".to_owned(),
            ),
        };
        let label = SpanLabel::from(entry).with_message(label);
        violations.push(of_entry(entry, label, message));
    }
    if !violations.is_empty() {
        // A scope that fails is judged, so that no hole would tell of these: whoever accepts the others has not seen them.
        violations.extend(numbers.iter().map(|entry| {
            let message = format!("{} is only a number, and no catalogue names it", quoted(&entry.text));
            of_entry(entry, SpanLabel::from(*entry).with_message("not in the catalogue"), message)
        }));
        return Judgement::Fail(violations);
    }
    match organisation {
        _ if !numbers.is_empty() => Judgement::NotDeterminable(ONLY_NUMBER),
        Some(_) => Judgement::Pass,
        None => Judgement::NotApplicable(NO_CATALOGUE),
    }
}

fn of_entry(entry: &ListItem<'_>, label: SpanLabel, message: String) -> Violation {
    Violation::new(Field::Scope, &entry.text, label, message).of_item(&*entry.text).of_level(entry.level)
}

/// What an entry of a scope names.
enum ScopeEntry<'s> {
    /// The tenant, a group or a team; without a catalogue any name.
    Known,
    /// Nothing that the catalogue has.
    Unknown(&'s Organisation),
    /// An inactive group or team.
    Inactive,
    /// A number without a name.
    OnlyNumber,
    /// A tenant that is not this one.
    OtherTenant(&'s str),
}

fn resolve<'s>(
    entry: &ListItem<'_>,
    organisation: Option<&'s Organisation>,
    tenant: Option<&'s str>,
) -> ScopeEntry<'s> {
    if is_tenant(entry, tenant) {
        return ScopeEntry::Known;
    }
    if let (ScopeLevel::Tenant, Some(tenant)) = (entry.level, tenant) {
        return ScopeEntry::OtherTenant(tenant);
    }
    let Some(organisation) = organisation else {
        return if entry.is_id { ScopeEntry::OnlyNumber } else { ScopeEntry::Known };
    };
    let unit = if entry.is_id { organisation.by_id(&entry.text) } else { organisation.by_name(&entry.text) };
    match unit {
        Some(unit) if !is_level(entry.level, unit.is_team) => ScopeEntry::Unknown(organisation),
        Some(unit) if unit.is_active => ScopeEntry::Known,
        Some(_) => ScopeEntry::Inactive,
        None if entry.is_id => ScopeEntry::OnlyNumber,
        None => ScopeEntry::Unknown(organisation),
    }
}

const fn is_level(level: ScopeLevel, is_team: bool) -> bool {
    match level {
        ScopeLevel::Any => true,
        ScopeLevel::Tenant => false,
        ScopeLevel::Group => !is_team,
        ScopeLevel::Team => is_team,
    }
}

/// The tenant's name: the site's, else that in the record's own column.
pub(super) fn tenant_of(record: &dyn Record, site: &Site) -> Option<String> {
    site.tenant.clone().or_else(|| {
        record.cell(Field::Tenant).value().filter(|value| !value.is_number).map(|value| value.text.to_string())
    })
}

/// True for an entry of a scope that takes in the whole tenant.
pub(super) fn is_tenant(entry: &ListItem<'_>, tenant: Option<&str>) -> bool {
    match entry.level {
        // A document that says `tenant` need not say its name: a number or `true` mean the same one. A name
        // of another tenant is not this one.
        ScopeLevel::Tenant => entry.is_id || tenant.is_none_or(|name| name == entry.text),
        ScopeLevel::Any => tenant == Some(entry.text.as_ref()),
        ScopeLevel::Group | ScopeLevel::Team => false,
    }
}

/// What to say under a name that is not there: how it differs from one that is.
fn nearest(name: &str, organisation: &Organisation) -> String {
    let alike = organisation.units.iter().find_map(|unit| difference(name, &unit.name));
    let close = || {
        let scored = organisation.units.iter().map(|unit| (strsim::jaro_winkler(name, &unit.name), &unit.name));
        scored.filter(|(score, _)| *score > 0.85).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
    };
    alike
        .or_else(|| close().map(|name| format!("did you mean {}?", quoted(name))))
        .unwrap_or_else(|| "not in the catalogue".to_owned())
}
