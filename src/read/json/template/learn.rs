//! What a template learns from an account that was read through a tree.

use super::{Key, Object, Role, Template};
use crate::read::keys::{KeyMap, Meaning};
use crate::read::person::{Stronger, stronger};
use crate::record::Field;
use crate::syntax::tree::{Kind, Node};

/// The most keys of one object: there is a bit for each.
const MOST_OF_OBJECT: usize = u64::BITS as usize;

/// The most keys of all. Real persons have fewer than a hundred.
const MOST_KEYS: usize = 1024;

/// How deep objects are learnt: far above what a tree may hold, so that nothing deeper is ever taken.
const DEEPEST: usize = 16;

/// Where an object stands.
#[derive(Clone, Copy)]
enum Part {
    Account,
    Scope,
    Entry,
    Silent,
}

impl Template {
    /// Learns what the account `node` looks like. It was read, and nothing was wrong with it.
    pub(in crate::read::json) fn learn(&mut self, node: Node<'_>, book: &mut KeyMap) {
        if self.cache_policy.ask(0) {
            self.account.learn(node, Part::Account, 0, &mut self.keys, book);
            self.account.learn_asides(node);
        }
    }
}

impl Object {
    fn learn(&mut self, node: Node<'_>, part: Part, depth: usize, count: &mut usize, book: &mut KeyMap) {
        if depth > DEEPEST {
            return;
        }
        let mut next = 0;
        for child in node.children() {
            let Some(written) = as_written(child) else { continue };
            let known = self.keys.iter().position(|key| *key.written == *written);
            if known.is_none() && (self.keys.len() >= MOST_OF_OBJECT || *count >= MOST_KEYS) {
                continue;
            }
            let number = known.unwrap_or_else(|| {
                *count += 1;
                let role = role(part, child.key().unwrap_or_default(), book);
                self.keys.insert(next, Key::new(written, role));
                next
            });
            next = number + 1;
            let key = &mut self.keys[number];
            let (object, entries) = key.parts();
            match child.kind() {
                Kind::Object => key.object.learn(child, object, depth + 1, count, book),
                Kind::Array => {
                    for entry in child.children().filter(|entry| entry.kind() == Kind::Object) {
                        key.entries.learn(entry, entries, depth + 1, count, book);
                    }
                }
                _ => {}
            }
        }
    }

    /// Notes of which keys the book knows that another one goes before them.
    fn learn_asides(&mut self, node: Node<'_>) {
        let mut holders: [Option<(usize, Meaning)>; Field::COUNT] = [None; Field::COUNT];
        for child in node.children() {
            let written = as_written(child).unwrap_or_default();
            let Some(number) = self.keys.iter().position(|key| *key.written == *written) else { continue };
            let Role::Field(field, meaning) = self.keys[number].role else { continue };
            let holder = &mut holders[field.index()];
            match holder.map(|(earlier, before)| (earlier, stronger(before, meaning))) {
                None => *holder = Some((number, meaning)),
                Some((_, Stronger::Earlier)) => self.keys[number].is_aside = true,
                Some((earlier, Stronger::Later)) => {
                    self.keys[earlier].is_aside = true;
                    *holder = Some((number, meaning));
                }
                Some((_, Stronger::Neither)) => {}
            }
        }
    }
}

impl Key {
    fn new(written: &[u8], role: Role) -> Self {
        Self { written: written.into(), role, is_aside: false, object: Object::default(), entries: Object::default() }
    }

    /// What an object below it is, and what those of a list below it are.
    const fn parts(&self) -> (Part, Part) {
        match self.role {
            Role::Field(Field::Scope, _) => (Part::Scope, Part::Entry),
            Role::Field(field, _) if field.is_list() => (Part::Silent, Part::Entry),
            Role::Level => (Part::Entry, Part::Entry),
            _ => (Part::Silent, Part::Silent),
        }
    }
}

/// What a key of an object is there for.
fn role(part: Part, key: &str, book: &mut KeyMap) -> Role {
    match (part, key) {
        (Part::Account, _) => {
            let meaning = book.look_up(key);
            meaning.field().map_or(Role::Silent, |field| Role::Field(field, meaning))
        }
        (Part::Scope, _) => Role::Level,
        (Part::Entry, "name" | "label") => Role::Name,
        (Part::Entry, "id" | "groupId") => Role::Id,
        (Part::Entry, "mainView" | "isAdminDefault" | "isAgentDefault") => Role::Mark,
        (Part::Entry | Part::Silent, _) => Role::Silent,
    }
}

/// The key of a value as it is written, with its quotes and the colon. Nothing where it is written in any other way
/// than most are: with escapes, or with space before the colon.
fn as_written(node: Node<'_>) -> Option<&[u8]> {
    let (source, base) = node.source();
    let span = node.key_span()?;
    let index = |byte: u64| usize::try_from(byte.checked_sub(base)?).ok();
    let (start, end) = (index(span.start)?, index(span.end)?);
    let written = source.as_bytes().get(start.checked_sub(1)?..end + 2)?;
    (source.get(start..end) == node.key() && written.ends_with(b"\":")).then_some(written)
}
