//! Who holds something, each account once though a plan and an export may both speak of it.

use hashbrown::HashSet;

use super::bounded_sample::BoundedSample;
use super::{Planned, Population};
use crate::check::RecordId;
use crate::record::InputKind;
use crate::record::site::RoleFacts;

/// Accounts that hold something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holders {
    /// How many hold it on the as-of date.
    pub today: u64,
    /// How many will, with the accounts of plans that start later.
    pub planned: u64,
    /// The first of them: exports, then plans, then what starts later. It reaches at least as far as the
    /// limit of the [`BoundedSample`] they were counted with.
    order: Vec<RecordId>,
}

impl Holders {
    /// The account that is the `rank`-th to hold it, from 1.
    #[must_use]
    pub fn ranked(&self, rank: u64) -> Option<RecordId> {
        let index = usize::try_from(rank.checked_sub(1)?).ok()?;
        self.order.get(index).copied()
    }
}

impl Population {
    /// The holders of what `holds` tells; `firsts` are those of them that no plan speaks of.
    #[must_use]
    pub fn holders(&self, firsts: &BoundedSample, holds: impl Fn(&RoleFacts) -> bool) -> Holders {
        let holding = || self.planned.iter().filter(|planned| holds(&planned.roles));
        let exported: Vec<&Planned> = holding().filter(|planned| planned.input_kind == InputKind::Export).collect();
        let names: HashSet<&str> = exported.iter().filter_map(|planned| planned.name.as_deref()).collect();
        let is_exported = |planned: &&Planned| planned.name.as_deref().is_some_and(|name| names.contains(name));
        let of_plans = || holding().filter(|planned| planned.input_kind == InputKind::Plan && !is_exported(planned));

        let mut order: Vec<RecordId> = firsts.first().to_vec();
        order.extend(exported.iter().map(|planned| planned.id));
        order.sort_unstable();
        order.extend(of_plans().filter(|planned| planned.is_active).map(|planned| planned.id));
        let active_plans = of_plans().filter(|planned| planned.is_active).count() as u64;
        order.extend(of_plans().filter(|planned| !planned.is_active).map(|planned| planned.id));
        let later = of_plans().filter(|planned| !planned.is_active).count() as u64;

        let today = firsts.count() + exported.len() as u64 + active_plans;
        Holders { today, planned: today + later, order }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::date::Date;
    use crate::record::name::NameSet;
    use crate::record::site::Site;
    use crate::source::InputId;

    fn planned(number: u64, name: &str, input_kind: InputKind, is_active: bool) -> Planned {
        let id = RecordId { input: InputId(u16::from(input_kind == InputKind::Plan)), number };
        let roles = RoleFacts { is_administrator: true, pools: 1, is_certain: true, ..RoleFacts::default() };
        Planned { id, name: Some(name.to_owned()), input_kind, roles, is_active, is_ahead: !is_active }
    }

    #[test]
    fn an_account_of_a_plan_and_an_export_is_one() {
        let site = Site::new(Date::parse("2026-11-21", None).expect("a date"));
        let mut population = Population::new(&site, NameSet::default());
        let mut firsts = BoundedSample::at_most(10);
        firsts.add(RecordId { input: InputId(0), number: 5 });
        population.planned = vec![
            planned(2, "a", InputKind::Export, true),
            planned(1, "a", InputKind::Plan, false),
            planned(2, "b", InputKind::Plan, true),
            planned(3, "c", InputKind::Plan, false),
        ];
        let holders = population.holders(&firsts, |roles| roles.is_administrator);
        assert_eq!((holders.today, holders.planned), (3, 4));
        let ranks: Vec<_> = (1..=5).filter_map(|rank| holders.ranked(rank)).map(|id| (id.input.0, id.number)).collect();
        assert_eq!(ranks, [(0, 2), (0, 5), (1, 2), (1, 3)]);
        assert_eq!(holders.ranked(0), None);
    }
}
