//! The accounts that two reports list: API users and administrators. One that only one report lists may still be in the
//! other's inputs, so it is incomparable.

use std::collections::{BTreeMap, BTreeSet};

use super::accounts::ComparedSides;
use super::{AccountBucket, AccountDiff, AccountFieldDiff, AccountPlace};
use crate::engine::Run;
use crate::engine::ledger::JudgedAccount;
use crate::record::Field;
use crate::record::name::fold;

const NOT_LISTED: &str = "the other report does not list it, and lists API users and administrators only";
const SEVERAL: &str = "several accounts have its user name";

/// Compares the accounts that both reports list.
pub(super) fn compare(old: &Run, new: &Run) -> ComparedSides {
    let mut compared = ComparedSides::default();
    let (of_old, of_new) = (by_name(old), by_name(new));
    let of_both = of_new.iter().map(|(name, accounts)| ((false, accounts[0].0), name));
    let only_old = of_old.iter().filter(|(name, _)| !of_new.contains_key(*name));
    let mut names: Vec<_> = of_both.chain(only_old.map(|(name, accounts)| ((true, accounts[0].0), name))).collect();
    names.sort_unstable();
    for (_, name) in names {
        let (olds, news) = (holders(&of_old, name), holders(&of_new, name));
        match (olds.as_slice(), news.as_slice()) {
            ([one], [other]) => pair(one, other, &mut compared),
            (all, []) | ([], all) if all.len() == 1 => {
                let is_old = news.is_empty();
                let place = |is_there: bool| is_there.then_some(all[0]);
                add(AccountBucket::Incomparable, (place(is_old), place(!is_old)), NOT_LISTED, &mut compared);
            }
            _ => {
                add(AccountBucket::Incomparable, (olds.first().copied(), news.first().copied()), SEVERAL, &mut compared)
            }
        }
    }
    if old.accounts_more + new.accounts_more > 0 {
        compared.gaps.push("a report does not list all of its accounts".to_owned());
    }
    compared
}

type ListedByName<'r> = BTreeMap<String, Vec<(usize, &'r JudgedAccount)>>;

fn by_name(run: &Run) -> ListedByName<'_> {
    let mut named = ListedByName::new();
    for (at, account) in run.accounts.iter().enumerate() {
        named.entry(fold(&account.key)).or_default().push((at, account));
    }
    named
}

fn holders<'r>(named: &ListedByName<'r>, name: &str) -> Vec<&'r JudgedAccount> {
    named.get(name).into_iter().flatten().map(|(_, account)| *account).collect()
}

fn place(account: &JudgedAccount) -> AccountPlace {
    AccountPlace { file: account.file.clone(), number: account.number, label: None }
}

fn add(
    bucket: AccountBucket,
    (old, new): (Option<&JudgedAccount>, Option<&JudgedAccount>),
    why: &str,
    compared: &mut ComparedSides,
) {
    let Some(shown) = new.or(old) else { return };
    compared.count(bucket);
    compared.accounts.push(AccountDiff {
        bucket,
        key: shown.key.clone(),
        old: old.map(place),
        new: new.map(place),
        fields: Vec::new(),
        notes: vec![why.to_owned()],
    });
}

fn pair(old: &JudgedAccount, new: &JudgedAccount, compared: &mut ComparedSides) {
    let mut fields = Vec::new();
    let (mut more, mut less, mut moved) = (!old.is_active && new.is_active, old.is_active && !new.is_active, false);
    for (field, before, now) in [(Field::Roles, &old.roles, &new.roles), (Field::Scope, &old.scope, &new.scope)] {
        let (before, now): (BTreeSet<&String>, BTreeSet<&String>) = (before.iter().collect(), now.iter().collect());
        let added: Vec<String> = now.difference(&before).map(|name| (*name).clone()).collect();
        let removed: Vec<String> = before.difference(&now).map(|name| (*name).clone()).collect();
        if !added.is_empty() || !removed.is_empty() {
            let text = |all: &BTreeSet<&String>| all.iter().map(|name| name.as_str()).collect::<Vec<_>>().join("; ");
            more |= !added.is_empty();
            less |= !removed.is_empty();
            fields.push(field_diff(field, text(&before), text(&now), added, removed));
        }
    }
    let team = |account: &JudgedAccount| account.team.clone().unwrap_or_default();
    if old.team != new.team {
        moved = true;
        fields.push(field_diff(Field::Team, team(old), team(new), Vec::new(), Vec::new()));
    }
    if old.is_active != new.is_active {
        let (was, is) = (old.is_active.to_string(), new.is_active.to_string());
        fields.push(field_diff(Field::Active, was, is, Vec::new(), Vec::new()));
    }
    if old.is_administrator != new.is_administrator {
        (more, less) = (new.is_administrator, old.is_administrator);
    }
    let bucket = match (more, less) {
        (true, false) => AccountBucket::Raised,
        (false, true) => AccountBucket::Lowered,
        (true, true) => AccountBucket::Moved,
        (false, false) if moved => AccountBucket::Moved,
        (false, false) => return compared.count(AccountBucket::Unchanged),
    };
    compared.count(bucket);
    compared.accounts.push(AccountDiff {
        bucket,
        key: new.key.clone(),
        old: Some(place(old)),
        new: Some(place(new)),
        fields,
        notes: Vec::new(),
    });
}

fn field_diff(field: Field, old: String, new: String, added: Vec<String>, removed: Vec<String>) -> AccountFieldDiff {
    AccountFieldDiff { field, old, new, added, removed, old_label: None, new_label: None }
}
