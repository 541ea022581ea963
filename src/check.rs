//! What can be demanded, as code: each kind of check is one small file, its parameters come from rule files.
//!
//! A check says what is wrong and where; it knows neither the rule nor its severity.
//! *Record checks* see one record. *Population checks* conclude from the [`population`](population::Population) of all.
//!
//! A new kind takes its file and its line in `kinds!`.

mod finding;
pub mod name_difference;
pub mod population;
mod violation;

use std::fmt;

use serde::Deserialize;

use crate::diagnostic::fault::{Fault, Quotes};
use crate::record::meaning::AccountKind;
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};
use crate::schema::LazyRegex;
use population::{Population, PopulationNeeds};

pub use finding::{CellContent, CellLookup, CellRequest, Finding, ReReadCell, RecordId};
pub use violation::Violation;

/// Why something was not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The input has no such field at all.
    NotCarried(Field),
    /// The cell of this field can be read in more than one way.
    Unclear(Field),
    /// No input has a column that says it, as a fragment. Without it the demand says nothing.
    NotSaid(&'static str),
    /// Anything else, as a fragment.
    Other(&'static str),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCarried(field) => write!(f, "the input has no {}", field.label()),
            Self::Unclear(field) => write!(f, "the {} of an account cannot be read with certainty", field.label()),
            Self::NotSaid(why) | Self::Other(why) => f.write_str(why),
        }
    }
}

/// What a record check says of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing is wrong.
    Pass,
    /// Nothing is wrong, but something is worth a note.
    Noted(Fault),
    /// At least one thing is wrong.
    Fail(Vec<Violation>),
    /// The demand does not concern this record.
    NotApplicable(Reason),
    /// What the demand needs is not there.
    NotDeterminable(Reason),
}

impl Judgement {
    /// Fails with these violations, or passes if there are none.
    #[must_use]
    pub fn of(violations: Vec<Violation>) -> Self {
        if violations.is_empty() { Self::Pass } else { Self::Fail(violations) }
    }
}

/// A demand on one record.
pub trait RecordCheck: Send + Sync {
    /// Whether its parameters make sense.
    ///
    /// # Errors
    /// What is wrong with one, as a fragment.
    fn validate(&self) -> Result<(), &'static str> {
        Ok(())
    }

    /// The fields it reads of an input that has the fields `present`. Two records of one input that are equal
    /// in these as written get the same judgement: the engine relies on it.
    fn reads(&self, present: FieldSet) -> FieldSet;

    /// Judges a record.
    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement;

    /// Judges a record of an account of this kind.
    fn judge_as(&self, _: AccountKind, record: &dyn Record, site: &Site) -> Judgement {
        self.judge(record, site)
    }

    /// True if it may judge accounts of people and of API users differently.
    fn tells_kinds_apart(&self) -> bool {
        false
    }

    /// True if it may fail on one or another of several fields, so that rule and account do not say on which.
    fn has_several_fields(&self) -> bool {
        false
    }

    /// False if it judges all days that have come alike, so that the engine may take one for another.
    fn distinguishes_days(&self) -> bool {
        true
    }

    /// All that it asks of texts in `field`, which it reads: records whose texts have the same answers are judged alike, as are
    /// records without a text. `None` if it may tell any two texts apart.
    fn asks(&self, _field: Field) -> Option<Vec<TextTest<'_>>> {
        None
    }

    /// The answer to [`TextTest::Own`].
    fn answer(&self, _text: &str, _site: &Site) -> bool {
        false
    }

    /// A shape of the one cell it reads that is quick to recognise and enough to pass. It spares judging columns
    /// whose values are all different; rules with the same shape are answered together.
    fn shape(&self) -> Option<TextShape> {
        None
    }
}

/// A question that a check asks of a cell's text.
#[derive(Clone, Copy)]
pub enum TextTest<'c> {
    /// Does it match?
    Pattern(&'c LazyRegex),
    /// Is it one of these, which are sorted?
    OneOf(&'c [String]),
    /// Has it at least so many characters?
    Characters(usize),
    /// Anything else, which the check answers itself.
    Own(&'c dyn RecordCheck),
}

impl<'c> TextTest<'c> {
    /// The pattern, if it is one.
    #[must_use]
    pub const fn pattern(self) -> Option<&'c LazyRegex> {
        match self {
            Self::Pattern(pattern) => Some(pattern),
            _ => None,
        }
    }

    /// True for a pattern that can be put to texts together with others.
    #[must_use]
    pub fn can_be_shared(self, is_ascii: bool) -> bool {
        self.pattern().is_some_and(|pattern| pattern.can_be_shared(is_ascii))
    }

    /// The answer.
    #[must_use]
    pub fn answer(self, text: &str, site: &Site) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.is_match(text),
            Self::OneOf(texts) => texts.binary_search_by(|known| known.as_str().cmp(text)).is_ok(),
            Self::Characters(least) => has_characters(text, least),
            Self::Own(check) => check.answer(text, site),
        }
    }
}

/// True if `text` has at least so many characters, which are at most as many as bytes.
fn has_characters(text: &str, least: usize) -> bool {
    text.len() >= least && least.checked_sub(1).is_none_or(|last| text.chars().nth(last).is_some())
}

/// A shape of a cell's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextShape {
    /// An e-mail address of the plainest kind, which mail can reach.
    PlainAddress,
}

/// What a text with a shape is known to be besides: ASCII, in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapeMatch {
    /// Some letters may stand for others (punycode).
    pub may_stand_for_others: bool,
}

impl TextShape {
    /// What is known of `text` if it has the shape.
    #[must_use]
    #[inline]
    pub fn fit(self, text: &str) -> Option<ShapeMatch> {
        match self {
            Self::PlainAddress => {
                let plain = email::plain_and_routable(text)?;
                Some(ShapeMatch { may_stand_for_others: plain.has_two_hyphens })
            }
        }
    }
}

/// A demand on all accounts together.
pub trait PopulationCheck: Send + Sync {
    /// Whether its parameters make sense.
    ///
    /// # Errors
    /// What is wrong with one, as a fragment.
    fn validate(&self) -> Result<(), &'static str> {
        Ok(())
    }

    /// Adds what the population has to remember for it.
    fn add_needs(&self, _: &mut PopulationNeeds, _: &Site) {}

    /// Concludes from what was seen.
    fn conclude(&self, population: &Population, site: &Site, archive: &mut dyn CellLookup) -> Conclusion;
}

/// What a population check says of a run.
#[derive(Clone, Debug, Default)]
pub struct Conclusion {
    /// Things judged: accounts, pools, integrations.
    pub judged: u64,
    /// How many of them failed.
    pub failed: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// Why it does not apply, in whole.
    pub not_applicable: Option<Reason>,
    /// Why something could not be judged, and for how many.
    pub not_determinable: Option<(Reason, u64)>,
}

/// Why what was not found may still be there.
pub const PARTIAL: Reason = Reason::Other("not every account could be read");

impl Conclusion {
    /// Not applicable as a whole.
    #[must_use]
    pub fn not_applicable(reason: Reason) -> Self {
        Self { not_applicable: Some(reason), ..Self::default() }
    }

    /// Not determinable as a whole.
    #[must_use]
    pub fn not_determinable(reason: Reason) -> Self {
        Self { not_determinable: Some((reason, 1)), ..Self::default() }
    }
}

/// A check, ready to judge.
pub enum Check {
    /// It sees one record.
    Record(Box<dyn RecordCheck>),
    /// It sees all.
    Population(Box<dyn PopulationCheck>),
}

macro_rules! kinds {
    ($($word:literal $shape:ident $module:ident::$check:ident quotes $quotes:ident
        $(about $subject:literal)? $(cases $($case:literal)+)?;)*) => {
        $(pub mod $module;)*

        /// A check as a rule file writes it: one table, named after the kind.
        #[derive(Deserialize)]
        #[expect(clippy::enum_variant_names, reason = "each variant has the name of its check")]
        pub(crate) enum CheckSpec {
            $(#[doc = $word] #[serde(rename = $word)] $check($module::$check),)*
        }

        impl CheckSpec {
            /// The kind, as rule files spell it.
            pub(crate) const fn kind(&self) -> &'static str {
                match self { $(Self::$check(_) => $word,)* }
            }

            /// Its parameters, with every default.
            pub(crate) fn parameters(&self) -> serde_json::Value {
                let table = match self { $(Self::$check(check) => serde_json::to_value(check),)* };
                table.expect("internal error: parameters are data")
            }

            /// What messages of checks of this kind quote.
            #[must_use]
            pub(crate) fn quotes(kind: &str) -> Quotes {
                match kind { $($word => Quotes::$quotes,)* _ => Quotes::Names }
            }

            /// The only subject of checks of this kind, as rule files spell it; `None` if they judge any record.
            #[must_use]
            pub(crate) fn subject(kind: &str) -> Option<&'static str> {
                match kind { $($($word => Some($subject),)?)* _ => None }
            }

            /// The cases of this kind that a rule may give a severity of their own.
            #[must_use]
            pub(crate) fn cases(kind: &str) -> &'static [&'static str] {
                match kind { $($($word => &[$($case),+],)?)* _ => &[] }
            }

            /// The check, if its parameters make sense.
            ///
            /// # Errors
            /// What is wrong with a parameter, as a fragment.
            pub(crate) fn validated(self) -> Result<Check, &'static str> {
                match self {
                    $(Self::$check(check) => check.validate().map(|()| Check::$shape(Box::new(check))),)*
                }
            }
        }
    };
}

// A check kind is one file and one line here. `cargo fmt` does not see modules that a macro declares; `.ci/run` does.
kinds! {
    "required" Record required::RequiredCheck quotes Terms;
    "email" Record email::EmailCheck quotes Names;
    "words" Record words::WordsCheck quotes Names;
    "forbidden-words" Record forbidden_words::ForbiddenWordsCheck quotes Names;
    "pattern" Record pattern::PatternCheck quotes Names;
    "schema" Record schema::SchemaCheck quotes Names;
    "default-role" Record default_role::DefaultRoleCheck quotes Terms cases "equivalent-held";
    "allowed-team" Record allowed_team::AllowedTeamCheck quotes Terms cases "no-alternates";
    "reference" Record reference::ReferenceCheck quotes Terms;
    "whole-tenant" Record whole_tenant::WholeTenantCheck quotes Terms;
    "main-view" Record main_view::MainViewCheck quotes Terms;
    "person-signs" Record person_signs::PersonSignsCheck quotes Names;
    "date-within" Record date_within::DateWithinCheck quotes Terms;
    "roles-apart" Record roles_apart::RolesApartCheck quotes Terms;
    "activity" Record activity::ActivityCheck quotes Names;
    "secret-literal" Record secret_literal::SecretLiteralCheck quotes Names;
    "password-policy" Record password_policy::PasswordPolicyCheck quotes Terms;
    "unique" Population unique::UniqueCheck quotes Names about "active-account";
    "look-alike" Population look_alike::LookAlikeCheck quotes Names about "active-account";
    "holders" Population holders::HoldersCheck quotes Names about "tenant" cases "first-log-in";
    "holders-at-most" Population holders_at_most::HoldersAtMostCheck quotes Terms about "tenant";
    "seats" Population seats::SeatsCheck quotes Terms about "tenant";
    "integrations" Population integrations::IntegrationsCheck quotes Terms about "api-user" cases "undeclared";
    "creator" Population creator::CreatorCheck quotes Names about "api-user";
}
