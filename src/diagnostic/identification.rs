//! Who and what a finding is about, apart from its words and places, so that one run can be compared with another.
//!
//! The *identity* says who and what: rule, side, account, field and, if a rule can fail several times on one account, the
//! guilty item. The *state* says in which condition: value, number, severity and demand. Whoever accepts a finding accepts
//! it in one state. Values are canonical, so CSV, XLSX and JSON of the same accounts agree.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use super::Severity;
use super::fingerprint::{KeyedHasher, fingerprint, fingerprint_number, hex};
use super::words::words;

/// In place of a rule: a difference between plan and export, which only `rolecall drift` finds.
pub const DRIFT: &str = "drift";

/// Which data a finding is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// An account of an export.
    Export,
    /// An account of a plan.
    Plan,
    /// The tenant as a whole.
    #[default]
    Tenant,
}

words!(Side { Export = "export", Plan = "plan", Tenant = "tenant" });

/// What a check found, in a form that no input format changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingDetails {
    /// Which data it is about.
    pub side: Side,
    /// The field that the rule judges; empty if it judges several or none.
    pub rule_field: &'static str,
    /// The guilty fields, joined by `; `.
    pub field: String,
    /// The guilty value: lists sorted and joined by `; `, dates ISO. `None` for a secret, and if a licence says it all.
    pub value: Option<String>,
    /// What tells findings of this rule about one account, or about the tenant, apart.
    pub item: Option<String>,
    /// The licence, of findings about seats.
    pub license: Option<String>,
    /// How many seats, of findings about seats; `None` if only the least is known.
    pub number: Option<u64>,
    /// What else the finding says, which is part of its state alone: how many seats are owned, or who the only holder is.
    pub besides: Option<String>,
    /// The user names of the accounts of its side that the finding is about together. If one is nobody's, or that of several
    /// accounts, one of them could take another's place unseen, so the finding has no identity.
    pub partners: Arc<[String]>,
    /// The last day on which what is found becomes more, in ISO form, of findings about seats over time. Nothing is
    /// identified by it, but whoever accepts the finding until an earlier day has not accepted that.
    pub last_rise: Option<String>,
}

impl FindingDetails {
    /// Of the tenant as a whole.
    #[must_use]
    pub fn of_tenant(value: impl Into<String>) -> Self {
        Self { value: Some(value.into()), ..Self::default() }
    }

    /// Of the seats of a licence. `None` if the number is only known as "at least": nobody can accept up to it.
    #[must_use]
    pub fn of_seats(license: &str, number: Option<u64>, owned: u64) -> Self {
        let (license, besides) = (Some(license.to_owned()), Some(owned.to_string()));
        Self { license, number, besides, ..Self::default() }
    }
}

/// The digest of what a rule demands. It takes as long to work out as all else of a finding, and reports for people do without.
pub struct Demand(LazyLock<String, Box<dyn FnOnce() -> String + Send>>);

impl Demand {
    /// The digest that `work_out` gives, once somebody asks.
    #[must_use]
    pub fn lazy(work_out: impl FnOnce() -> String + Send + 'static) -> Arc<Self> {
        Arc::new(Self(LazyLock::new(Box::new(work_out))))
    }

    /// This digest.
    #[must_use]
    pub fn known(digest: String) -> Arc<Self> {
        Self::lazy(|| digest)
    }
}

impl Deref for Demand {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Demand {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Demand {}

impl fmt::Debug for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// What is compared between runs. Only findings of rules have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identification {
    /// The first id that the rule ever had.
    pub rule: Arc<str>,
    /// The digest of what the rule demands.
    pub demand: Arc<Demand>,
    /// What was found.
    pub details: FindingDetails,
    subject: IdentifiedSubject,
}

/// Whom a finding is about. The hashes are worked out when a report asks for them: few do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum IdentifiedSubject {
    /// An account that cannot be told apart from another.
    Unknown,
    /// The account, by its user name, or the tenant by none; and how serious the finding is.
    Known { account: String, severity: Severity, hashes: KnownHashes },
    /// Hashed with the key of a site.
    Hashed { identity: String, state: Option<String> },
}

/// Identity and state, if somebody has worked them out. They follow from all else, so they tell nothing apart.
#[derive(Clone, Debug, Default)]
struct KnownHashes(Option<[[u8; 16]; 2]>);

impl PartialEq for KnownHashes {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for KnownHashes {}

impl KnownHashes {
    fn text(&self, which: usize) -> Option<String> {
        self.0.as_ref().map(|hashes| hex(&hashes[which]))
    }
}

impl Identification {
    /// What is known before accounts are compared.
    #[must_use]
    pub const fn new(rule: Arc<str>, demand: Arc<Demand>, details: FindingDetails) -> Self {
        Self { rule, demand, details, subject: IdentifiedSubject::Unknown }
    }

    /// What a report says of a finding: identity and state, if it has them.
    #[must_use]
    pub fn recorded(
        rule: Arc<str>,
        demand: Arc<Demand>,
        details: FindingDetails,
        hashes: Option<(String, Option<String>)>,
    ) -> Self {
        let subject = hashes
            .map_or(IdentifiedSubject::Unknown, |(identity, state)| IdentifiedSubject::Hashed { identity, state });
        Self { rule, demand, details, subject }
    }

    /// Says whom the finding is about. `account` is the user name, ASCII in lower case; empty for the tenant.
    pub fn identify(&mut self, account: String, severity: Severity) {
        self.subject = IdentifiedSubject::Known { account, severity, hashes: KnownHashes::default() };
    }

    /// Keeps the hashes of identity and state, which take longer to work out than all else that a report says.
    pub fn remember(&mut self, known: [u128; 2]) {
        if let IdentifiedSubject::Known { hashes, .. } = &mut self.subject {
            *hashes = KnownHashes(Some(known.map(u128::to_be_bytes)));
        }
    }

    /// Takes the identity away: it cannot be told apart from another.
    pub fn withdraw(&mut self) {
        self.subject = IdentifiedSubject::Unknown;
    }

    /// Works out the hashes, before what goes into them is redacted.
    pub fn compute_hashes(&mut self) {
        self.hash_with(|hash| hash);
    }

    /// Hashes identity and state once more, with the key of a site.
    pub fn rekey(&mut self, key: &KeyedHasher) {
        self.hash_with(|hash| key.fingerprint(&["identification", &hash]));
    }

    fn hash_with(&mut self, finish: impl Fn(String) -> String) {
        if let Some(identity) = self.identity() {
            let state = self.state().map(&finish);
            self.subject = IdentifiedSubject::Hashed { identity: finish(identity), state };
        }
    }

    /// Who and what; `None` if that cannot be told apart from another account.
    #[must_use]
    pub fn identity(&self) -> Option<String> {
        match &self.subject {
            IdentifiedSubject::Hashed { identity, .. } => Some(identity.clone()),
            IdentifiedSubject::Known { hashes, .. } => {
                hashes.text(0).or_else(|| self.who().map(|who| fingerprint(&who)))
            }
            IdentifiedSubject::Unknown => None,
        }
    }

    /// In which condition; `None` without an identity, for secrets, and for a number that is not exact.
    #[must_use]
    pub fn state(&self) -> Option<String> {
        self.identity_and_state().1
    }

    /// Both, without hashing the identity twice.
    #[must_use]
    pub fn identity_and_state(&self) -> (Option<String>, Option<String>) {
        let identity = self.identity();
        let state = match &self.subject {
            IdentifiedSubject::Hashed { state, .. } => state.clone(),
            IdentifiedSubject::Known { severity, hashes, .. } => {
                hashes.text(1).or_else(|| self.state_of(identity.as_deref()?, *severity))
            }
            IdentifiedSubject::Unknown => None,
        };
        (identity, state)
    }

    /// The state of the finding with this identity if it had this severity.
    #[must_use]
    pub fn state_of(&self, identity: &str, severity: Severity) -> Option<String> {
        self.state_number(identity, severity).map(|number| hex(&number.to_be_bytes()))
    }

    fn state_number(&self, identity: &str, severity: Severity) -> Option<u128> {
        let number = (!self.is_unknown()).then(|| self.number())?;
        let (field, value) = (self.details.field.as_str(), self.details.value.as_deref().unwrap_or_default());
        Some(fingerprint_number(&["state", identity, field, value, &number, severity.word(), &self.demand]))
    }

    /// Identity and state as numbers, if it has both and no key of a site was applied.
    #[must_use]
    pub fn numbers(&self) -> Option<[u128; 2]> {
        let IdentifiedSubject::Known { severity, .. } = &self.subject else { return None };
        let identity = fingerprint_number(&self.who()?);
        Some([identity, self.state_number(&hex(&identity.to_be_bytes()), *severity)?])
    }

    /// Identity and state, if it has both.
    #[must_use]
    pub fn hashes(&self) -> Option<(String, String)> {
        let (identity, state) = self.has_state().then(|| self.identity_and_state())?;
        Some((identity?, state?))
    }

    /// True if it has a state, so that it can be accepted in it.
    #[must_use]
    pub const fn has_state(&self) -> bool {
        !self.is_unknown() && !matches!(self.subject, IdentifiedSubject::Unknown)
    }

    /// True for a secret, and for a number of seats that is only known as "at least".
    const fn is_unknown(&self) -> bool {
        self.details.value.is_none() && self.details.number.is_none()
    }

    /// What the identity is made of.
    #[must_use]
    pub fn who(&self) -> Option<[&str; 7]> {
        let IdentifiedSubject::Known { account, .. } = &self.subject else { return None };
        let details = &self.details;
        let (kind, what) = match &details.item {
            Some(item) => ("item", item.as_str()),
            None => ("license", details.license.as_deref().unwrap_or_default()),
        };
        Some(["identity", &self.rule, details.side.word(), account, details.rule_field, kind, what])
    }

    /// What the state is made of, besides the identity.
    #[must_use]
    pub fn condition(&self) -> Option<[String; 5]> {
        let IdentifiedSubject::Known { severity, .. } = &self.subject else { return None };
        self.condition_with(*severity)
    }

    fn condition_with(&self, severity: Severity) -> Option<[String; 5]> {
        let details = &self.details;
        let value = details.value.clone().unwrap_or_default();
        let parts = [details.field.clone(), value, self.number(), severity.word().to_owned(), self.demand.to_string()];
        (!self.is_unknown()).then_some(parts)
    }

    /// How many, as the state has it.
    fn number(&self) -> String {
        let mut number = self.details.number.map_or_else(String::new, |number| number.to_string());
        if let Some(besides) = &self.details.besides {
            number.extend([" of ", besides]);
        }
        number
    }
}

/// The texts of a list in an order that does not depend on the input, joined. A `;` inside an item is written `\;`, since
/// a list may be read whole.
#[must_use]
pub fn canonical_list<'t>(items: impl Iterator<Item = &'t str>) -> String {
    let mut items: Vec<_> = items.map(escaped_item).collect();
    items.sort_unstable();
    items.join("; ")
}

/// The same of a list that is written so already, in any order.
#[must_use]
pub fn reordered_list(written: &str) -> String {
    let mut items: Vec<&str> = Vec::new();
    let (mut start, mut is_escaped) = (0, false);
    for (at, byte) in written.bytes().enumerate() {
        if byte == b';' && !is_escaped {
            items.push(written[start..at].trim_ascii());
            start = at + 1;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    items.push(written[start..].trim_ascii());
    items.sort_unstable();
    items.join("; ")
}

/// An item in which no `;` ends it, and no `\` at its end escapes the one that does.
fn escaped_item(item: &str) -> Cow<'_, str> {
    if !item.contains(';') && !item.ends_with('\\') {
        return Cow::Borrowed(item);
    }
    let mut escaped = String::with_capacity(item.len() + 2);
    let mut backslashes = 0;
    for c in item.chars() {
        if c == ';' {
            escaped.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        escaped.push(c);
    }
    escaped.extend(std::iter::repeat_n('\\', backslashes));
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lists_are_the_same_text_only_if_they_are_the_same_list(
            one in proptest::collection::vec(r"[ab;\\]{1,4}", 1..4),
            other in proptest::collection::vec(r"[ab;\\]{1,4}", 1..4),
        ) {
            let sorted = |list: &[String]| { let mut list = list.to_vec(); list.sort_unstable(); list };
            let text = |list: &[String]| canonical_list(list.iter().map(String::as_str));
            prop_assert_eq!(text(&one) == text(&other), sorted(&one) == sorted(&other));
            let mut reversed: Vec<_> = text(&one).split("; ").map(str::to_owned).collect();
            reversed.reverse();
            prop_assert_eq!(reordered_list(&text(&one)), text(&one));
            if !one.iter().any(|item| item.contains(';')) {
                prop_assert_eq!(reordered_list(&reversed.join(";")), text(&one));
            }
        }
    }
}
