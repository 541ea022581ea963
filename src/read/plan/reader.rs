//! A file that is a plan, in one of the languages that plans are written in.

use std::marker::PhantomData;

use super::{Plan, PlanLanguage, parse};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::read::account::{find_in, secret_cell};
use crate::read::headers::Headers;
use crate::read::keys::KeyMap;
use crate::read::reader::{Reader, TreeParser, Unreadable};
use crate::read::{
    Checkpoint, Document, Input, MAX_PLAN_BYTES, ReadOptions, ReadSummary, Sink, read_document, too_large,
};
use crate::record::catalogue::DeclaredAt;
use crate::record::declared::PlanFacts;
use crate::source::Span;
use crate::source::file::Source;
use crate::syntax::tree::Node;
use crate::syntax::{toml, yaml};

/// A language that plans are written in.
pub trait PlanSyntax {
    /// The word in options and reports.
    const WORD: &'static str;
    /// Extensions of file names.
    const EXTENSIONS: &'static [&'static str];
    /// Its parser.
    const PARSE: TreeParser;
    /// Its name.
    const LANGUAGE: PlanLanguage;
}

/// Plans in YAML.
pub enum Yaml {}

/// Plans in TOML.
pub enum Toml {}

impl PlanSyntax for Yaml {
    const WORD: &'static str = "yaml";
    const EXTENSIONS: &'static [&'static str] = &["yaml", "yml"];
    const PARSE: TreeParser = yaml::parse;
    const LANGUAGE: PlanLanguage = PlanLanguage::Yaml;
}

impl PlanSyntax for Toml {
    const WORD: &'static str = "toml";
    const EXTENSIONS: &'static [&'static str] = &["toml"];
    const PARSE: TreeParser = toml::parse;
    const LANGUAGE: PlanLanguage = PlanLanguage::Toml;
}

/// A plan in the language `S`.
pub struct PlanFile<S>(Box<Plan>, PhantomData<S>);

impl<S: PlanSyntax> Reader for PlanFile<S> {
    const WORD: &'static str = S::WORD;
    const EXTENSIONS: &'static [&'static str] = S::EXTENSIONS;
    const PLAN_PARSER: Option<TreeParser> = Some(S::PARSE);

    fn open(source: &Source) -> Result<Self, Unreadable> {
        let document = read_document(source, MAX_PLAN_BYTES)?;
        Ok(Self(Plan::open(document, S::PARSE, S::LANGUAGE)?, PhantomData))
    }

    fn read(&self, input: &Input, _: &ReadOptions<'_>, sink: &mut impl Sink) -> Option<ReadSummary> {
        Some(self.0.read_with_faults(input, sink))
    }

    fn read_again(
        &self,
        input: &Input,
        _: &ReadOptions<'_>,
        _: &ReadSummary,
        _: Option<Checkpoint>,
        sink: &mut impl Sink,
    ) {
        self.0.read(input, sink);
    }

    fn headers(_: &Source, _: &ReadOptions<'_>) -> Result<Headers, Fault> {
        let message = "a plan has no columns: its keys are fixed";
        Err(Fault::of_input(FaultKind::FormatUnknown, message).with_remedy("Name an export."))
    }

    fn plan_facts(&self, input: &Input) -> Option<PlanFacts> {
        Some(self.0.facts(input))
    }

    fn plan_place(&self, input: &Input, span: Span) -> Option<DeclaredAt> {
        Some(self.0.place(span, input))
    }
}

impl Plan {
    /// Parses a plan of any language.
    pub(in crate::read) fn open(
        document: Document,
        syntax: TreeParser,
        language: PlanLanguage,
    ) -> Result<Box<Self>, Unreadable> {
        if document.text.len() as u64 > MAX_PLAN_BYTES {
            return Err(too_large("the plan", MAX_PLAN_BYTES).into());
        }
        let unreadable = |(faults, document)| Unreadable { faults, document: Some(document) };
        parse(document, syntax, language).map(Box::new).map_err(unreadable)
    }

    /// Gives `sink` what is wrong with the plan itself, and its accounts.
    pub(in crate::read) fn read_with_faults(&self, input: &Input, sink: &mut impl Sink) -> ReadSummary {
        let mut view = self.locator();
        for fault in &self.faults {
            let spans: Vec<Span> = fault.labels.iter().map(|label| label.span).take(1).collect();
            sink.fault(fault.clone(), self.excerpt(&spans), Some(&mut view));
        }
        self.each_password_outside_users(|password| {
            sink.password_outside_records(secret_cell(password), password.outer(), &mut view);
        });
        let summary = self.read(input, sink);
        if self.has_users() && summary.records == 0 {
            let fault = Fault::of_input(FaultKind::NoRecords, "the plan's list of users is empty");
            sink.fault(fault, None, None);
        }
        summary
    }

    /// Visits the passwords outside the list of accounts, such as those under `x-` keys, but none that an alias in an
    /// account refers to: it is a password of that account.
    fn each_password_outside_users(&self, visit: impl FnMut(Node<'_>)) {
        let Some(root) = self.root() else { return };
        let mut found = Vec::new();
        for member in root.children().filter(|member| member.key() != Some("users")) {
            find_in(member.key().unwrap_or_default(), member, &mut KeyMap::of_plan(), &mut found);
        }
        let mut referred_to = Vec::new();
        if !found.is_empty() {
            self.users().into_iter().for_each(|users| add_referred_to(users, &mut referred_to));
        }
        let is_referred_to = |node: &Node<'_>| referred_to.iter().any(|place| place.contains(node.span()));
        found.into_iter().filter(|node| !is_referred_to(node)).for_each(visit);
    }
}

/// Adds the places that aliases below `node` refer to.
fn add_referred_to(node: Node<'_>, places: &mut Vec<Span>) {
    for child in node.children() {
        places.extend(child.defined());
        add_referred_to(child, places);
    }
}
