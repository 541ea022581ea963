//! Accounts read by what those before them looked like.
//!
//! A document has the same keys account after account. A [`Template`] remembers which keys the objects at each
//! place had, and what they mean: the next account is then read without a tree, its keys compared instead of
//! looked up, and only where values stand is kept. Whatever was not seen before, and whatever needs a second
//! look, is left to the way through the tree (`input/json.rs`, `input/person.rs`): nothing is taken here that
//! would be refused there.

mod learn;
#[cfg(test)]
mod tests;
mod text;

use super::entries::{Entries, Place};
use crate::read::keys::Meaning;
use crate::read::person::{Stronger, stronger};
use crate::record::cache_policy::CachePolicy;
use crate::record::{Field, FieldSet};
use crate::syntax::json::LARGEST_ELEMENT;
use text::Text;

/// What accounts looked like so far.
#[derive(Default)]
pub(super) struct Template {
    account: Object,
    cache_policy: CachePolicy,
    /// Keys of all objects.
    keys: usize,
}

/// What the objects at one place looked like: the keys that came up, each after the one it followed.
#[derive(Default)]
struct Object {
    keys: Vec<Key>,
}

/// A key, and what stood below it.
struct Key {
    /// As it is written, its quotes and the colon with it.
    written: Box<[u8]>,
    role: Role,
    /// Another key of the same field goes before it, and the book of keys knows.
    is_aside: bool,
    /// What an object below it looked like.
    object: Object,
    /// What the objects of a list below it looked like.
    entries: Object,
}

/// What a key is there for.
#[derive(Clone, Copy)]
enum Role {
    /// Nothing is judged by it.
    Silent,
    /// It gives a field of the account.
    Field(Field, Meaning),
    /// A level of a scope.
    Level,
    /// The name of an entry.
    Name,
    /// The number of an entry.
    Id,
    /// What an entry says of itself besides, yes or no.
    Mark,
}

impl Template {
    /// Reads the account that begins at offset `at`, where it looks like those before it, and puts it to
    /// `entries`. Returns the offset after it and the fields it carries.
    #[inline]
    pub(super) fn read(&mut self, text: &str, at: usize, entries: &mut Entries) -> Option<(Read, FieldSet)> {
        if !self.cache_policy.ask(1) {
            return None;
        }
        let mut text = Text::new(text, at);
        let cells = entries.push();
        let read = self.account.account(&mut text, cells).filter(|_| text.at - at < LARGEST_ELEMENT);
        let Some(carried) = read else {
            entries.pop();
            self.cache_policy.miss();
            return None;
        };
        entries.close(at, text.at);
        Some((Read { end: text.at, has_breaks: text.has_breaks }, carried))
    }
}

/// Where an account ended.
#[derive(Clone, Copy)]
pub(super) struct Read {
    /// The offset after it.
    pub end: usize,
    /// It goes over lines.
    pub has_breaks: bool,
}

impl Object {
    /// Reads an object, every value by `value`.
    #[inline]
    fn read<'k, 't>(
        &'k self,
        text: &mut Text<'t>,
        mut value: impl FnMut(usize, &'k Key, &mut Text<'t>) -> Option<()>,
    ) -> Option<()> {
        if !text.open(b'}')? {
            return Some(());
        }
        let (mut seen, mut due) = (0_u64, 0);
        loop {
            let number = self.key(text, due)?;
            let bit = 1 << number;
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            due = number + 1;
            value(number, &self.keys[number], text)?;
            if !text.has_next(b'}')? {
                return Some(());
            }
        }
    }

    /// Steps over the key that stands here, most likely the one with number `due`.
    #[inline]
    fn key(&self, text: &mut Text<'_>, due: usize) -> Option<usize> {
        let is_here = |key: &Key| text.starts_with(&key.written);
        let number = match self.keys.get(due) {
            Some(key) if is_here(key) => due,
            _ => self.keys.iter().position(is_here)?,
        };
        text.step(self.keys[number].written.len());
        Some(number)
    }

    /// Reads an account: puts where the values of its fields stand into `cells`. Returns the fields it carries.
    #[inline]
    fn account(&self, text: &mut Text<'_>, cells: &mut [Place]) -> Option<FieldSet> {
        let mut carried = FieldSet::EMPTY;
        let mut holders = [0; Field::COUNT];
        self.read(text, |number, key, text| {
            let Role::Field(field, meaning) = key.role else { return key.anything(text) };
            let start = text.at;
            if field.is_list() {
                key.list(field, text)?
            } else {
                cell(field, text)?
            }
            if carried.has(field) {
                let earlier = &self.keys[holders[field.index()]];
                let Role::Field(_, before) = earlier.role else { return None };
                match stronger(before, meaning) {
                    Stronger::Earlier if key.is_aside => return Some(()),
                    Stronger::Later if earlier.is_aside => {}
                    Stronger::Earlier | Stronger::Later | Stronger::Neither => return None,
                }
            }
            carried = carried.with(field);
            holders[field.index()] = number;
            // A team's number and its name are two things, however alike they are written: the key stands with it.
            let from = if meaning == Meaning::TeamId { text.key_before(start, key.written.len()) } else { start };
            cells[field.index()] = Place::new(from, text.at);
            Some(())
        })?;
        (carried != FieldSet::EMPTY).then_some(carried)
    }

    /// Reads an object that is an entry of a list. Nothing where it may name nothing.
    #[inline]
    fn entry(&self, text: &mut Text<'_>) -> Option<()> {
        let (mut is_named, mut has_number, mut has_other_id) = (false, false, false);
        self.read(text, |_, key, text| {
            match (key.role, text.peek()?) {
                (Role::Name, b'"') => is_named |= text.name()?,
                (Role::Name | Role::Mark, b'n') | (Role::Mark, b't' | b'f') => text.word()?,
                (Role::Name | Role::Mark, _) => return None,
                (Role::Id, b'-' | b'0'..=b'9') => {
                    has_number = true;
                    text.number()?;
                }
                (Role::Id, _) => {
                    has_other_id = true;
                    key.anything(text)?;
                }
                _ => key.anything(text)?,
            }
            Some(())
        })?;
        (is_named || (has_number && !has_other_id)).then_some(())
    }
}

/// Reads the value of a field that holds no list.
#[inline]
fn cell(field: Field, text: &mut Text<'_>) -> Option<()> {
    match text.peek()? {
        b'"' => text.string(),
        b'n' => text.word(),
        b'-' | b'0'..=b'9' => text.number(),
        b't' | b'f' if !matches!(field, Field::Password | Field::Kind) => text.word(),
        _ => None,
    }
}

impl Key {
    /// Reads a value that nothing is judged by.
    fn anything(&self, text: &mut Text<'_>) -> Option<()> {
        match text.peek()? {
            b'{' => self.object.read(text, |_, key, text| key.anything(text)),
            b'[' => text.list(|text| match text.peek()? {
                b'{' => self.entries.read(text, |_, key, text| key.anything(text)),
                _ => text.scalar(),
            }),
            _ => text.scalar(),
        }
    }

    /// Reads the value of a field that holds a list.
    #[inline]
    fn list(&self, field: Field, text: &mut Text<'_>) -> Option<()> {
        match text.peek()? {
            b'[' => text.list(|text| self.entry(text)),
            b'{' if field == Field::Scope => self.object.read(text, |_, key, text| key.level(text)),
            b't' | b'f' | b'{' => None,
            _ => text.scalar(),
        }
    }

    /// Reads an entry of a list.
    #[inline]
    fn entry(&self, text: &mut Text<'_>) -> Option<()> {
        match text.peek()? {
            b'{' => self.entries.entry(text),
            b't' | b'f' => None,
            _ => text.scalar(),
        }
    }

    /// Reads a level of a scope.
    #[inline]
    fn level(&self, text: &mut Text<'_>) -> Option<()> {
        match text.peek()? {
            b'[' => text.list(|text| self.entry(text)),
            b'{' => self.object.entry(text),
            _ => text.scalar(),
        }
    }
}
