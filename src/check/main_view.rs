//! `main-view`: one certain view is the main WFM view.
//!
//! - **What it checks.** The cell of the main view, or the view marked as main in the list of views, is
//!   exactly `view`.
//! - **Parameters.** `view`: the view's name.
//! - **Example.** `[check.main-view]` with `view = "EnterpriseView"`.
//! - **Edge cases.** A single view without a mark is the main one in a table, but not in a document, which
//!   marks it. Several without a mark are not determinable in a table. On a tenant without classic WFM the
//!   check is not applicable.

use serde::{Deserialize, Serialize};

use super::name_difference::difference;
use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::identification::canonical_list;
use crate::diagnostic::visible::quoted;
use crate::record::list::{ListCell, ListItem, ListItems};
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct MainViewCheck {
    view: String,
}

impl RecordCheck for MainViewCheck {
    fn validate(&self) -> Result<(), &'static str> {
        if self.view.is_empty() { Err("`view` is empty") } else { Ok(()) }
    }

    fn reads(&self, present: FieldSet) -> FieldSet {
        // A mark in the list of views may contradict the cell of the main view.
        let views = FieldSet::EMPTY.with(Field::WfmViews);
        if present.has(Field::MainView) { views.with(Field::MainView) } else { views }
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        if !site.has_wfm_views {
            return Judgement::NotApplicable(Reason::Other("the tenant is declared to have no classic WFM views"));
        }
        match record.cell(Field::MainView) {
            Cell::Absent => self.judge_list(record, site),
            Cell::Blank(span) => self.none(SpanLabel::new(span)),
            Cell::Value(value) if value.text == self.view => Judgement::Pass,
            Cell::Value(value) => self.another(&value.text, SpanLabel::from(&value)),
        }
    }
}

impl MainViewCheck {
    fn judge_list(&self, record: &dyn Record, site: &Site) -> Judgement {
        let list = match record.list(Field::WfmViews, &site.lists) {
            ListCell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(Field::MainView)),
            ListCell::Blank(span) => return self.none(SpanLabel::new(span)),
            ListCell::Items(list) => list,
        };
        match main_view(&list, &self.view) {
            MarkedView::One(view) if view.is_id => {
                Judgement::NotDeterminable(Reason::Other("the main view is only a number"))
            }
            MarkedView::One(view) if view.text == self.view => Judgement::Pass,
            MarkedView::One(view) => {
                let wrong = || list.items.iter().filter(|one| one.is_main && one.text != self.view);
                let mark = SpanLabel::from(view);
                // All of them are told: whoever accepts one has not seen a second one beside it.
                match wrong().count() {
                    0 | 1 => self.another(&view.text, mark),
                    _ => self.another(&canonical_list(wrong().map(|one| one.text.as_ref())), mark),
                }
            }
            MarkedView::None => {
                let mark = SpanLabel::from(&list);
                self.none(mark)
            }
            MarkedView::Unclear => Judgement::NotDeterminable(Reason::Other(
                "an account has several WFM views and none is marked as the main one",
            )),
        }
    }

    fn none(&self, mark: SpanLabel) -> Judgement {
        let message = format!("no main WFM view is set; expected `{}`", self.view);
        Judgement::Fail(vec![Violation::new(Field::MainView, "", mark.with_message("no main view"), message)])
    }

    fn another(&self, found: &str, mark: SpanLabel) -> Judgement {
        let message = format!("the main WFM view is {}, not `{}`", quoted(found), self.view);
        let near = difference(found, &self.view).unwrap_or_else(|| format!("not `{}`", self.view));
        Judgement::Fail(vec![Violation::new(Field::MainView, found, mark.with_message(near), message)])
    }
}

/// The main view of an account, if it is certain.
#[must_use]
pub(crate) fn main_view_of(record: &(impl Record + ?Sized), site: &Site) -> Option<String> {
    match (record.cell(Field::MainView), record.list(Field::WfmViews, &site.lists)) {
        (Cell::Value(value), _) => Some(value.text.into_owned()),
        (Cell::Absent, ListCell::Items(list)) => match main_view(&list, "") {
            MarkedView::One(view) if !view.is_id => Some(view.text.to_string()),
            _ => None,
        },
        _ => None,
    }
}

enum MarkedView<'l, 'a> {
    One(&'l ListItem<'a>),
    None,
    Unclear,
}

/// The main view of a list. Of several marked ones, one that is not due decides: it is *a* main view.
fn main_view<'l, 'a>(list: &'l ListItems<'a>, due: &str) -> MarkedView<'l, 'a> {
    let marked = || list.items.iter().filter(|view| view.is_main);
    if let Some(view) = marked().find(|view| view.text != due).or_else(|| marked().next()) {
        return MarkedView::One(view);
    }
    if list.says_main {
        return MarkedView::None;
    }
    match list.items.as_slice() {
        [only] => MarkedView::One(only),
        _ => MarkedView::Unclear,
    }
}
