//! Rules: what is demanded, by whose authority, and how to put it right. The demand itself is a check.
//!
//! A rule is one file below `rules/`, found without being registered. Its texts speak of `{product}`; the
//! product at hand fills that in. Examples in the file are for tests and `rolecall explain`, and are not read
//! when a check runs.

pub mod coverage;
pub mod demand;
pub mod examples;
pub mod file;
pub mod pack;
pub mod scaffold;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::check::Check;
use crate::diagnostic::words::words;
use crate::diagnostic::{Basis, Severity};
use crate::embedded;
use crate::record::site::Product;

/// A rule, ready to judge.
pub struct Rule {
    /// Its id: kebab-case, names the defect; behind the name of its pack and `/` if it is a site's.
    pub id: String,
    /// The first id it ever had, if it was renamed.
    pub born_as: Option<String>,
    /// Later ids that it had before this one.
    pub replaces: Vec<String>,
    /// The pack it belongs to.
    pub pack: String,
    /// One line: what is wrong when it fires.
    pub title: String,
    /// How much a violation counts.
    pub severity: Severity,
    /// The same for cases of the check.
    pub severity_when: BTreeMap<String, Severity>,
    /// By whose authority.
    pub basis: Basis,
    /// `draft`, `stable` or `deprecated`.
    pub status: String,
    /// The version it came with.
    pub since: String,
    /// What it judges.
    pub subject: Subject,
    /// The statements of the vendor's page it rests on.
    pub statements: Vec<String>,
    /// Why it matters.
    pub rationale: String,
    /// What to do.
    pub remedy: String,
    /// Where the demand is written.
    pub citations: Vec<Citation>,
    /// What `rolecall fix` writes in place of what is wrong in a plan.
    pub fix: Option<RuleFix>,
    /// The kind of its check.
    pub kind: &'static str,
    /// The parameters of its check, with every default.
    pub parameters: Arc<serde_json::Value>,
    /// Its check.
    pub check: Check,
    /// The whole file, examples with it.
    pub source: RuleSource,
}

/// The text of a rule's file.
#[derive(Clone, Debug)]
pub enum RuleSource {
    /// Of a built-in rule: its place among the texts of all of them, which are inflated when one is needed.
    BuiltIn(Range<usize>),
    /// Of a rule of the site.
    Site(String),
}

impl RuleSource {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::BuiltIn(range) => &embedded::rules()[range.clone()],
            Self::Site(text) => text,
        }
    }
}

/// What a rule judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// API users that are active, or planned.
    ApiUser,
    /// API users, inactive ones too.
    AnyApiUser,
    /// Every account, inactive ones too.
    Account,
    /// Every active account.
    ActiveAccount,
    /// Active accounts of people: all that are not API users.
    Person,
    /// The tenant as a whole.
    Tenant,
}

words!(Subject {
    ApiUser = "api-user",
    AnyApiUser = "any-api-user",
    Account = "account",
    ActiveAccount = "active-account",
    Person = "person",
    Tenant = "tenant",
});

impl Subject {
    /// The words for people.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::ApiUser => "active API users",
            Self::AnyApiUser => "API users, inactive ones too",
            Self::Account => "every account, inactive ones too",
            Self::ActiveAccount => "every active account",
            Self::Person => "active accounts of people",
            Self::Tenant => "the tenant as a whole",
        }
    }
}

/// A value that puts a violation right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFix {
    /// What is done with the value.
    pub kind: FixKind,
    /// The value that replaces the guilty one, or joins the list.
    pub value: String,
    /// How far it may be trusted.
    pub class: FixClass,
}

/// What a fix does with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FixKind {
    /// It replaces the guilty value.
    Set,
    /// It becomes the last item of the guilty list.
    Add,
}

/// How far a fix may be trusted, before the plan is judged again with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixClass {
    /// The rule admits no other value.
    Safe,
    /// One likely value of several.
    Unsafe,
}

words!(FixClass { Safe = "safe", Unsafe = "unsafe" });

/// Where a demand is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Citation {
    /// A page of the vendor, by its key among the references, the step and the field's label.
    Page {
        /// The page.
        page: String,
        /// The step: a number, or a word for a part without one.
        step: String,
        /// The label.
        field: Option<String>,
    },
    /// A control of a framework.
    Control {
        /// The framework.
        framework: String,
        /// Its control.
        control: String,
    },
}

impl Rule {
    /// True if it comes with rolecall, not from a pack of the site.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        !self.id.contains('/')
    }

    /// True if it comes with rolecall and a site has to switch its pack on.
    #[must_use]
    pub fn is_opt_in(&self) -> bool {
        self.is_built_in() && self.pack == file::ACCESS_REVIEW
    }

    /// The id that stays when the rule is renamed.
    #[must_use]
    pub fn permanent_id(&self) -> &str {
        self.born_as.as_deref().unwrap_or(&self.id)
    }

    /// True for an id that the rule had before.
    #[must_use]
    pub fn was_called(&self, id: &str) -> bool {
        self.born_as.as_deref() == Some(id) || self.replaces.iter().any(|old| old == id)
    }

    /// How much a violation of this case counts.
    #[must_use]
    pub fn severity_of(&self, case: Option<&str>) -> Severity {
        case.and_then(|case| self.severity_when.get(case)).copied().unwrap_or(self.severity)
    }

    /// How much a violation counts at least, whatever its case.
    #[must_use]
    pub fn least_severity(&self) -> Severity {
        self.severity_when.values().copied().fold(self.severity, Severity::min)
    }

    /// The first citation, as diagnostics show it.
    #[must_use]
    pub fn cited(&self, references: &file::References, product: Product) -> Option<String> {
        self.citations.first().map(|citation| references.citation_text(citation, product))
    }
}
