//! The accounts that the verdict is about: every API user that was judged and every active administrator, clean ones
//! too, so that a reviewer sees who was judged and not only who failed.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::account_flags::{ADMINISTRATOR, API_USER, AccountFlags, PRESENT};
use super::batch::BatchContext;
use super::integration_names::has_integration_word;
use super::ledger::{AccountOutcome, JudgedAccount};
use crate::check::main_view::main_view_of;
use crate::diagnostic::{Basis, Diagnostic};
use crate::read::RecordBatch;
use crate::record::activity::activity;
use crate::record::list::ListCell;
use crate::record::{Cell, Field, Record};
use crate::source::InputId;

/// The most accounts that are listed; the others are counted.
const MAX_ACCOUNTS: usize = 10_000;

/// The accounts of one pass, or of a thread's share of it.
#[derive(Default)]
pub struct JudgedAccounts {
    /// The first of them, each with the number of its input.
    listed: Vec<(InputId, JudgedAccount)>,
    count: u64,
}

impl JudgedAccounts {
    /// Takes the API users and the active administrators of a batch. `is_open` is true of one that a rule cannot judge.
    pub fn take(
        &mut self,
        batch: &impl RecordBatch,
        flags: &AccountFlags,
        is_open: impl Fn(usize, u16) -> bool,
        context: BatchContext<'_>,
    ) {
        for (place, flags) in flags.with(API_USER | ADMINISTRATOR) {
            if flags & API_USER == 0 && flags & PRESENT == 0 {
                continue;
            }
            self.count += 1;
            if self.listed.len() < MAX_ACCOUNTS {
                let place = place as usize;
                let record = batch.record(place);
                let is_open = flags & PRESENT != 0 && is_open(place, flags);
                self.listed.push((context.input.id, account(&record, flags, is_open, context)));
            }
        }
    }

    /// The user names of those that are listed.
    pub fn keys(&self) -> impl Iterator<Item = &str> + Clone {
        self.listed.iter().map(|(_, account)| account.key.as_str())
    }

    /// The listed account with the most signs of an integration, the first of several.
    pub fn likeliest_api_user(&self) -> Option<&str> {
        let place = |(input, account): &(InputId, JudgedAccount)| Reverse((*input, account.number));
        let listed = self.listed.iter().filter(|(_, account)| !account.integration_signs.is_empty());
        let most = listed.max_by_key(|one| (one.1.integration_signs.len(), place(one)))?;
        Some(&most.1.key)
    }

    /// Adds what another thread took.
    pub fn merge(&mut self, other: Self) {
        self.listed.extend(other.listed);
        self.count += other.count;
    }

    /// The accounts in the order of the inputs, and how many are not listed. What was found says how each ended.
    pub fn conclude(mut self, diagnostics: &[Diagnostic]) -> (Vec<JudgedAccount>, u64) {
        self.listed.sort_unstable_by_key(|(input, account)| (*input, account.number));
        self.listed.truncate(MAX_ACCOUNTS);
        let mut found: HashMap<(&str, u64), (u64, bool)> = HashMap::new();
        for one in diagnostics {
            let Some(subject) = &one.subject else { continue };
            let (findings, has_fault) = found.entry((&subject.file, subject.number)).or_default();
            match one.basis {
                Basis::Input => *has_fault = true,
                _ => *findings += 1,
            }
        }
        let mut accounts: Vec<JudgedAccount> = self.listed.into_iter().map(|(_, account)| account).collect();
        for account in &mut accounts {
            let (findings, has_fault) = found.get(&(&*account.file, account.number)).copied().unwrap_or_default();
            account.findings = findings;
            account.outcome = match account.outcome {
                _ if findings > 0 => AccountOutcome::Fail,
                AccountOutcome::Pass if !has_fault => AccountOutcome::Pass,
                _ => AccountOutcome::NotDeterminable,
            };
        }
        let more = self.count - accounts.len() as u64;
        (accounts, more)
    }
}

fn account(record: &impl Record, flags: u16, is_open: bool, context: BatchContext<'_>) -> JudgedAccount {
    let text = |field| record.cell(field).text().map(str::to_owned);
    let names: Vec<String> = [Field::FirstName, Field::LastName].into_iter().filter_map(text).collect();
    let site = &context.run.site;
    let (roles, scope) = (record.list(Field::Roles, &site.lists), record.list(Field::Scope, &site.lists));
    let items = |list: &ListCell<'_>| match list {
        ListCell::Items(list) => list.items.iter().map(|item| item.text.to_string()).collect(),
        ListCell::Absent | ListCell::Blank(_) => Vec::new(),
    };
    JudgedAccount {
        key: record.key(),
        file: Arc::clone(&context.input.file),
        number: record.number(),
        is_api_user: flags & API_USER != 0,
        is_administrator: flags & ADMINISTRATOR != 0,
        name: (!names.is_empty()).then(|| names.join(" ")),
        roles: items(&roles),
        team: text(Field::Team),
        scope: items(&scope),
        main_view: main_view_of(record, site),
        is_active: activity(record, site).is_ok_and(|found| found.is_active),
        integration_signs: integration_signs(record, &roles, context),
        findings: 0,
        outcome: if is_open { AccountOutcome::NotDeterminable } else { AccountOutcome::Pass },
    }
}

/// What suggests an integration behind an account. A column that the input lacks suggests nothing.
fn integration_signs(record: &impl Record, roles: &ListCell<'_>, context: BatchContext<'_>) -> Vec<&'static str> {
    let site = &context.run.site;
    let is_blank = |field| matches!(record.cell(field), Cell::Blank(_));
    let no_agent = || match roles {
        ListCell::Items(roles) => !roles.items.iter().any(|role| {
            let in_catalogue = site.catalogue.roles.get(role.text.as_ref());
            let is_default =
                role.is_agent_default.unwrap_or_else(|| in_catalogue.is_some_and(|role| role.is_default_agent));
            is_default || role.text.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("agent"))
        }),
        ListCell::Absent | ListCell::Blank(_) => false,
    };
    let is_impersonal = |text: &str| has_integration_word(text) || text.bytes().any(|byte| byte.is_ascii_digit());
    let holds = |field| record.cell(field).text().is_some_and(is_impersonal);
    let local_part = || {
        record
            .cell(Field::UserName)
            .text()
            .is_some_and(|name| is_impersonal(name.rsplit_once('@').map_or(name, |(local, _)| local)))
    };
    [
        (is_blank(Field::WindowsLogin), "no Windows login"),
        (is_blank(Field::AcdId), "no ACD id"),
        (is_blank(Field::EmployeeId), "no employee id"),
        (no_agent(), "no agent role"),
        (local_part(), "a user name that is not a person's"),
        (holds(Field::FirstName) || holds(Field::LastName), "a name that is not a person's"),
    ]
    .into_iter()
    .filter_map(|(is_there, sign)| is_there.then_some(sign))
    .collect()
}
