//! What plans and the config declare differently. Neither is chosen for the user, so the order of inputs decides nothing.

use std::collections::BTreeMap;

use super::{Config, RunOptions};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::visible;
use crate::record::catalogue::DeclaredAt;
use crate::record::declared::{Declaration, PlanFacts};
use crate::source::Span;

/// The place of a declaration: the number of the plan and the span in it.
pub type LocatePlan<'l> = dyn Fn(usize, Span) -> Option<DeclaredAt> + 'l;

/// Refuses declarations of one thing with two values.
///
/// # Errors
/// Both places of the first contradiction.
pub(super) fn refuse_contradictions(
    config: &Config,
    plans: &[PlanFacts],
    options: &RunOptions,
    locate: &LocatePlan<'_>,
) -> Result<(), UsageError> {
    let of_config = config.declarations();
    let of_plans =
        plans.iter().enumerate().flat_map(|(plan, facts)| facts.declarations.iter().map(move |one| (Some(plan), one)));
    let mut by_subject: BTreeMap<&str, (Option<usize>, &Declaration)> = BTreeMap::new();
    for (place, declaration) in of_plans.chain(of_config.iter().map(|one| (None, one))) {
        if declaration.subject == PRODUCT && options.product.is_some() {
            continue;
        }
        let (first_place, first) = *by_subject.entry(&declaration.subject).or_insert((place, declaration));
        if first.value != declaration.value {
            let at = |place: Option<usize>, span| match place {
                Some(plan) => locate(plan, span),
                None => Some(config.declared(span, "declared here")),
            };
            let places = [at(first_place, first.span), at(place, declaration.span)];
            return Err(contradiction(&declaration.subject, [first, declaration], places));
        }
    }
    Ok(())
}

/// The subject that `--product` settles.
const PRODUCT: &str = "`product`";

fn contradiction(subject: &str, [one, other]: [&Declaration; 2], places: [Option<DeclaredAt>; 2]) -> UsageError {
    let value = |declaration: &Declaration| format!("`{}`", visible(&declaration.value));
    let message = format!("{} is declared as {} and as {}", visible(subject), value(one), value(other));
    let error = UsageError::new(message).with_remedy("Declare it once, or with one value everywhere.");
    places.into_iter().flatten().fold(error, |error, DeclaredAt { label, snippet }| error.at(label, snippet))
}

impl Config {
    /// What the config declares that a plan can declare too, in the words of plans.
    fn declarations(&self) -> Vec<Declaration> {
        let file = &self.file;
        let texts = [(PRODUCT, &file.product), ("`wfm`", &file.wfm.views)];
        let mut found: Vec<_> = texts
            .into_iter()
            .filter_map(|(subject, text)| {
                let text = text.as_ref()?;
                Some(Declaration { subject: subject.to_owned(), value: text.value.clone(), span: text.span })
            })
            .collect();
        for (name, license) in &file.licenses.0 {
            let values = [
                ("over", license.over().map(|over| over.word().to_owned())),
                ("warn_at", license.mark().map(|mark| mark.to_string())),
            ];
            for (key, value) in values {
                let subject = format!("`{key}` of the licence `{}`", name.value);
                found.extend(value.map(|value| Declaration { subject, value, span: name.span }));
            }
        }
        found
    }
}
