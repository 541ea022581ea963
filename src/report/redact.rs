//! Redaction: user names and personal names become stable pseudonyms, in a finished run and before any report sees it.
//!
//! What a text may keep depends on its subject, not on a search for names. A rule that judges roles, teams, scopes,
//! views or seats may quote; whatever any other rule or fault quotes is taken for a name. A row shows nothing but what
//! its finding quotes. As a second net, everything that looks like an address, and every key of an account that the run
//! knows, is replaced wherever it occurs.
//!
//! The verdict, the number of findings and their places stay. Fingerprints change only with the site's own key.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::capacity::Capacity;
use crate::check::CheckSpec;
use crate::diagnostic::acceptance::{Acceptance, WaiverRef};
use crate::diagnostic::fault::{FaultKind, Quotes};
use crate::diagnostic::fingerprint::{KeyedHasher, hex};
use crate::diagnostic::snippet::{ELLIPSIS, Snippet};
use crate::diagnostic::visible::{visible, whole};
use crate::diagnostic::{Basis, Diagnostic, Label, RecordRef};
use crate::diff::Diff;
use crate::drift::Drift;
use crate::engine::{RuleSet, Run};

/// What a row shows for a hidden text.
pub(super) const REDACTED: &str = "███";
/// Hexadecimal digits of a pseudonym: more only where fewer would not tell two names apart.
const DIGITS: usize = 12;

/// Gives fingerprints the site's own key.
///
/// The built-in hash goes in whole, so nothing that identifies a finding is lost, and who guesses an address can no
/// longer recompute what came out.
pub fn rekey(run: &mut Run, key: &KeyedHasher) {
    run.ledger.redaction.key = Some(key.id());
    for diagnostic in &mut run.diagnostics {
        diagnostic.fingerprint = key.fingerprint(&["fingerprint", &diagnostic.fingerprint]);
        if let Some(found) = &mut diagnostic.identification {
            found.rekey(key);
        }
    }
}

/// Replaces user names and personal names in all that a report says.
pub fn identities(run: &mut Run, rule_set: &RuleSet<'_>, key: &KeyedHasher) {
    identities_with(&mut [run], &mut (), rule_set, key);
}

/// The same, and in what a capacity report says besides.
pub fn capacity_identities(run: &mut Run, capacity: &mut Capacity, rule_set: &RuleSet<'_>, key: &KeyedHasher) {
    identities_with(&mut [run], capacity, rule_set, key);
}

/// The same, and in what a drift report says besides.
pub fn drift_identities(run: &mut Run, drift: &mut Drift, rule_set: &RuleSet<'_>, key: &KeyedHasher) {
    identities_with(&mut [run], drift, rule_set, key);
}

/// The same in both runs of a comparison, and in what it says besides.
pub fn diff_identities(runs: [&mut Run; 2], diff: &mut Diff, rule_set: &RuleSet<'_>, key: &KeyedHasher) {
    let mut runs = runs;
    identities_with(&mut runs, diff, rule_set, key);
}

/// What a report says besides its run.
pub(super) trait NamesAccounts: Clone {
    /// The keys of the accounts that it names.
    fn keys(&self) -> Vec<&str>;
    /// Replaces them.
    fn redact(&mut self, names: &mut Pseudonyms<'_>);
}

impl NamesAccounts for () {
    fn keys(&self) -> Vec<&str> {
        Vec::new()
    }

    fn redact(&mut self, _: &mut Pseudonyms<'_>) {}
}

fn identities_with(runs: &mut [&mut Run], besides: &mut impl NamesAccounts, rule_set: &RuleSet<'_>, key: &KeyedHasher) {
    let identified = runs.iter_mut().flat_map(|run| &mut run.diagnostics).filter_map(|one| one.identification.as_mut());
    identified.for_each(|found| found.compute_hashes());
    let mut digits = DIGITS;
    loop {
        let mut besides_redacted = besides.clone();
        let mut names = Pseudonyms::of(runs, &besides.keys(), key, digits);
        let rules = rule_set.rules.iter();
        names.quotable =
            rules.filter(|rule| CheckSpec::quotes(rule.kind) == Quotes::Terms).map(|rule| rule.id.clone()).collect();
        let mut redacted: Vec<Run> = runs.iter().map(|run| Run::clone(run)).collect();
        redacted.iter_mut().for_each(|run| names.redact(run));
        besides_redacted.redact(&mut names);
        if names.are_distinct || digits >= 64 {
            for (run, redacted) in runs.iter_mut().zip(redacted) {
                **run = redacted;
                run.ledger.redaction.identities = true;
            }
            *besides = besides_redacted;
            return;
        }
        digits += 4;
    }
}

/// What is known of names while they are replaced.
pub(super) struct Pseudonyms<'k> {
    key: &'k KeyedHasher,
    digits: usize,
    /// Keys of accounts, folded.
    known: BTreeSet<String>,
    /// The same by how messages show them.
    shown: BTreeMap<String, String>,
    /// Ids of waivers, as messages show them: whoever wrote them may have put a name into them.
    waivers: BTreeMap<String, String>,
    /// Rules that quote no name.
    quotable: BTreeSet<String>,
    /// What each pseudonym stands for.
    assigned: BTreeMap<String, String>,
    are_distinct: bool,
}

impl<'k> Pseudonyms<'k> {
    fn of(runs: &[&mut Run], besides: &[&str], key: &'k KeyedHasher, digits: usize) -> Self {
        let mut known: BTreeSet<String> = BTreeSet::new();
        for run in runs {
            let subjects = run.diagnostics.iter().filter_map(|one| one.subject.as_ref());
            let keys = subjects.filter(|subject| !is_number(subject)).map(|subject| subject.key.as_str());
            let found = &run.ledger.api_users;
            let listed = found.by_name.iter().chain(&found.undeclared).map(|one| one.key.as_str());
            let listed = listed.chain(run.accounts.iter().map(|one| one.key.as_str()));
            known.extend(keys.chain(listed).filter(|key| !key.starts_with('#')).map(fold));
        }
        known.extend(besides.iter().filter(|key| !key.starts_with('#')).map(|key| fold(key)));
        let shown = known.iter().map(|name| (fold(&visible(name)), name.clone())).collect();
        let ids = runs.iter().flat_map(|run| &run.ledger.waivers).map(|waiver| waiver.id.as_str());
        let waivers = ids.map(|id| (visible(id), waiver_pseudonym(key, id))).collect();
        let (quotable, assigned) = (BTreeSet::new(), BTreeMap::new());
        Self { key, digits, known, shown, waivers, quotable, assigned, are_distinct: true }
    }

    /// The pseudonym of a name; case does not count, as in user names.
    fn pseudonym(&mut self, name: &str) -> String {
        let name = fold(name);
        let hash = hex(&self.key.hash(&["account", &name]));
        let pseudonym = format!("account-{}", &hash[..self.digits]);
        let known = self.assigned.entry(pseudonym.clone()).or_insert_with(|| name.clone());
        self.are_distinct &= *known == name;
        pseudonym
    }

    fn redact(&mut self, run: &mut Run) {
        for diagnostic in &mut run.diagnostics {
            self.diagnostic(diagnostic);
        }
        let Run { ledger, outcomes, seats, accounts, .. } = run;
        for account in accounts {
            account.key = self.account(&account.key, account.number);
            account.name = account.name.as_ref().map(|_| account.key.clone());
            let texts = account.roles.iter_mut().chain(&mut account.scope).chain(&mut account.team);
            texts.chain(&mut account.main_view).for_each(|text| *text = self.mask_known(text));
        }
        for found in ledger.api_users.by_name.iter_mut().chain(&mut ledger.api_users.undeclared) {
            found.key = self.account(&found.key, found.number);
        }
        for waiver in &mut ledger.waivers {
            let is_license = |name: &String| seats.iter().any(|one| one.license == *name);
            waiver.subject = waiver.subject.take().map(|one| if is_license(&one) { one } else { self.pseudonym(&one) });
            waiver.id = waiver_pseudonym(self.key, &waiver.id);
            waiver.approved_by = self.pseudonym(&waiver.approved_by);
            waiver.reason = waiver.reason.take().map(|reason| self.text(&reason, true));
        }
        for entry in ledger.baseline.iter_mut().flat_map(|used| &mut used.absent) {
            entry.account = entry.account.take().map(|account| self.pseudonym(&account));
        }
        for hole in &mut ledger.holes {
            hole.reason = match FaultKind::by_id(&hole.rule) {
                Some(FaultKind::WaiverTooWide) => self.policy_text(&hole.reason, false),
                _ => self.text(&hole.reason, self.may_quote(&hole.rule)),
            };
        }
        for input in &mut ledger.inputs {
            for refused in &mut input.refused {
                refused.reason = self.text(&refused.reason, self.may_quote(refused.rule));
            }
            for (header, _) in &mut input.columns {
                *header = self.mask_known(header);
            }
            for header in &mut input.unknown_columns {
                *header = self.mask_known(header);
            }
        }
        for given in &mut ledger.options {
            let redacted = |value: &String| match (given.option, value.rsplit_once('@')) {
                ("--api-user", _) => self.pseudonym(value),
                // What follows a role is a day, and not the domain of an address.
                ("--what-if", Some((change, day))) => format!("{}@{day}", self.mask_known(change)),
                _ => self.mask_known(value),
            };
            given.value = given.value.as_ref().map(redacted);
        }
        for outcome in outcomes {
            let may_quote = self.may_quote(&outcome.rule);
            outcome.reason = outcome.reason.take().map(|reason| self.text(&reason, may_quote));
        }
        for count in seats {
            count.license = self.mask_known(&count.license);
        }
    }

    fn may_quote(&self, rule: &str) -> bool {
        let fault = FaultKind::by_id(rule);
        self.quotable.contains(rule) || fault.is_some_and(|kind| kind.quotes() == Quotes::Terms)
    }

    fn diagnostic(&mut self, diagnostic: &mut Diagnostic) {
        let may_quote = self.may_quote(&diagnostic.rule);
        let kept: Vec<String> = if may_quote { quotes(&diagnostic.message) } else { Vec::new() };
        let mut shown: Vec<String> = Vec::new();
        for quote in kept {
            if self.mask_known(&quote) == quote {
                shown.push(quote);
            }
        }
        diagnostic.snippets.iter_mut().for_each(|snippet| *snippet = redacted_snippet(snippet, &shown));
        diagnostic.message = match diagnostic.basis {
            Basis::Policy => self.policy_text(&diagnostic.message, may_quote),
            _ => self.text(&diagnostic.message, may_quote),
        };
        for Label { message, .. } in &mut diagnostic.labels {
            *message = self.text(message, may_quote);
        }
        let is_fixed = diagnostic.basis != Basis::Input
            || FaultKind::by_id(&diagnostic.rule).is_some_and(|kind| *kind.remedy() == *diagnostic.remedy);
        let own = FaultKind::by_id(&diagnostic.rule).map(FaultKind::remedy).filter(|_| !may_quote && !is_fixed);
        diagnostic.remedy = match own.filter(|_| !self.quotes_known(&diagnostic.remedy)) {
            // A value that is not known to be an account's may still be a name.
            Some(own) => own.into(),
            None => self.mask_known(&diagnostic.remedy).into(),
        };
        match &mut diagnostic.acceptance {
            Some(Acceptance::Waiver(waiver)) => {
                let (id, approved_by) = (waiver_pseudonym(self.key, &waiver.id), self.pseudonym(&waiver.approved_by));
                *waiver =
                    Arc::new(WaiverRef { id, approved_by, reason: None, ticket: None, ..WaiverRef::clone(waiver) });
            }
            Some(Acceptance::Baseline(entry)) => entry.reason = None,
            None => {}
        }
        if let Some(found) = &mut diagnostic.identification {
            let details = &mut found.details;
            details.value = details.value.take().filter(|_| may_quote).map(|value| self.mask_known(&value));
            details.license = details.license.take().map(|license| self.mask_known(&license));
        }
        if let Some(subject) = &mut diagnostic.subject {
            subject.key = self.account(&subject.key, subject.number);
        }
    }

    /// True if all that `text` quotes are names of known accounts, options and tables of the config.
    fn quotes_known(&self, text: &str) -> bool {
        let is_word = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let is_fixed = |quote: &str| {
            quote.strip_prefix("--").is_some_and(is_word)
                || quote.strip_prefix('[').and_then(|table| table.strip_suffix(']')).is_some_and(is_word)
        };
        let is_known = |quote: &str| is_fixed(quote) || self.shown.contains_key(&fold(quote));
        text.split('`').count() % 2 == 1 && text.split('`').skip(1).step_by(2).all(is_known)
    }

    /// The key of an account; that of one without a user name is its number.
    pub(super) fn account(&mut self, key: &str, number: u64) -> String {
        if key == format!("#{number}") { key.to_owned() } else { self.pseudonym(key) }
    }

    /// A text that is a name as a whole.
    pub(super) fn name(&mut self, text: &str) -> String {
        self.pseudonym(text)
    }

    /// The same, for a key whose record is not known.
    pub(super) fn key(&mut self, key: &str) -> String {
        let number = key.strip_prefix('#').and_then(|number| number.parse().ok());
        self.account(key, number.unwrap_or(0))
    }

    /// A text of a report. Everything between its first and its last backtick is one name, unless it may quote.
    pub(super) fn text(&mut self, text: &str, may_quote: bool) -> String {
        let quoted = text.find('`').zip(text.rfind('`')).filter(|(first, last)| first < last && !may_quote);
        match quoted {
            Some((first, last)) => {
                let name = self.name_behind(&text[first + 1..last]);
                let pseudonym = self.pseudonym(&name);
                format!("{}`{pseudonym}`{}", self.mask_known(&text[..first]), self.mask_known(&text[last + 1..]))
            }
            None => self.mask_known(text),
        }
    }

    /// What is said of a waiver: its id comes first.
    fn policy_text(&mut self, text: &str, may_quote: bool) -> String {
        const START: &str = "the waiver `";
        let Some(rest) = text.strip_prefix(START) else { return self.text(text, may_quote) };
        let ends = rest.match_indices('`').map(|(at, _)| at);
        let id = ends.filter_map(|end| Some((end, self.waivers.get(&rest[..end])?.clone()))).next_back();
        match id {
            Some((end, pseudonym)) => format!("{START}{pseudonym}`{}", self.text(&rest[end + 1..], may_quote)),
            None => self.text(text, may_quote),
        }
    }

    /// The known name that `shown` is the visible, perhaps cut, form of.
    fn name_behind(&self, shown: &str) -> String {
        let folded = fold(shown);
        self.shown.get(&folded).cloned().unwrap_or(folded)
    }

    /// `text` without addresses and without words that are keys of accounts.
    pub(super) fn mask_known(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(|c| !is_gap(c)) {
            let end = rest[start..].find(is_gap).map_or(rest.len(), |end| start + end);
            let word = &rest[start..end];
            let bare = word.trim_end_matches('.');
            out.push_str(&rest[..start]);
            if is_address(bare) || self.known.contains(&fold(bare)) {
                let pseudonym = self.pseudonym(bare);
                out.push_str(&pseudonym);
                out.push_str(&word[bare.len()..]);
            } else {
                out.push_str(word);
            }
            rest = &rest[end..];
        }
        out.push_str(rest);
        out
    }
}

fn waiver_pseudonym(key: &KeyedHasher, id: &str) -> String {
    format!("waiver-{}", &hex(&key.hash(&["waiver", id]))[..DIGITS])
}

/// True if the key is the record's number, since the account has no user name.
fn is_number(subject: &RecordRef) -> bool {
    subject.key == format!("#{}", subject.number)
}

fn fold(name: &str) -> String {
    crate::record::name::fold(&whole(name))
}

/// What may surround a word, and never occurs in an address.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '`' | '"' | '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '|')
}

fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

fn quotes(message: &str) -> Vec<String> {
    message.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The row of a finding with nothing left but what the finding quotes itself.
fn redacted_snippet(snippet: &Snippet, shown: &[String]) -> Snippet {
    let mut text = String::from(ELLIPSIS);
    let mut marks = snippet.marks.clone();
    marks.sort_by_key(|mark| (mark.range.start, mark.label));
    for mark in &mut marks {
        let cell = snippet.text.get(mark.range.clone()).unwrap_or_default();
        let start = text.len();
        if shown.iter().any(|quote| quote == cell) {
            text.push_str(cell);
        } else if !cell.is_empty() {
            text.push_str(REDACTED);
        }
        mark.range = start..text.len();
        text.push(ELLIPSIS);
    }
    Snippet { text, marks, file: snippet.file.clone(), ..*snippet }
}
