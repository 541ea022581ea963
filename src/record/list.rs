//! Cells that hold several names: where they are split, and what each item says beyond its name.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hashbrown::HashSet;

use crate::source::Span;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListCell<'a> {
    /// The file has no such column or key.
    Absent,
    /// The cell is empty, or a list of nothing.
    Blank(Span),
    Items(ListItems<'a>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListItems<'a> {
    /// The whole cell, inside its quotes and without the space around it.
    pub whole: Span,
    /// Where a YAML alias defines the list, if the cell is one.
    pub defined: Option<Span>,
    /// True if the format itself marks the main view, as the API does.
    pub says_main: bool,
    pub items: Vec<ListItem<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListItem<'a> {
    pub text: Cow<'a, str>,
    /// The name alone, without a mark.
    pub span: Span,
    /// Where a YAML alias defines the item, if it is one.
    pub defined: Option<Span>,
    /// `text` is a number that only a catalogue can turn into a name.
    pub is_id: bool,
    /// Of a view: it is marked as the main one.
    pub is_main: bool,
    /// Of a scope: the level of the organisation, if the format says it.
    pub level: ScopeLevel,
    /// `isAdminDefault` of a role of the API.
    pub is_admin_default: Option<bool>,
    /// `isAgentDefault` of a role of the API.
    pub is_agent_default: Option<bool>,
}

/// The level of the organisation that an entry of a scope names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ScopeLevel {
    /// Not said, as in tables.
    #[default]
    Any,
    /// The tenant with all its teams.
    Tenant,
    Group,
    Team,
}

impl ScopeLevel {
    /// What the format says it is; `None` if it does not.
    #[must_use]
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Tenant => Some("tenant"),
            Self::Group => Some("group"),
            Self::Team => Some("team"),
        }
    }
}

impl<'a> ListItem<'a> {
    pub const fn named(text: Cow<'a, str>, span: Span) -> Self {
        Self {
            text,
            span,
            defined: None,
            is_id: false,
            is_main: false,
            level: ScopeLevel::Any,
            is_admin_default: None,
            is_agent_default: None,
        }
    }
}

impl ListItem<'_> {
    /// Copies the text.
    pub fn into_owned(self) -> ListItem<'static> {
        let rest = self.without_text();
        ListItem { text: Cow::Owned(self.text.into_owned()), ..rest }
    }

    const fn without_text(&self) -> ListItem<'static> {
        ListItem {
            text: Cow::Borrowed(""),
            span: self.span,
            defined: self.defined,
            is_id: self.is_id,
            is_main: self.is_main,
            level: self.level,
            is_admin_default: self.is_admin_default,
            is_agent_default: self.is_agent_default,
        }
    }
}

/// Names that hold a separator, and whether a cell held each. Clones share what was found.
#[derive(Clone, Debug, Default)]
pub struct WholeNames {
    /// The longest first, so that a name is found before another that is a part of it.
    names: Vec<String>,
    is_found: Arc<[AtomicBool]>,
}

impl WholeNames {
    pub fn new(mut names: Vec<String>) -> Self {
        names.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        names.dedup();
        let is_found = names.iter().map(|_| AtomicBool::new(false)).collect();
        Self { names, is_found }
    }

    pub fn iter(&self) -> impl Iterator<Item = &String> {
        self.names.iter()
    }

    /// The names that no cell held so far.
    pub fn unfound(&self) -> impl Iterator<Item = &String> {
        let is_unfound = |(_, is_found): &(&String, &AtomicBool)| !is_found.load(Ordering::Relaxed);
        self.names.iter().zip(&*self.is_found).filter(is_unfound).map(|(name, _)| name)
    }

    /// True for one of the names; it is found then.
    fn contains(&self, name: &str) -> bool {
        let number = self.names.iter().position(|whole| whole == name);
        number.inspect(|number| self.set_found(*number)).is_some()
    }

    fn set_found(&self, number: usize) {
        // Threads only ever set it, so the order in which they do is of no account.
        self.is_found[number].store(true, Ordering::Relaxed);
    }
}

/// How a site writes lists in cells.
#[derive(Clone, Debug, Default)]
pub struct ListSyntax {
    /// Separators that the config adds.
    pub separators: Vec<char>,
    /// Names that are never split.
    pub whole: WholeNames,
    /// Names of roles, teams, groups, views and the tenant: a comma separates if every part is one of them.
    pub known: HashSet<String>,
    /// Those of them that nobody has on this site for certain: a comma separates them, and they make nothing ambiguous.
    pub customary: HashSet<String>,
}

impl ListSyntax {
    /// Splits the text of a cell that begins at byte `start`. `decode` undoes the quoting of one item.
    pub fn split<'a>(&self, raw: &'a str, start: u64, decode: impl Fn(&'a str) -> Cow<'a, str>) -> ListCell<'a> {
        let whole = trimmed(raw, start);
        let Some((whole_raw, whole)) = whole else { return ListCell::Blank(Span::at(start)) };
        let pieces = self.pieces(whole_raw, &decode);
        let at = |piece: &str| whole.start + (piece.as_ptr() as usize - whole_raw.as_ptr() as usize) as u64;
        let items: Vec<_> = pieces
            .into_iter()
            .filter_map(|piece| trimmed(piece, at(piece)))
            .map(|(piece, span)| ListItem::named(decode(piece), span))
            .collect();
        if items.is_empty() {
            ListCell::Blank(Span::at(start))
        } else {
            ListCell::Items(ListItems { whole, defined: None, says_main: false, items })
        }
    }

    /// True if `name` is a whole name of this site.
    pub fn is_declared(&self, name: &str) -> bool {
        (self.known.contains(name) && !self.customary.contains(name)) || self.whole.contains(name)
    }

    /// The parts between separators. A comma separates only if nothing else does and either the config says so or
    /// every part is a known name: names may hold commas.
    fn pieces<'a>(&self, raw: &'a str, decode: &impl Fn(&'a str) -> Cow<'a, str>) -> Vec<&'a str> {
        const CERTAIN: [char; 4] = [';', '|', '\n', '\r'];
        let whole = self.whole_names(raw);
        let certain = split_outside(raw, &CERTAIN, &whole);
        if certain.len() > 1 {
            return certain;
        }
        if !self.separators.is_empty() {
            return split_outside(raw, &self.separators, &whole);
        }
        let by_comma = split_outside(raw, &[','], &whole);
        let is_known = |piece: &&'a str| {
            let decoded = decode(piece.trim_ascii());
            let name = unmarked(&decoded).0;
            self.known.contains(name) || self.whole.contains(name)
        };
        if by_comma.len() > 1 && by_comma.iter().all(is_known) { by_comma } else { certain }
    }

    /// Where names that are declared whole are written in `raw`, between separators or its ends: the longest first.
    fn whole_names(&self, raw: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let is_separator = |c: char| matches!(c, ';' | '|' | '\n' | '\r' | ',') || self.separators.contains(&c);
        for (number, name) in self.whole.names.iter().enumerate() {
            for (at, _) in raw.match_indices(name.as_str()) {
                let range = at..at + name.len();
                let (before, after) =
                    (raw[..range.start].trim_end_matches(' '), raw[range.end..].trim_start_matches(' '));
                let after = after.strip_prefix('*').unwrap_or(after);
                let mark = after.get(.."(main)".len()).filter(|mark| mark.eq_ignore_ascii_case("(main)"));
                let after = after[mark.map_or(0, str::len)..].trim_start_matches(' ');
                let is_bounded = (before.is_empty() || before.ends_with(is_separator))
                    && (after.is_empty() || after.starts_with(is_separator));
                if is_bounded && !found.iter().any(|known| known.start < range.end && range.start < known.end) {
                    self.whole.set_found(number);
                    found.push(range);
                }
            }
        }
        found
    }
}

/// The parts of `raw` between separators that lie in none of the ranges `whole`.
fn split_outside<'a>(raw: &'a str, separators: &[char], whole: &[Range<usize>]) -> Vec<&'a str> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    let mut cut = |at: usize, length: usize| {
        if !whole.iter().any(|range| range.contains(&at)) {
            pieces.push(&raw[start..at]);
            start = at + length;
        }
    };
    if separators.iter().all(char::is_ascii) {
        let is_separator = |byte: u8| separators.iter().any(|separator| u32::from(*separator) == u32::from(byte));
        raw.bytes().enumerate().filter(|(_, byte)| is_separator(*byte)).for_each(|(at, _)| cut(at, 1));
    } else {
        raw.match_indices(separators).for_each(|(at, separator)| cut(at, separator.len()));
    }
    pieces.push(&raw[start..]);
    pieces
}

/// `raw` without the space around it, and its span; `None` if only space is left.
#[inline]
pub fn trimmed(raw: &str, start: u64) -> Option<(&str, Span)> {
    let bytes = raw.as_bytes();
    let (first, last) = (*bytes.first()?, *bytes.last()?);
    if first > b' ' && last > b' ' {
        // As nearly every cell is.
        return Some((raw, Span::new(start, start + bytes.len() as u64)));
    }
    let from_start = raw.trim_ascii_start();
    let start = start + (raw.len() - from_start.len()) as u64;
    let text = from_start.trim_ascii_end();
    (!text.is_empty()).then(|| (text, Span::new(start, start + text.len() as u64)))
}

/// A view's name without the mark of the main view (`(main)` or `*` after it), and whether it had one.
pub fn unmarked(name: &str) -> (&str, bool) {
    let bare = match name.strip_suffix('*') {
        Some(bare) => Some(bare),
        None => name
            .len()
            .checked_sub("(main)".len())
            .filter(|at| name.is_char_boundary(*at) && name[*at..].eq_ignore_ascii_case("(main)"))
            .map(|at| &name[..at]),
    };
    match bare.map(str::trim_ascii_end) {
        Some(bare) if !bare.is_empty() => (bare, true),
        _ => (name, false),
    }
}

impl ListItems<'_> {
    /// Takes the marks of the main view off the names. If `is_as_written`, the text of an item equals the text of
    /// its span, and the mark can be cut off the span too.
    pub fn take_marks(&mut self, is_as_written: impl Fn(&ListItem<'_>) -> bool) {
        for item in &mut self.items {
            let (bare, is_main) = unmarked(&item.text);
            if is_main {
                let cut = (item.text.len() - bare.len()) as u64;
                let bare = bare.to_owned();
                item.span.end -= if is_as_written(item) { cut } else { 0 };
                item.text = Cow::Owned(bare);
                item.is_main = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(lists: &ListSyntax, raw: &str) -> Vec<(String, Span)> {
        match lists.split(raw, 100, Cow::Borrowed) {
            ListCell::Items(items) => items.items.into_iter().map(|item| (item.text.into_owned(), item.span)).collect(),
            ListCell::Blank(_) | ListCell::Absent => Vec::new(),
        }
    }

    fn names(lists: &ListSyntax, raw: &str) -> Vec<String> {
        split(lists, raw).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn certain_separators_always_split() {
        let lists = ListSyntax::default();
        for raw in ["A;B", " A ; B ", "A|B", "A\nB", "A\r\nB", "A;;B;", "A; |B"] {
            assert_eq!(names(&lists, raw), ["A", "B"], "{raw:?}");
        }
        for raw in ["", "  ", ";", " | "] {
            assert!(names(&lists, raw).is_empty(), "{raw:?}");
        }
    }

    #[test]
    fn a_comma_splits_only_known_names() {
        let lists =
            ListSyntax { known: ["A".to_owned(), "B".to_owned()].into_iter().collect(), ..ListSyntax::default() };
        assert_eq!(names(&lists, "A, B"), ["A", "B"]);
        assert_eq!(names(&lists, "A, B (main)"), ["A", "B (main)"]);
        assert_eq!(names(&lists, "A, C"), ["A, C"]);
        assert_eq!(names(&lists, "A, B; C"), ["A, B", "C"]);
        let declared = ListSyntax { separators: vec![','], ..ListSyntax::default() };
        assert_eq!(names(&declared, "A, C"), ["A", "C"]);
    }

    #[test]
    fn a_name_that_is_declared_whole_is_never_split() {
        let lists = ListSyntax {
            separators: vec![',', '/'],
            whole: WholeNames::new(["Lead, Quality; North", "Lead, Quality", "A/B"].map(str::to_owned).into()),
            ..ListSyntax::default()
        };
        assert_eq!(names(&lists, "Lead, Quality, Agent"), ["Lead, Quality", "Agent"]);
        assert_eq!(names(&lists, "A/B/Lead, Quality; North"), ["A/B", "Lead, Quality; North"]);
        assert_eq!(names(&lists, "Lead, Quality (main)"), ["Lead, Quality (main)"]);
        assert_eq!(names(&lists, "Team Lead, Quality"), ["Team Lead", "Quality"]);
    }

    #[test]
    fn spans_cover_the_items_alone() {
        let raw = "  Operations ;Billing ";
        for (name, span) in split(&ListSyntax::default(), raw) {
            assert_eq!(&raw[(span.start - 100) as usize..(span.end - 100) as usize], name);
        }
    }

    #[test]
    fn whole_names_that_no_cell_holds_are_known() {
        let whole = WholeNames::new(["A, B", "C/D", "E, F"].map(str::to_owned).into());
        let lists = ListSyntax { whole, ..ListSyntax::default() };
        names(&lists.clone(), "x; A, B");
        assert!(lists.is_declared("C/D"));
        assert_eq!(lists.whole.unfound().collect::<Vec<_>>(), ["E, F"], "clones share what was found");
    }

    #[test]
    fn marks_come_off() {
        for (name, bare) in [("V (main)", "V"), ("V(MAIN)", "V"), ("V *", "V"), ("V*", "V")] {
            assert_eq!(unmarked(name), (bare, true), "{name}");
        }
        for name in ["V", "*", "(main)", "V (maintenance)", "é"] {
            assert_eq!(unmarked(name), (name, false), "{name}");
        }
    }
}
