//! Names beyond ASCII: one that imitates another is a finding of its own, unless another finding has named it.
//!
//! The roles of every account are looked at, since a role that only looks like the administrator's counts as none;
//! teams, scopes, views and user names those of API users, as the other rules do. A record of plain text costs nothing.

use std::collections::HashMap;

use super::batch::BatchContext;
use super::describe::{self, PlacedDiagnostic};
use super::observation::Observation;
use super::symbols::{ColumnSymbols, FieldsKey};
use crate::check::ShapeMatch;
use crate::check::name_difference::{common_skeleton, difference};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::diagnostic::{RecordRef, Severity};
use crate::fast::intern::{NO_SYMBOL, Symbol};
use crate::read::{Locator, RecordBatch};
use crate::record::list::ListCell;
use crate::record::name::UserName;
use crate::record::site::Site;
use crate::record::spoofing::{spoofed_user_name, spoofing};
use crate::record::{Field, FieldSet, Record};
use crate::source::Span;

/// The most names that are remembered. Real tenants have a few hundred.
const MAX_REMEMBERED: usize = 10_000;

/// What was found out about names, and the known names by their looks.
#[derive(Default)]
pub struct ConfusableNames {
    by_look: Option<HashMap<String, Vec<String>>>,
    /// What about a name is an imitation.
    found: HashMap<String, Option<String>>,
}

impl ConfusableNames {
    /// What about a role, team, group or view imitates something else, in words.
    fn of(&mut self, name: &str, site: &Site) -> Option<String> {
        if let Some(found) = self.found.get(name) {
            return found.clone();
        }
        let found = if site.lists.known.contains(name) { None } else { self.find(name, site) };
        if self.found.len() < MAX_REMEMBERED {
            self.found.insert(name.to_owned(), found.clone());
        }
        found
    }

    fn find(&mut self, name: &str, site: &Site) -> Option<String> {
        let known = self.by_look.get_or_insert_with(|| {
            let mut names: Vec<&String> = site.lists.known.iter().collect();
            names.sort_unstable();
            let mut by_look: HashMap<String, Vec<String>> = HashMap::new();
            for name in names {
                by_look.entry(common_skeleton(name)).or_default().push(name.clone());
            }
            by_look
        });
        let due = known.get(&common_skeleton(name)).and_then(|names| names.first());
        match due {
            Some(due) => {
                difference(name, due).map(|how| format!("looks like {} and is another name: {how}", quoted(due)))
            }
            None => spoofing(name).map(|how| format!("is not what it looks like: {how}")),
        }
    }
}

/// What is looked at of an API user, besides its roles and its user name.
const NAMES: [Field; 4] = [Field::Team, Field::Scope, Field::WfmViews, Field::MainView];

/// Which texts of the columns that are looked at are plain, and which records of the batch at hand hold others.
#[derive(Default)]
pub struct PlainNames {
    columns: Vec<PlainColumn>,
    /// By place; empty if all are plain.
    odd: Vec<bool>,
}

struct PlainColumn {
    field: Field,
    key: FieldsKey,
    /// All texts with smaller numbers are plain.
    plain_below: Symbol,
    /// By number: whether the others are.
    is_plain: HashMap<Symbol, bool>,
}

impl PlainNames {
    /// Prepares for the records of an input.
    pub fn new(symbols: &mut ColumnSymbols, present: FieldSet) -> Self {
        let there = NAMES.into_iter().filter(|field| present.has(*field));
        let column =
            |field| PlainColumn { field, key: symbols.list(&[field]), plain_below: 0, is_plain: HashMap::new() };
        Self { columns: there.map(column).collect(), odd: Vec::new() }
    }

    /// Looks at the records of a batch, column by column.
    pub fn update(&mut self, symbols: &ColumnSymbols, batch: &impl RecordBatch) {
        self.odd.clear();
        for column in &mut self.columns {
            let column_symbols = symbols.symbols(column.key).unwrap_or_default();
            if column_symbols.iter().copied().max().is_none_or(|most| most < column.plain_below) {
                continue;
            }
            let field = column.field;
            for (place, symbol) in column_symbols.iter().enumerate() {
                if *symbol >= column.plain_below && !column.learn(*symbol, || batch.record(place).is_ascii(&[field])) {
                    self.odd.resize(column_symbols.len(), false);
                    self.odd[place] = true;
                }
            }
        }
    }

    /// True if no name of these of the record at `place` can pose.
    #[inline]
    fn are_plain(&self, place: usize) -> bool {
        self.odd.get(place).is_none_or(|is_odd| !is_odd)
    }
}

impl PlainColumn {
    /// Whether the text with this number is plain.
    fn learn(&mut self, symbol: Symbol, is_plain: impl FnOnce() -> bool) -> bool {
        if symbol == NO_SYMBOL {
            return is_plain();
        }
        let is_plain = *self.is_plain.entry(symbol).or_insert_with(is_plain);
        // Numbers come up in order.
        if is_plain && symbol == self.plain_below {
            self.plain_below += 1;
        }
        is_plain
    }
}

/// True if a user name cannot pose: all is ASCII, and nothing stands for other letters.
#[inline(never)]
fn is_plain_name(name: &UserName<'_>) -> bool {
    name.is_ascii() && !has_punycode(name.text().as_bytes())
}

/// Whether a label of a domain may be written in punycode. Most names hold no hyphen at all.
fn has_punycode(name: &[u8]) -> bool {
    memchr::memchr(b'-', name).is_some() && name.windows(4).any(|window| window.eq_ignore_ascii_case(b"xn--"))
}

/// A name that is looked at.
struct Name {
    field: Field,
    text: String,
    span: Span,
}

impl PlainNames {
    /// True if no name of the API user at `place` of the batch, its roles apart, can be mistaken for another. `fit` is what
    /// is known of its user name by its shape.
    #[inline]
    pub fn is_plain(&self, name: Option<&UserName<'_>>, fit: Option<ShapeMatch>, place: usize) -> bool {
        let is_plain_name = match fit {
            Some(ShapeMatch { may_stand_for_others: false }) => true,
            _ => name.is_none_or(is_plain_name),
        };
        is_plain_name && self.are_plain(place)
    }
}

impl ConfusableNames {
    /// Reports the names of an account that look like others.
    #[cold]
    pub fn report(
        &mut self,
        record: &impl Record,
        is_api_user: bool,
        context: BatchContext<'_>,
        seen: &mut Observation,
        locator: &mut Locator<'_>,
    ) {
        let site = &context.run.site;
        let at = context.input.at();
        for name in names(record, is_api_user, site) {
            let is_user_name = name.field == Field::UserName;
            let why = if is_user_name {
                spoofed_user_name(&name.text).map(|how| format!("is not what it looks like: {how}"))
            } else {
                self.of(&name.text, site)
            };
            let Some(why) = why else { continue };
            let subject = describe::subject(record, at.file);
            if is_named_already(seen, &subject, &name) {
                continue;
            }
            let kind = if is_user_name { FaultKind::UserNameSpoofing } else { FaultKind::NameLookAlike };
            let message = format!("the {} {} {why}", what(name.field), quoted(&name.text));
            let fault = Fault::new(kind, name.span, message).with_label(why);
            seen.findings.add_of_record(Severity::Warning, || {
                let excerpt = record.excerpt(&[name.span]);
                describe::of_fault(&fault, Severity::Warning, Some(subject), Some(&excerpt), Some(at), Some(locator))
            });
        }
    }
}

/// True if a finding of this record, at least a warning, names a character here or in the same name elsewhere.
fn is_named_already(seen: &mut Observation, subject: &RecordRef, name: &Name) -> bool {
    let of_record = |placed: &&PlacedDiagnostic| {
        let known = placed.diagnostic.subject.as_ref();
        known.is_some_and(|known| known.number == subject.number && known.file == subject.file)
    };
    let shown = quoted(&name.text);
    seen.findings.latest_of_records().take_while(of_record).map(|placed| &placed.diagnostic).any(|found| {
        let Some(label) = found.labels.first() else { return false };
        let is_here = label.start.byte <= name.span.start && name.span.end <= label.end.byte;
        let names_it = label.message.contains("(U+") && (is_here || found.message.contains(&shown));
        found.severity >= Severity::Warning && names_it
    })
}

/// The names of an account that go beyond ASCII, and the user name.
fn names(record: &impl Record, is_api_user: bool, site: &Site) -> Vec<Name> {
    let mut names = Vec::new();
    let lists: &[Field] = if is_api_user { &[Field::Roles, Field::Scope, Field::WfmViews] } else { &[Field::Roles] };
    for field in lists {
        let ListCell::Items(list) = record.list(*field, &site.lists) else { continue };
        let odd = list.items.into_iter().filter(|item| !item.text.is_ascii());
        names.extend(odd.map(|item| Name { field: *field, text: item.text.into_owned(), span: item.span }));
    }
    let cells: &[Field] = if is_api_user { &[Field::Team, Field::MainView, Field::UserName] } else { &[] };
    for field in cells {
        let cell = record.cell(*field);
        let Some(value) = cell.value().filter(|value| *field == Field::UserName || !value.text.is_ascii()) else {
            continue;
        };
        names.push(Name { field: *field, text: value.text.to_string(), span: value.span });
    }
    names
}

/// What a name is, in words.
const fn what(field: Field) -> &'static str {
    match field {
        Field::Roles => "role",
        Field::Team => "team",
        Field::Scope => "group or team",
        Field::UserName => "user name",
        _ => "view",
    }
}
