//! The errors of `jsonschema` as faults: each with its place in the document, in our words, and without what may be a secret.

use std::collections::{HashMap, HashSet};

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::paths::{Location, LocationSegment};
use serde_json::Value;

use super::path::{PathStep, SchemaFault};
use super::{example, messages};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::fast::sort_few::sort_few_by_key;
use crate::source::Span;
use crate::syntax::tree::keys::{doubtful_keys, nearest, quoted};
use crate::syntax::tree::{Node, NodeKind};

/// Nodes one level below another, ready for many look-ups.
enum ChildIndex<'t> {
    Items(Vec<Node<'t>>),
    Members(HashMap<&'t str, Node<'t>>),
}

/// What is wrong with a key, before it is known where to show it.
struct KeyProblem {
    kind: FaultKind,
    message: String,
    remedy: Option<String>,
    /// The key may be part of a secret.
    is_hidden: bool,
}

const HIDDEN_KEY: &str = "an unknown key, perhaps the rest of the unquoted value before it";

/// The names of properties whose values are not secrets, at every level of a schema.
fn harmless_names<'s>(schema: &'s Value, names: &mut HashSet<&'s str>) {
    let is_open = |(_, property): &(&String, &Value)| property.get("writeOnly").is_none();
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        names.extend(properties.iter().filter(is_open).map(|(name, _)| name.as_str()));
    }
    match schema {
        Value::Object(members) => members.values().for_each(|below| harmless_names(below, names)),
        Value::Array(items) => items.iter().for_each(|below| harmless_names(below, names)),
        _ => {}
    }
}

fn with(fault: Fault, remedy: Option<String>) -> Fault {
    match remedy {
        Some(remedy) => fault.with_remedy(remedy),
        None => fault,
    }
}

/// Turns the validator's errors into faults with places.
pub(super) struct FaultCollector<'s, 't> {
    root: Node<'t>,
    source: &'s Value,
    children_of: HashMap<usize, ChildIndex<'t>>,
    found: Vec<SchemaFault>,
    /// The keys that may be rests of values, as soon as one is asked about.
    doubtful: Option<HashSet<Span>>,
}

impl<'s, 't> FaultCollector<'s, 't> {
    pub(super) fn new(root: Node<'t>, source: &'s Value) -> Self {
        Self { root, source, children_of: HashMap::new(), found: Vec::new(), doubtful: None }
    }

    /// What was found, in the order of the file.
    pub(super) fn finish(mut self) -> Vec<SchemaFault> {
        sort_few_by_key(&mut self.found, |found| found.fault.labels.first().map(|label| label.span));
        // A blank text is too short, and matches no pattern.
        self.found
            .dedup_by(|later, first| later.pointer == first.pointer && later.fault.message == first.fault.message);
        self.found
    }

    /// It calls itself for errors inside `anyOf`, as deep as the schema is.
    pub(super) fn take(&mut self, error: &ValidationError<'_>) {
        let (pointer, node) = self.find(error.instance_path());
        let schema = self.schema_of(error.schema_path());
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                self.unknown_keys(&pointer, node, unexpected, schema);
            }
            ValidationErrorKind::Required { property } => self.missing(pointer, node, property),
            ValidationErrorKind::PropertyNames { error } => self.wrong_name(&pointer, node, error),
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }
                if schema.is_none_or(|schema| schema.get("x-expected").is_none()) =>
            {
                self.no_branch(pointer, node, error, context);
            }
            kind => {
                let (message, remedy) = messages::messages(kind, schema, node);
                // Of a secret not even the length is shown.
                let is_secret = schema.and_then(|schema| schema.get("writeOnly")).is_some();
                let span = if is_secret { node.outer().shrink_to_start() } else { node.span() };
                self.report(pointer, node, span, message, remedy);
            }
        }
    }

    /// If every branch expects another type, all types are named; else what keeps the likeliest branch from matching.
    fn no_branch(
        &mut self,
        pointer: Vec<PathStep>,
        node: Node<'t>,
        error: &ValidationError<'_>,
        branches: &[Vec<ValidationError<'_>>],
    ) {
        let wrong_type = |inner: &&ValidationError<'_>| {
            matches!(inner.kind(), ValidationErrorKind::Type { .. }) && inner.instance_path() == error.instance_path()
        };
        let fitting =
            branches.iter().filter(|branch| !branch.is_empty() && !branch.iter().any(|inner| wrong_type(&inner)));
        if let Some(nearest) = fitting.min_by_key(|branch| branch.len()) {
            for inner in nearest {
                self.take(inner);
            }
            return;
        }
        let mut expected: Vec<String> = Vec::new();
        for inner in branches.iter().flatten().filter(wrong_type) {
            let ValidationErrorKind::Type { kind } = inner.kind() else { continue };
            for word in self.type_words(kind, inner) {
                if !expected.contains(&word) {
                    expected.push(word);
                }
            }
        }
        let message = if expected.is_empty() {
            messages::messages(error.kind(), None, node).0
        } else {
            messages::mismatch(&messages::either(&expected), node)
        };
        self.report(pointer, node, node.span(), message, None);
    }

    fn type_words(&self, kind: &TypeKind, error: &ValidationError<'_>) -> Vec<String> {
        messages::type_words(kind, self.schema_of(error.schema_path()))
    }

    fn unknown_keys(&mut self, pointer: &[PathStep], node: Node<'t>, unexpected: &[String], schema: Option<&Value>) {
        let unexpected: HashSet<&str> = unexpected.iter().map(String::as_str).collect();
        let known = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
        let known: Vec<&str> = known.into_iter().flatten().map(|(known, _)| known.as_str()).collect();
        // A key that is there already was hardly meant again, unless nothing else comes near.
        let taken: HashSet<&str> = node.children().filter_map(Node::key).collect();
        let free: Vec<&str> = known.iter().copied().filter(|known| !taken.contains(known)).collect();
        let children = node.children().filter(|child| child.key().is_some_and(|key| unexpected.contains(key)));
        for child in children {
            let key = child.key().unwrap_or_default();
            let near = nearest(key, free.iter().copied()).or_else(|| nearest(key, known.iter().copied()));
            let remedy = near.map(|meant| format!("Did you mean {}?", quoted(meant))).or_else(|| {
                let is_free = schema?.get("patternProperties")?.get("^x-").is_some();
                is_free.then(|| format!("Remove the key, or call it {}.", quoted(&format!("x-{key}"))))
            });
            let is_hidden = self.is_doubtful(child);
            let message = if is_hidden { HIDDEN_KEY.to_owned() } else { format!("unknown key {}", quoted(key)) };
            let remedy = if is_hidden { Some("Put the value before it in quotes.".to_owned()) } else { remedy };
            self.report_key(pointer, child, KeyProblem { kind: FaultKind::KeyUnknown, message, remedy, is_hidden });
        }
    }

    fn missing(&mut self, pointer: Vec<PathStep>, node: Node<'t>, property: &Value) {
        let key = property.as_str().unwrap_or_default();
        let pointer = pointer.into_iter().chain([PathStep::Key(key.to_owned())]).collect();
        self.report(pointer, node, node.start(), format!("the key {} is missing", quoted(key)), None);
    }

    fn wrong_name(&mut self, pointer: &[PathStep], node: Node<'t>, error: &ValidationError<'_>) {
        let name = error.instance().as_str().unwrap_or_default();
        let Some(child) = node.children().find(|child| child.key() == Some(name)) else {
            return self.report(
                pointer.to_vec(),
                node,
                node.start(),
                "a key that is not allowed here".to_owned(),
                None,
            );
        };
        let schema = self.schema_of(error.schema_path());
        let (message, remedy) = messages::messages(error.kind(), schema, child);
        let is_hidden = self.is_doubtful(child);
        let shown = if is_hidden { "here".to_owned() } else { quoted(name) };
        let message = format!("the key {shown} is not allowed: {message}");
        self.report_key(pointer, child, KeyProblem { kind: FaultKind::ShapeInvalid, message, remedy, is_hidden });
    }

    fn report(&mut self, pointer: Vec<PathStep>, node: Node<'t>, span: Span, message: String, remedy: Option<String>) {
        let fault = Fault::new(FaultKind::ShapeInvalid, span, message);
        let fault = match node.defined() {
            Some(defined) => {
                fault.and(if span.is_empty() { defined.shrink_to_start() } else { defined }, "defined here")
            }
            None => fault,
        };
        let examples = example::examples(self.source, &pointer, node);
        let remedy = remedy.or_else(|| example::remedy(self.source, &pointer));
        self.found.push(SchemaFault { pointer, fault: with(fault, remedy), examples });
    }

    fn report_key(&mut self, way: &[PathStep], child: Node<'t>, problem: KeyProblem) {
        let place = child.key_span().unwrap_or(child.span());
        let key = PathStep::Key(child.key().unwrap_or_default().to_owned());
        let pointer = way.iter().cloned().chain([key]).collect();
        let place = if problem.is_hidden { place.shrink_to_start() } else { place };
        let fault = with(Fault::new(problem.kind, place, problem.message), problem.remedy);
        let fault = match child.key_defined() {
            Some(defined) if problem.is_hidden => fault.and(defined.shrink_to_start(), "defined here"),
            Some(defined) => fault.and(defined, "defined here"),
            None => fault,
        };
        self.found.push(SchemaFault { pointer, fault, examples: Vec::new() });
    }

    /// True if a key may be the rest of an unquoted value, perhaps of a secret: it is not shown then.
    fn is_doubtful(&mut self, child: Node<'t>) -> bool {
        let source = self.source;
        let doubtful = self.doubtful.get_or_insert_with(|| {
            let mut harmless = HashSet::new();
            harmless_names(source, &mut harmless);
            doubtful_keys(child, |key| harmless.contains(key))
        });
        child.key_defined().or(child.key_span()).is_some_and(|span| doubtful.contains(&span))
    }

    /// The node at an instance path, and the way to it.
    fn find(&mut self, path: &Location) -> (Vec<PathStep>, Node<'t>) {
        let mut node = self.root;
        let mut steps = Vec::new();
        for segment in path {
            let children_of = self.children_of.entry(node.index()).or_insert_with(|| ChildIndex::from_node(node));
            let (step, next) = match (children_of, &segment) {
                (ChildIndex::Items(items), LocationSegment::Index(index)) => {
                    (PathStep::Index(*index), items.get(*index))
                }
                (ChildIndex::Members(members), segment) => {
                    let key = segment.to_string();
                    let next = members.get(key.as_str());
                    (PathStep::Key(key), next)
                }
                (ChildIndex::Items(_), LocationSegment::Property(_)) => break,
            };
            let Some(next) = next else { break };
            steps.push(step);
            node = *next;
        }
        (steps, node)
    }

    /// The schema that holds the keyword at a schema path.
    fn schema_of(&self, path: &Location) -> Option<&'s Value> {
        let (schema, _) = path.as_str().rsplit_once('/')?;
        self.source.pointer(schema)
    }
}

impl<'t> ChildIndex<'t> {
    fn from_node(node: Node<'t>) -> Self {
        if node.kind() == NodeKind::Object {
            Self::Members(node.children().map(|child| (child.key().unwrap_or_default(), child)).collect())
        } else {
            Self::Items(node.children().collect())
        }
    }
}
