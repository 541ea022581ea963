//! Plans: what a site declares about its tenant, and the accounts it plans to have.
//!
//! A plan is checked against `schema/plan.schema.json` first. What breaks the schema is reported at its place and left
//! out; the rest is read, so one mistake does not hide the others.

mod check;
mod cure;
mod declarations;
mod reader;

use std::sync::Arc;

use hashbrown::HashMap;

use super::account::{DocumentAccount, RecordOrigin, readable_secrets, readable_user_name};
use super::keys::KeyMap;
use super::mask::VisibleSpans;
use super::reader::TreeParser;
use super::{Document, Flow, Input, Locator, ReadSummary, RecordRefusal, Sink, mask};
use crate::diagnostic::Label;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::{Excerpt, Snippet};
use crate::record::catalogue::{CatalogueRole, DeclaredAt, Integration, OrgUnit, Organisation};
use crate::record::declared::{PlanFacts, PlanLicense};
use crate::record::meaning::{AccountKind, account_kind};
use crate::record::password_policy::{CharacterClass, PasswordPolicy};
use crate::record::pool::OveragePolicy;
use crate::record::site::Product;
use crate::record::{Cell, Field, FieldSet, InputKind, Record, name};
use crate::source::{InputId, Span};
use crate::syntax::tree::{Node, NodeKind, Tree};

use check::{PlanFaults, check, plain_count};

pub use reader::{PlanFile, Toml, Yaml};

/// A language that plans are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanLanguage {
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

/// A plan that was parsed.
pub struct Plan {
    document: Document,
    tree: Tree,
    visible: VisibleSpans,
    /// Faults outside of its accounts.
    pub faults: Vec<Fault>,
    /// The faults of accounts, by their index.
    pub(super) refused: HashMap<usize, Vec<Fault>>,
    /// The fields that its accounts carry.
    present: FieldSet,
    /// The keys of its accounts.
    keys: KeyMap,
}

/// Parses a plan and checks its structure.
///
/// # Errors
/// Faults of the syntax, and the text they lie in: nothing of the plan can be read.
pub(super) fn parse(
    document: Document,
    syntax: TreeParser,
    language: PlanLanguage,
) -> Result<Plan, (Vec<Fault>, Document)> {
    if let Some(fault) = document.broken() {
        return Err((vec![fault], document));
    }
    let mut tree = Tree::new();
    let (text, base) = (document.text.as_str(), document.base);
    if let Err(faults) = syntax(text, base, &mut tree) {
        let faults = faults.into_iter().map(|fault| mask::name_duplicate_key(fault, text, base)).collect();
        return Err((faults, document));
    }
    if let Some(place) = tree.root(text, base).and_then(alias_of_password) {
        let message = "an alias outside of `password` refers to a password";
        return Err((vec![Fault::new(FaultKind::ShapeInvalid, place, message)], document));
    }
    let root = tree.node(0, text, base);
    let visible = VisibleSpans::of_document(root);
    let PlanFaults { plan: faults, accounts: refused } = check(root, &visible, language);
    let mut plan = Plan { document, tree, visible, faults, refused, present: FieldSet::EMPTY, keys: KeyMap::of_plan() };
    let (mut present, mut keys) = (FieldSet::EMPTY, KeyMap::of_plan());
    plan.each_user(InputId(0), &mut keys, |account| present = present.union(account.carried()));
    (plan.present, plan.keys) = (present, keys);
    Ok(plan)
}

/// An alias that repeats a password where it would be shown.
fn alias_of_password(root: Node<'_>) -> Option<Span> {
    let mut passwords = Vec::new();
    mask::secret_spans(root, &mut passwords);
    mask::alias_into(root, &passwords)
}

impl Plan {
    fn root(&self) -> Option<Node<'_>> {
        self.tree.root(&self.document.text, self.document.base)
    }

    fn users(&self) -> Option<Node<'_>> {
        self.root()?.get("users").filter(|users| users.kind() == NodeKind::Array)
    }

    /// A locator of the plan's text.
    #[must_use]
    pub fn locator(&self) -> Locator<'_> {
        Locator::new(self.document.text.as_str(), self.document.base, 1)
    }

    /// What may be shown of the plan around `spans`.
    #[must_use]
    pub fn excerpt(&self, spans: &[Span]) -> Option<Excerpt> {
        Some(self.visible.excerpt(&self.document.text, self.document.base, spans))
    }

    /// The bytes of its text, with the byte order mark.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.document.base + self.document.text.len() as u64
    }

    /// What the plan declares besides accounts. `input` names it.
    #[must_use]
    pub fn facts(&self, input: &Input) -> PlanFacts {
        let Some(root) = self.root() else { return PlanFacts::default() };
        let text = |key: &str| root.get(key).and_then(Node::as_str).map(str::to_owned);
        let mut facts = PlanFacts {
            product: root.get("product").and_then(Node::as_str).and_then(Product::by_word),
            tenant: text("tenant").filter(|tenant| !tenant.is_empty()),
            is_first_login: root.get("first_login").and_then(Node::as_bool) == Some(true),
            has_wfm_views: text("wfm").map(|wfm| wfm != "none"),
            integrations: root
                .get("integrations")
                .filter(|list| list.kind() == NodeKind::Array)
                .map(|list| self.integrations(list, input)),
            licenses: children(root, "licenses").filter_map(|entry| self.license(entry, input)).collect(),
            roles: root
                .get("roles")
                .filter(|list| list.kind() == NodeKind::Array)
                .map(|list| list.children().filter_map(role).collect()),
            organisation: root.get("groups").filter(|list| list.kind() == NodeKind::Array).map(organisation),
            views: children(root, "views").filter_map(Node::as_str).map(str::to_owned).collect(),
            password_policy: root
                .get("password_policy")
                .filter(|policy| policy.kind() == NodeKind::Object)
                .map(|node| self.policy(node, input)),
            declarations: declarations::declarations(root),
            ..PlanFacts::default()
        };
        for user in self.users().into_iter().flat_map(Node::children) {
            facts.declares_api_users |= user.get("kind").and_then(Node::as_str).is_some_and(is_api_user)
                || user.get("integration").and_then(Node::as_str).is_some_and(|name| !name.is_empty());
        }
        self.each_user(input.id, &mut self.keys.clone(), |user| {
            if let Cell::Value(name) = user.cell(Field::UserName) {
                let name = name::fold(&name.text);
                let has_integration = user.cell(Field::Integration).text().is_some();
                if has_integration || user.cell(Field::Kind).text().is_some_and(is_api_user) {
                    facts.api_users.push(name.clone());
                }
                facts.user_names.push(name);
            }
        });
        facts
    }

    /// Hands the plan's accounts to `sink`.
    pub fn read(&self, input: &Input, sink: &mut impl Sink) -> ReadSummary {
        let mut locator = self.locator();
        let mut records = 0;
        let mut is_stopped = false;
        let mut keys = self.keys.clone();
        for (index, node) in self.users().into_iter().flat_map(Node::children).enumerate() {
            records += 1;
            if is_stopped {
                continue;
            }
            let at = RecordOrigin { input: input.id, number: records, input_kind: InputKind::Plan };
            let flow = match self.user(node, index, at, &mut keys) {
                Ok(account) => sink.record(&account.of_input(self.present), &mut locator),
                Err(faults) => {
                    let excerpt = |fault: &Fault| {
                        let spans: Vec<_> = fault.labels.iter().map(|label| label.span).take(1).collect();
                        self.excerpt(&spans)
                    };
                    let faults = faults.into_iter().map(|fault| (excerpt(&fault), fault));
                    let refused = RecordRefusal {
                        number: records,
                        span: node.outer(),
                        key: readable_user_name(node),
                        faults: faults.map(|(excerpt, fault)| (fault, excerpt)).collect(),
                        secrets: readable_secrets(node, &mut keys),
                    };
                    sink.refuse_record(refused, &mut locator)
                }
            };
            is_stopped = flow == Flow::Stop;
        }
        ReadSummary {
            columns: self.keys.understood(),
            unknown: self.keys.unknown(),
            present: self.present,
            has_kinds: self.present.has(Field::Kind),
            records,
            bytes: self.length(),
            holds_more: true,
            ..ReadSummary::default()
        }
    }

    /// True if the plan has a list of accounts, even an empty one.
    #[must_use]
    pub fn has_users(&self) -> bool {
        self.root().is_some_and(|root| root.get("users").is_some())
    }

    fn user<'t>(
        &self,
        node: Node<'t>,
        index: usize,
        at: RecordOrigin,
        keys: &mut KeyMap,
    ) -> Result<DocumentAccount<'t>, Vec<Fault>> {
        match self.refused.get(&index) {
            Some(faults) => Err(faults.clone()),
            None => DocumentAccount::read(node, at, keys),
        }
    }

    /// Calls `visit` for each account that can be read.
    fn each_user(&self, input: InputId, keys: &mut KeyMap, mut visit: impl FnMut(&DocumentAccount<'_>)) {
        for (index, node) in self.users().into_iter().flat_map(Node::children).enumerate() {
            let at = RecordOrigin { input, number: index as u64 + 1, input_kind: InputKind::Plan };
            if let Ok(account) = self.user(node, index, at, keys) {
                visit(&account);
            }
        }
    }

    fn integrations(&self, list: Node<'_>, input: &Input) -> Vec<Integration> {
        let named = |node: Node<'_>| {
            let name = node.as_str().filter(|name| !name.is_empty())?.to_owned();
            Some(Integration { name, declared: self.declared(node, input) })
        };
        list.children().filter_map(named).collect()
    }

    fn license(&self, entry: Node<'_>, input: &Input) -> Option<PlanLicense> {
        let name = entry.get("name")?.as_str()?.to_owned();
        let seats = entry.get("seats");
        let warn_at = entry
            .get("warn_at")
            .filter(|node| node.kind() == NodeKind::Number)
            .and_then(|node| millionths(node.text()));
        let declared = self.declared(seats.unwrap_or(entry), input);
        Some(PlanLicense {
            name,
            seats: seats.and_then(plain_count),
            warn_at,
            over: entry.get("over").and_then(Node::as_str).and_then(OveragePolicy::by_word),
            declared,
        })
    }

    fn policy(&self, node: Node<'_>, input: &Input) -> (PasswordPolicy, Option<DeclaredAt>) {
        let min_length = node.get("min_length").and_then(plain_count);
        let classes = children(node, "classes").filter_map(Node::as_str).filter_map(CharacterClass::by_word).collect();
        let mut declared = self.declared(node, input);
        declared.label.message = "the policy".to_owned();
        (PasswordPolicy { min_length, classes }, Some(declared))
    }

    /// The place of a declaration. That of an object is its key.
    fn declared(&self, node: Node<'_>, input: &Input) -> DeclaredAt {
        let span = match node.kind() {
            NodeKind::Object | NodeKind::Array => node.key_span().unwrap_or_else(|| node.outer()),
            _ => node.span(),
        };
        self.place(span, input)
    }

    /// A place of the plan, ready to be shown.
    pub fn place(&self, span: Span, input: &Input) -> DeclaredAt {
        let mut locator = self.locator();
        let (start, end) = (locator.locate(span.start), locator.locate(span.end));
        let message = "declared here".to_owned();
        let label = Label { input: Some(input.id), file: Arc::clone(&input.name), start, end, cell: None, message };
        let snippet = self.excerpt(&[span]).map(|excerpt| Snippet::new(&excerpt, &input.name, span, start));
        DeclaredAt { label, snippet }
    }
}

fn is_api_user(kind: &str) -> bool {
    account_kind(kind) == Some(AccountKind::ApiUser)
}

fn children<'t>(node: Node<'t>, key: &str) -> impl Iterator<Item = Node<'t>> {
    node.get(key).into_iter().flat_map(Node::children)
}

fn role(entry: Node<'_>) -> Option<(String, CatalogueRole)> {
    let name = entry.as_str().or_else(|| entry.get("name")?.as_str())?.to_owned();
    let default = entry.get("default").and_then(Node::as_str);
    let role = CatalogueRole {
        is_default_administrator: default == Some("administrator"),
        is_default_agent: default == Some("agent"),
        permissions: children(entry, "permissions").filter_map(Node::as_str).map(str::to_owned).collect(),
        license: entry.get("license").and_then(Node::as_str).map(str::to_owned),
    };
    Some((name, role))
}

fn organisation(list: Node<'_>) -> Organisation {
    let mut organisation = Organisation::default();
    for group in list.children() {
        organisation.units.extend(unit(group, false));
        organisation.units.extend(children(group, "teams").filter_map(|team| unit(team, true)));
    }
    organisation
}

fn unit(node: Node<'_>, is_team: bool) -> Option<OrgUnit> {
    if let Some(name) = node.as_str() {
        return Some(OrgUnit { name: name.to_owned(), id: None, is_team, is_active: true });
    }
    let name = node.get("name")?.as_str()?.to_owned();
    let id = node
        .get("id")
        .filter(|id| matches!(id.kind(), NodeKind::Number | NodeKind::String))
        .map(|id| id.text().to_owned());
    let is_active = node.get("active").and_then(Node::as_bool) != Some(false);
    Some(OrgUnit { name, id, is_team, is_active })
}

/// A fraction in millionths, from its decimal text.
#[must_use]
pub fn millionths(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let padded: String = fraction.chars().chain(std::iter::repeat('0')).take(6).collect();
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(padded.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_exact() {
        assert_eq!(millionths("0.9"), Some(900_000));
        assert_eq!(millionths("1"), Some(1_000_000));
        assert_eq!(millionths("0.1234567"), Some(123_456));
        for text in ["", "-0.5", "1e-1", ".5", "0,9"] {
            assert_eq!(millionths(text), None, "{text}");
        }
    }
}
