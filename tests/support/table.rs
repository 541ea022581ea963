//! The world as a CSV file, in the styles that tables come in, with every value's place marked.
//! It writes its own CSV: a library's would not say where a cell went.

use super::documents::{COLUMNS, cell};
use super::page::Page;
use super::workbook::{Workbook, rows_of_texts};
use super::world::World;

/// A way to write a table.
#[derive(Clone, Copy)]
pub struct Style {
    pub newline: &'static str,
    pub bom: bool,
    /// Every cell in quotes.
    pub quoted: bool,
    /// A blank line after every line.
    pub gaps: bool,
    pub shuffled: bool,
    /// Spaces around every value.
    pub padded: bool,
    /// What parts the items of a list.
    pub between: &'static str,
    /// No column for the main view: it is marked so in the views column.
    pub mark: Option<&'static str>,
    /// Other headers that are taken without configuration.
    pub aliases: bool,
    /// The last line is not ended.
    pub open_end: bool,
}

pub const PLAIN: Style = Style {
    newline: "\n",
    bom: false,
    quoted: false,
    gaps: false,
    shuffled: false,
    padded: false,
    between: ";",
    mark: None,
    aliases: false,
    open_end: false,
};

const ALIASES: [(&str, &str); 10] = [
    ("first-name", "given_name"),
    ("last-name", "SURNAME"),
    ("user-name", "EMAIL_ADDRESS"),
    ("roles", " assigned-roles "),
    ("team", "Team_Name"),
    ("scope", "groups and teams"),
    ("active", "Enabled"),
    ("activated", "Start Date"),
    ("deactivated", "leaving-date"),
    ("created-by", "Requested By"),
];

/// Writes `people.csv`.
pub fn table(world: &World, style: Style) -> Page {
    let mut page = Page::new("people.csv");
    let mut columns: Vec<_> = COLUMNS.iter().copied().filter(|(field, _, _)| world.has(field)).collect();
    columns.retain(|(field, _, _)| style.mark.is_none() || *field != "main-view");
    if style.shuffled {
        columns.reverse();
        columns.rotate_left(5);
    }
    page.push(if style.bom { "\u{feff}" } else { "" });
    for (place, (field, header, _)) in columns.iter().enumerate() {
        let alias = ALIASES.iter().find(|(of, _)| style.aliases && of == field);
        page.push(if place == 0 { "" } else { "," });
        write_cell(&mut page, style, &[alias.map_or(*header, |(_, alias)| alias)], None);
    }
    for (who, _) in world.accounts.iter().enumerate() {
        page.push(if style.gaps { style.newline.repeat(2) } else { style.newline.to_owned() }.as_str());
        let start = page.text.len();
        for (place, (field, _, _)) in columns.iter().enumerate() {
            page.push(if place == 0 { "" } else { "," });
            write_cell(&mut page, style, &cell(&world.accounts[who], field), Some((who, field)));
        }
        page.mark((who, "record", None), start..page.text.len(), false);
    }
    page.push(if style.open_end { "" } else { style.newline });
    page
}

/// Writes `people.xlsx`, with one sheet. Its text is the cells, one a line.
pub fn sheet(world: &World) -> Page {
    let mut page = Page::new("people.xlsx");
    let columns: Vec<_> = COLUMNS.iter().copied().filter(|(field, _, _)| world.has(field)).collect();
    let mut rows = vec![columns.iter().map(|(_, header, _)| (*header).to_owned()).collect::<Vec<_>>()];
    for (who, account) in world.accounts.iter().enumerate() {
        let first = page.text.len();
        let mut row = Vec::new();
        for (place, (field, _, _)) in columns.iter().enumerate() {
            let start = page.text.len();
            page.cells.insert(start, format!("{}{}", column_name(place), who + 2));
            write_cell(&mut page, PLAIN, &cell(account, field), Some((who, field)));
            row.push(cell(account, field).join(PLAIN.between));
            page.push("\n");
        }
        page.mark((who, "record", None), first..first, true);
        rows.push(row);
    }
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    page.workbook = Some(Workbook::with_rows(&rows_of_texts(&rows)).bytes());
    page
}

fn column_name(place: usize) -> char {
    char::from(b'A' + u8::try_from(place).expect("there are few columns"))
}

fn write_cell(page: &mut Page, style: Style, items: &[&str], of: Option<(usize, &'static str)>) {
    let special = |text: &str| text.contains([',', '"', '\n', '\r']);
    let quoted = style.quoted || items.iter().any(|item| special(item)) || items.len() > 1 && special(style.between);
    let padding = if style.padded { "  " } else { "" };
    page.push(if quoted { "\"" } else { "" });
    page.push(padding);
    let start = page.text.len();
    for (place, item) in items.iter().enumerate() {
        page.push(if place == 0 { "" } else { style.between });
        let from = page.text.len();
        page.push(&item.replace('"', "\"\""));
        let range = from..page.text.len();
        let Some((who, field)) = of else { continue };
        page.mark((who, field, Some(place)), range.clone(), false);
        if field == "wfm-views" && place == 0 && style.mark.is_some() {
            page.push(style.mark.unwrap_or_default());
            page.mark((who, "main-view", None), range, false);
        }
    }
    let end = page.text.len();
    page.push(padding);
    if let Some((who, field)) = of {
        let blank = page.text[start..end].trim().is_empty();
        // A cell of spaces is blank: an empty span, but anywhere in the cell.
        let whole = if blank { start - padding.len()..page.text.len() } else { start..end };
        let loose = blank && !whole.is_empty();
        page.mark((who, field, None), whole, loose);
    }
    page.push(if quoted { "\"" } else { "" });
}
