//! Everything that is wrong with a plan, in one run: what breaks its schema, and what the schema cannot say.

use hashbrown::HashMap;

use super::PlanLanguage;
use super::cure::{plain_number, with_cure};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::read::completeness::SignFinder;
use crate::read::mask::VisibleSpans;
use crate::read::secret_keys::SecretKey;
use crate::record::date::Date;
use crate::schema::{BuiltInSchema, PathStep, SchemaFault};
use crate::syntax::tree::{Node, NodeKind};

/// The faults of a plan.
#[derive(Default)]
pub(super) struct PlanFaults {
    /// Those outside of its accounts.
    pub plan: Vec<Fault>,
    /// Those of accounts, by the index of the account, in the order of the file.
    pub accounts: HashMap<usize, Vec<Fault>>,
}

pub(super) fn check(root: Node<'_>, visible: &VisibleSpans, language: PlanLanguage) -> PlanFaults {
    let mut extra = Vec::new();
    templates(root, &mut Vec::new(), &mut extra);
    counts(root, language, &mut extra);
    for (index, user) in root.get("users").into_iter().flat_map(Node::children).enumerate() {
        let steps = [PathStep::Key("users".to_owned()), PathStep::Index(index)];
        extra.extend(account_faults(user).into_iter().map(|fault| SchemaFault {
            pointer: steps.to_vec(),
            fault,
            examples: Vec::new(),
        }));
    }
    let outside = |child: &Node<'_>| child.key() != Some("users");
    for span in root.children().filter(outside).filter_map(SignFinder::account_below) {
        let fault = Fault::new(FaultKind::ExportTruncated, span, "an account outside of `users` was not judged")
            .with_remedy("Move the account to the list under `users`, or take it out of the plan.");
        extra.push(SchemaFault { pointer: Vec::new(), fault, examples: Vec::new() });
    }
    let is_new = |found: &SchemaFault| !extra.iter().any(|other| start(other) == start(found));
    let of_schema = BuiltInSchema::Plan.check(root).into_iter().filter(is_new);
    let mut found: Vec<SchemaFault> = of_schema.map(|found| with_cure(found, root, visible, language)).collect();
    found.extend(extra);
    found.sort_by_key(start);
    let mut faults = PlanFaults::default();
    for SchemaFault { pointer, fault, .. } in found {
        match pointer.as_slice() {
            [PathStep::Key(users), PathStep::Index(at), ..] if users == "users" => {
                faults.accounts.entry(*at).or_default().push(fault);
            }
            _ => faults.plan.push(fault),
        }
    }
    faults
}

fn start(found: &SchemaFault) -> Option<u64> {
    found.fault.labels.first().map(|label| label.span.start)
}

/// Texts of templates that nobody rendered. Under a key of a secret they are references to it.
fn templates(node: Node<'_>, pointer: &mut Vec<PathStep>, found: &mut Vec<SchemaFault>) {
    if node.kind() == NodeKind::String {
        let is_template = node.text().split_once("{{").is_some_and(|(_, rest)| rest.contains("}}"));
        if is_template && !is_free(pointer) {
            let message = "a template that was not rendered: the plan that will be applied holds another value";
            let fault = Fault::new(FaultKind::TemplateUnrendered, node.span(), message);
            found.push(SchemaFault { pointer: pointer.clone(), fault, examples: Vec::new() });
        }
        return;
    }
    for (index, child) in node.children().enumerate() {
        pointer.push(child.key().map_or(PathStep::Index(index), |key| PathStep::Key(key.to_owned())));
        templates(child, pointer, found);
        pointer.pop();
    }
}

/// True for places in which a template is as good as any text: those that nobody reads, and secrets.
fn is_free(pointer: &[PathStep]) -> bool {
    let is_unread = |key: &str| key.starts_with("x-") || key == "$schema";
    let is_secret = |key: &str| matches!(SecretKey::of_key(key), Some(SecretKey::Password | SecretKey::Other));
    pointer.iter().enumerate().any(|(depth, step)| match step {
        PathStep::Key(key) => (depth == 0 && is_unread(key)) || is_secret(key),
        PathStep::Index(_) => false,
    })
}

/// Counts that the schema accepts and that are not written in plain decimal digits.
fn counts(root: Node<'_>, language: PlanLanguage, found: &mut Vec<SchemaFault>) {
    let policy = root.get("password_policy").into_iter();
    let in_policy = policy.flat_map(|policy| ["min_length", "history", "max_age_days"].map(|key| policy.get(key)));
    let seats = root.get("licenses").into_iter().flat_map(Node::children).map(|license| license.get("seats"));
    for count in in_policy.chain(seats).flatten() {
        if count.kind() == NodeKind::Number && plain_count(count).is_none() {
            let message = "expected a number in plain decimal digits, without a leading zero, sign, fraction or base";
            let fault =
                Fault::new(FaultKind::ShapeInvalid, count.span(), message).with_remedy(plain_number(count, language));
            found.push(SchemaFault { pointer: Vec::new(), fault, examples: Vec::new() });
        }
    }
}

/// A count in plain decimal digits, as written.
pub(super) fn plain_count(node: Node<'_>) -> Option<u64> {
    let (source, base) = node.source();
    let span = node.defined().unwrap_or_else(|| node.span());
    let index = |byte: u64| usize::try_from(byte.checked_sub(base)?).ok();
    let text = source.get(index(span.start)?..index(span.end)?)?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain && node.kind() == NodeKind::Number)
}

/// What is wrong with an account that has the form of one.
fn account_faults(user: Node<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let text = |key: &str| user.get(key).filter(|node| node.as_str().is_some_and(|text| !text.trim_ascii().is_empty()));
    if let (Some(kind), Some(integration)) = (text("kind"), text("integration"))
        && kind.text() == "person"
    {
        let fault = Fault::new(FaultKind::ShapeInvalid, kind.span(), "a person cannot have an integration")
            .and(integration.span(), "the integration")
            .with_remedy("Set `kind` to `api-user`, or remove `integration`.");
        faults.push(fault);
    }
    for date in ["active_from", "active_until"].into_iter().filter_map(text) {
        let has_form = date.text().len() == 10 && date.text().bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
        if has_form && Date::parse(date.text(), None).is_none() {
            let message = "there is no such day in the calendar";
            faults.push(
                Fault::new(FaultKind::DateUnreadable, date.span(), message)
                    .with_remedy(format!("Correct the day or the month of `{}`.", date.key().unwrap_or_default())),
            );
        }
    }
    faults
}
