//! TOML as nearly all files have it, straight into the tree: a third of the work of the `toml` crate, which every start and
//! every rule of a site pays for.
//!
//! Whatever it does not take with certainty it leaves to that crate: dates, floats, dotted keys, escapes by number, tables
//! that are told in several places, and all that is wrong. A law holds both to the same trees.

mod value;

use crate::syntax::tree::{NodeKind, ScalarText, Tree};

/// The most keys of one table, and the deepest nesting, that are worth it here.
const MAX_KEYS: usize = 64;
const MAX_PLAIN_DEPTH: usize = 16;

/// Reads `text` into the empty `tree`. `None` if it is not plain; the tree then holds a part.
pub(super) fn parse(text: &str, base: u64, tree: &mut Tree) -> Option<()> {
    // A line feed alone ends a line, and no byte order mark comes first.
    if text.contains('\r') || text.starts_with('\u{feff}') {
        return None;
    }
    let mut parser = SubsetParser { text, base, at: 0, tree, open: Vec::new(), decoded: String::new() };
    parser.document()
}

struct SubsetParser<'t, 'o> {
    text: &'t str,
    base: u64,
    at: usize,
    tree: &'o mut Tree,
    /// The root, and the tables and lists of tables of the headers since.
    open: Vec<OpenTable<'t>>,
    /// Where strings with escapes are decoded.
    decoded: String,
}

/// A table, or a list of tables, that is not closed yet.
struct OpenTable<'t> {
    /// Its index in the tree.
    index: usize,
    /// Its key; empty for the root and the items of a list.
    key: &'t str,
    kind: OpenKind,
    /// The offset after the last of it.
    end: usize,
    keys: Vec<&'t str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenKind {
    /// Of a header: it begins with its first key.
    Table,
    /// Only named on the way to another.
    Implicit,
    /// A list of tables.
    List,
}

/// A key, and its place with quotes and inside of them.
struct SubsetKey<'t> {
    text: &'t str,
    start: usize,
    inner: (usize, usize),
}

impl<'t> SubsetParser<'t, '_> {
    fn document(&mut self) -> Option<()> {
        let index = self.tree.open(NodeKind::Object, self.byte(0));
        self.push(index, "", OpenKind::Table, 0);
        loop {
            self.skip_lines()?;
            match self.peek() {
                None => break,
                Some(b'[') => self.header()?,
                Some(_) => {
                    let key = self.key()?;
                    self.skip_space();
                    self.take(b'=')?;
                    self.skip_space();
                    self.add_key(&key)?;
                    let end = self.value(0)?;
                    self.extend(end);
                }
            }
            self.skip_space();
            if !matches!(self.peek(), None | Some(b'\n' | b'#')) {
                return None;
            }
        }
        self.close_to(0);
        Some(())
    }

    /// Reads `[a.b]` or `[[a]]`, closes what it leaves and opens what it names.
    fn header(&mut self) -> Option<()> {
        let start = self.at;
        let is_list = self.text[start..].starts_with("[[");
        self.at += 1 + usize::from(is_list);
        let mut path = Vec::new();
        loop {
            self.skip_space();
            path.push(self.key()?);
            self.skip_space();
            match self.peek()? {
                b'.' if path.len() < MAX_PLAIN_DEPTH => self.at += 1,
                _ => break,
            }
        }
        self.take(b']')?;
        if is_list {
            self.take(b']')?;
        }
        if is_list { self.open_item(path, start) } else { self.open_table(path, start) }
    }

    fn open_table(&mut self, path: Vec<SubsetKey<'t>>, start: usize) -> Option<()> {
        let open = &self.open[1..];
        let shared = path.iter().zip(open).take_while(|(key, table)| key.text == table.key).count();
        if shared == path.len() || open[..shared].iter().any(|table| table.kind == OpenKind::List) {
            return None;
        }
        self.close_to(shared + 1);
        let last = path.len() - 1;
        for (at, key) in path.iter().enumerate().skip(shared) {
            self.add_key(key)?;
            let (start, end, kind) =
                if at == last { (start, self.at, OpenKind::Table) } else { (key.start, key.start, OpenKind::Implicit) };
            let index = self.tree.open(NodeKind::Object, self.byte(start));
            self.push(index, key.text, kind, end);
        }
        Some(())
    }

    /// Opens the next table of a list of tables, which lies in the root.
    fn open_item(&mut self, path: Vec<SubsetKey<'t>>, start: usize) -> Option<()> {
        let [key] = path.as_slice() else { return None };
        match self.open.get(1) {
            Some(list) if list.key == key.text && list.kind == OpenKind::List => self.close_to(2),
            _ => {
                self.close_to(1);
                self.add_key(key)?;
                let index = self.tree.open(NodeKind::Array, self.byte(start));
                self.push(index, key.text, OpenKind::List, self.at);
            }
        }
        let index = self.tree.open(NodeKind::Object, self.byte(start));
        self.push(index, "", OpenKind::Table, self.at);
        Some(())
    }

    fn push(&mut self, index: usize, key: &'t str, kind: OpenKind, end: usize) {
        self.open.push(OpenTable { index, key, kind, end, keys: Vec::new() });
    }

    /// Closes all but the first `count`.
    fn close_to(&mut self, count: usize) {
        while self.open.len() > count {
            let Some(table) = self.open.pop() else { return };
            self.tree.close(table.index, self.base + table.end as u64);
            self.extend(table.end);
        }
    }

    /// The innermost open table reaches to `end` at least.
    fn extend(&mut self, end: usize) {
        if let Some(table) = self.open.last_mut() {
            table.end = table.end.max(end);
        }
    }

    /// Adds a key to the innermost open table. `None` if it was there before.
    fn add_key(&mut self, key: &SubsetKey<'t>) -> Option<()> {
        let start = self.byte(key.start);
        let table = self.open.last_mut()?;
        if table.kind == OpenKind::Table && table.keys.is_empty() {
            self.tree.set_start(table.index, start);
        }
        let is_new = add_to(&mut table.keys, key.text);
        self.tree_key(key);
        is_new
    }

    fn tree_key(&mut self, key: &SubsetKey<'t>) {
        self.tree.key(self.span(key.inner.0, key.inner.1), ScalarText::AsWritten);
    }
}

/// `None` if the key is there, or there are too many.
fn add_to<'t>(keys: &mut Vec<&'t str>, key: &'t str) -> Option<()> {
    if keys.len() == MAX_KEYS || keys.contains(&key) {
        return None;
    }
    keys.push(key);
    Some(())
}
