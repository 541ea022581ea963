//! Cells that cannot be read with certainty: which they are, and what is said of them.
//!
//! They concern a run only if something judged reads them: a rule that is put to the record, or the count of seats.

use hashbrown::HashSet;

use super::batch::BatchContext;
use super::describe;
use super::ledger::Hole;
use super::observation::Observation;
use crate::check::date_within::is_never;
use crate::diagnostic::Severity;
use crate::diagnostic::fault::{Fault, FaultKind, SpanLabel};
use crate::diagnostic::visible::quoted;
use crate::read::Locator;
use crate::record::activity::date_of;
use crate::record::list::{ListCell, ListSyntax};
use crate::record::meaning::{
    Uncertainty, account_kind, holds_one_name, is_exempt, parts, uncertainty_of_item, uncertainty_of_name,
    uncertainty_of_role, uncertainty_of_text,
};
use crate::record::site::Site;
use crate::record::{Cell, Field, Record, Value};
use crate::source::Span;

/// A text that cannot be read with certainty.
pub struct UnclearText {
    text: String,
    span: Span,
    defined: Option<Span>,
    doubt: Uncertainty,
    /// Of a main view: the one that the list of views marks.
    contradicted: Option<(String, Span)>,
}

/// The texts of a field that cannot be read with certainty. `names` are those that fill a cell of its column.
pub fn unclear_texts(
    record: &dyn Record,
    field: Field,
    lists: &ListSyntax,
    names: Option<&HashSet<String>>,
) -> Vec<UnclearText> {
    if field == Field::Kind {
        let unknown = |value: Value<'_>| {
            let (text, span, defined) = (value.text.into_owned(), value.span, value.defined);
            UnclearText { text, span, defined, doubt: Uncertainty::UnknownKind, contradicted: None }
        };
        return match record.cell(field) {
            Cell::Value(value) if account_kind(&value.text).is_none() => vec![unknown(value)],
            _ => Vec::new(),
        };
    }
    if is_exempt(field) {
        return Vec::new();
    }
    let is_alone = |part: &str| names.is_some_and(|names| names.contains(part));
    let uncertainty = |text: &str| match holds_one_name(field) {
        true => uncertainty_of_name(text, lists, is_alone),
        false => uncertainty_of_text(text),
    };
    if let Cell::Value(value) = record.cell(field)
        && !value.is_number
        && let Some(doubt) = uncertainty(&value.text)
    {
        let (text, defined) = (value.text.into_owned(), value.defined);
        return vec![UnclearText { text, span: value.span, defined, doubt, contradicted: None }];
    }
    let mut unclear = Vec::new();
    if field.is_list()
        && let ListCell::Items(list) = record.list(field, lists)
    {
        for item in list.items.into_iter().filter(|item| !item.is_id) {
            let doubt = match field {
                Field::Roles => uncertainty_of_role(&item.text, lists, is_alone),
                _ => uncertainty_of_item(&item.text, lists, is_alone),
            };
            if let Some(doubt) = doubt {
                let (span, defined) = (item.span, item.defined);
                unclear.push(UnclearText { text: item.text.into_owned(), span, defined, doubt, contradicted: None });
            }
        }
    }
    if field == Field::MainView {
        unclear.extend(contradicted_main_view(record, lists));
    }
    unclear
}

/// A main view that a mark in the list of views contradicts.
fn contradicted_main_view(record: &dyn Record, lists: &ListSyntax) -> Option<UnclearText> {
    let Cell::Value(main) = record.cell(Field::MainView) else { return None };
    let ListCell::Items(views) = record.list(Field::WfmViews, lists) else { return None };
    let marked = views.items.iter().find(|view| view.is_main && view.text != main.text)?;
    let contradicted = Some((marked.text.clone().into_owned(), marked.span));
    let (text, span, defined) = (main.text.clone().into_owned(), main.span, main.defined);
    Some(UnclearText { text, span, defined, doubt: Uncertainty::SeveralNames, contradicted })
}

/// Reports the cells of `field` that cannot be read with certainty.
#[cold]
pub fn report_unclear(
    record: &dyn Record,
    field: Field,
    names: Option<&HashSet<String>>,
    context: BatchContext<'_>,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) {
    let at = context.input.at();
    let site = &context.run.site;
    let unclear = unclear_texts(record, field, &site.lists, names);
    let mut faults: Vec<Fault> = unclear.iter().map(|unclear| fault(field, unclear, &site.lists, names)).collect();
    faults.extend(unreadable_day(record, field, site));
    for fault in faults {
        let line = locator.locate(fault.labels.first().map_or(record.span(), |label| label.span).start).line;
        let reason =
            format!("the {} of an account cannot be read with certainty: {}", field.label(), fault.kind.title());
        seen.findings.count_hole(Hole::new(fault.kind.id(), reason, Some(at.file.to_string()), Some(line)), at.input);
        seen.findings.add_of_record(Severity::Error, || {
            let spans: Vec<Span> = fault.labels.iter().map(|label| label.span).collect();
            let excerpt = record.excerpt(&spans);
            let subject = Some(describe::subject(record, at.file));
            describe::of_fault(&fault, Severity::Error, subject, Some(&excerpt), Some(at), Some(locator))
        });
    }
}

/// The fault of a day that only rules on reviews read: other days are read before any rule.
fn unreadable_day(record: &dyn Record, field: Field, site: &Site) -> Option<Fault> {
    if !(field.is_date() && field.is_of_reviews()) {
        return None;
    }
    let value = record.cell(field);
    let is_no_day = value.text().is_some_and(|text| site.values.is_blank(text) || is_never(text));
    date_of(&value, field, site.dates).err().filter(|_| !is_no_day)
}

fn fault(field: Field, unclear: &UnclearText, lists: &ListSyntax, names: Option<&HashSet<String>>) -> Fault {
    let UnclearText { text, span, doubt, contradicted, .. } = unclear;
    let (label, shown) = (field.label(), quoted(text));
    let toml = |text: &str| serde_json::to_string(text).unwrap_or_else(|_| shown.clone());
    let mut fault = match (doubt, contradicted) {
        (_, Some((marked, marked_at))) => {
            let message = format!("the {label} is {shown}, and the list of views marks {}", quoted(marked));
            Fault::new(FaultKind::MainViewContradicts, *span, message)
                .with_label("says this view")
                .and(*marked_at, "marked as the main one")
        }
        (Uncertainty::SeveralNames, None) => {
            let is_known = |part: &&str| lists.is_declared(part) || names.is_some_and(|names| names.contains(*part));
            let known = parts(text).find(is_known).map(|known| format!(": {} is one", quoted(known)));
            let message = format!("the {label} {shown} may be several names{}", known.unwrap_or_default());
            let whole = format!("`whole = [{}]`", toml(text));
            let remedy = match separator(text) {
                _ if holds_one_name(field) => {
                    format!("Write {whole} under `[lists]` if it is one name; otherwise give the account one {label}.")
                }
                Some(separator) => format!(
                    "Write `separator = {}` under `[lists]` if this separates names, {whole} if it is one name.",
                    toml(&separator.to_string())
                ),
                None => {
                    format!("Write {whole} under `[lists]` if it is one name; otherwise export the names separately.")
                }
            };
            Fault::new(FaultKind::ListAmbiguous, *span, message).with_label("one name or several").with_remedy(remedy)
        }
        (Uncertainty::Placeholder, None) => {
            let message = format!("the {label} {shown} may mean that there is nothing, or that a value was lost");
            let remedy = format!("Write `blank = [{}]` under `[values]` if the word means nothing.", toml(text));
            Fault::new(FaultKind::ValuePlaceholder, *span, message).with_label("a word for nothing").with_remedy(remedy)
        }
        (Uncertainty::UnknownKind, None) => {
            let message = format!("the kind {shown} is neither `api-user` nor `person`");
            let remedy = "Write `api-user` or `person`, or `ignore = [\"kind\"]` under `[columns]` in the config.";
            Fault::new(FaultKind::KindUnknown, *span, message).with_label("no kind").with_remedy(remedy)
        }
        (Uncertainty::LostValue, None) => {
            let message = format!("the {label} {shown} is what an export left in place of the value");
            let remedy = "Export the list again, with the names themselves in the column.";
            Fault::new(FaultKind::CellUnverifiable, *span, message).with_label("no value").with_remedy(remedy)
        }
    };
    if let (Some(defined), Some(first)) = (unclear.defined, fault.labels.first_mut()) {
        *first = SpanLabel { defined: Some(defined), ..first.clone() };
    }
    fault
}

/// The sign that separates the parts of a text, if it is always the same one.
fn separator(text: &str) -> Option<char> {
    let mut rest = text;
    let mut signs: Vec<char> = Vec::new();
    for part in parts(text) {
        let at = rest.find(part)?;
        signs.extend(rest[..at].chars().filter(|c| *c != ' '));
        rest = &rest[at + part.len()..];
    }
    signs.extend(rest.chars().filter(|c| *c != ' '));
    let first = *signs.first()?;
    (signs.iter().all(|sign| *sign == first) && !first.is_control() && !"\"'[]<>{}".contains(first)).then_some(first)
}
