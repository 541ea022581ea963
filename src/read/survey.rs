//! What a table seems to hold, for whoever writes its config: suggestions, without a cell that could be a name.

use std::collections::BTreeSet;

use super::columns::fold;
use super::header_words::{activity_word, is_administrator_word, suggested};
use super::headers::{Headers, read_headers};
use super::visitor::{RecordVisitor, VisitorSink};
use super::{Flow, Format, Input, Locator, ReadOptions, TableLayout};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::record::activity::built_in_activity;
use crate::record::date::{Date, DateOrder};
use crate::record::{Field, FieldSet, Record};

/// Rows that are tried as header rows.
const MAX_HEADER_ROW: u64 = 20;

/// What an input seems to hold.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Its headers.
    pub headers: Headers,
    /// Headers that are not known, each with the field that it may mean; no two of one field.
    pub suggested: Vec<(String, Field)>,
    /// The row of the headers, if it has to be declared.
    pub header_row: Option<u64>,
    /// What the cells hold.
    pub cells: CellSurvey,
}

/// What cells seem to hold.
#[derive(Clone, Debug, Default)]
pub struct CellSurvey {
    /// Days in an order that has to be declared; `None` in it if no day says which.
    pub date_order: Option<Option<DateOrder>>,
    /// Words of activity that have to be declared.
    pub active: BTreeSet<String>,
    /// The same for inactivity.
    pub inactive: BTreeSet<String>,
    /// Cells of activity hold other words.
    pub has_other_activity: bool,
    /// Lists hold commas and no other separator.
    pub has_commas: bool,
    /// A role that is called as the administrator's in another language.
    pub administrator: Option<String>,
    has_administrator: bool,
    has_rows_above: bool,
}

impl Survey {
    /// Looks at an input. A row is tried as the header row if none is found.
    ///
    /// # Errors
    /// A fault if there are no headers to read.
    pub fn of_input(input: &Input, format: Format, options: &ReadOptions<'_>) -> Result<Self, Fault> {
        let (headers, header_row) = match read_headers(&input.source, format, options) {
            Err(fault) if fault.kind == FaultKind::HeaderMissing && options.tables.header_row.is_none() => {
                likeliest_row(input, format, options).ok_or(fault)?
            }
            // A workbook without known headers reads without a fault.
            Ok(headers) if headers.is_empty() && options.tables.header_row.is_none() => {
                likeliest_row(input, format, options).ok_or_else(no_headers)?
            }
            found => (found?, options.tables.header_row),
        };
        let suggested = suggestions(&headers);
        let mut columns = options.columns.clone();
        columns.headers.extend(suggested.iter().map(|(header, field)| (*field, header.clone())));
        let mut cells = CellSurvey::default();
        let tables = TableLayout { header_row, ..options.tables };
        let options = ReadOptions { columns: &columns, tables, ..*options };
        if let Ok(opened) = format.open(&input.source) {
            opened.read(input, &options, &mut VisitorSink(&mut cells));
        }
        // Rows above a header row that is known have to be declared, too.
        let header_row = match cells.has_rows_above {
            true if header_row.is_none() => likeliest_row(input, format, &options).and_then(|(_, row)| row),
            _ => header_row,
        };
        Ok(Self { headers, suggested, header_row, cells })
    }

    /// The fields that its headers give, as known or as suggested.
    #[must_use]
    pub fn present(&self) -> FieldSet {
        let known = self.headers.known.iter().map(|(_, field)| field);
        let all = known.chain(self.suggested.iter().map(|(_, field)| field));
        all.fold(FieldSet::EMPTY, |set, field| set.with(*field))
    }
}

/// The row whose cells suggest the most fields, the first of several. A row of an account, which is never shown, suggests
/// few: at least three, and half of the cells.
fn likeliest_row(input: &Input, format: Format, options: &ReadOptions<'_>) -> Option<(Headers, Option<u64>)> {
    let mut best: Option<(usize, Headers, u64)> = None;
    for row in 1..=MAX_HEADER_ROW {
        let tables = TableLayout { header_row: Some(row), ..options.tables };
        let Ok(headers) = read_headers(&input.source, format, &ReadOptions { tables, ..*options }) else { continue };
        let fields = headers.known.len() + suggestions(&headers).len();
        let cells = headers.known.len() + headers.unknown.len();
        if fields < 3 || 2 * fields < cells {
            continue;
        }
        if best.as_ref().is_none_or(|(most, ..)| fields > *most) {
            best = Some((fields, headers, row));
        }
    }
    best.map(|(_, headers, row)| (headers, Some(row)))
}

fn no_headers() -> Fault {
    Fault::of_input(FaultKind::HeaderMissing, "no row reads like headers")
}

/// Each unknown header with the field that it may mean, if no other header gives that field.
fn suggestions(headers: &Headers) -> Vec<(String, Field)> {
    let mut taken = headers.known.iter().fold(FieldSet::EMPTY, |set, (_, field)| set.with(*field));
    let mut suggestions = Vec::new();
    for header in &headers.unknown {
        if let Some(field) = suggested(header).filter(|field| !taken.has(*field)) {
            taken = taken.with(field);
            suggestions.push((header.clone(), field));
        }
    }
    // Beside a first name, a name is the last one.
    let is_name = |header: &&String| ["name", "nom"].contains(&fold(header).as_str());
    if let Some(name) = headers.unknown.iter().find(is_name)
        && taken.has(Field::FirstName)
        && !taken.has(Field::LastName)
    {
        suggestions.push((name.clone(), Field::LastName));
    }
    suggestions
}

impl CellSurvey {
    fn look_at_day(&mut self, text: &str) {
        let day = text.split([' ', 'T']).next().unwrap_or(text);
        if Date::parse(day, None).is_some() {
            return;
        }
        let order = |order| Date::parse(day, Some(order)).map(|_| order);
        let known = match (order(DateOrder::DayFirst), order(DateOrder::MonthFirst)) {
            (None, None) => return,
            (Some(_), Some(_)) => None,
            (one, other) => one.or(other),
        };
        self.date_order = Some(self.date_order.flatten().or(known));
    }

    fn look_at_activity(&mut self, text: &str) {
        match (built_in_activity(text), activity_word(text)) {
            (Some(_), _) => {}
            (None, Some(true)) => drop(self.active.insert(text.to_owned())),
            (None, Some(false)) => drop(self.inactive.insert(text.to_owned())),
            (None, None) => self.has_other_activity = true,
        }
    }

    fn look_at_roles(&mut self, text: &str) {
        let separators = [';', '|', '\n'];
        self.has_commas |= text.contains(',') && !text.contains(separators);
        for role in text.split([';', '|', '\n', ',']).map(str::trim) {
            self.has_administrator |= role == "Administrator";
            if self.administrator.is_none() && is_administrator_word(role) {
                self.administrator = Some(role.to_owned());
            }
        }
        if self.has_administrator {
            self.administrator = None;
        }
    }
}

impl RecordVisitor for CellSurvey {
    fn record(&mut self, record: &dyn Record, _: &mut Locator<'_>) -> Flow {
        for field in [Field::Activated, Field::Deactivated] {
            if let Some(text) = record.text(field) {
                self.look_at_day(text.trim());
            }
        }
        if let Some(text) = record.text(Field::Active) {
            self.look_at_activity(text.trim());
        }
        if let Some(text) = record.text(Field::Roles) {
            self.look_at_roles(&text);
        }
        Flow::Continue
    }

    fn fault(&mut self, fault: &Fault) {
        self.has_rows_above |= fault.kind == FaultKind::RowsAboveHeader;
    }
}
