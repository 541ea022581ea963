//! Reads accounts by the keys of those before them.
//!
//! A document has the same keys account after account. A [`Template`] remembers the keys of the objects at each place
//! and what they mean: the next account is then read without a tree, its keys are compared instead of looked up, and
//! only the ranges of values are kept. Whatever is new, and whatever needs a closer look, is left to the way through
//! the tree (`read/account.rs`): nothing is accepted here that would be refused there.

mod learn;
#[cfg(test)]
mod tests;
mod token_cursor;

use super::account_batch::{AccountSpans, TextRange};
use crate::fast::intern::cache_policy::CachePolicy;
use crate::read::account::{ItemState, Precedence, precedence};
use crate::read::keys::KeyMeaning;
use crate::record::{Field, FieldSet};
use crate::syntax::json::MAX_ELEMENT_BYTES;
use token_cursor::TokenCursor;

/// The keys of the accounts read so far.
#[derive(Default)]
pub(super) struct Template {
    account: ObjectTemplate,
    cache_policy: CachePolicy,
    /// The number of keys of all objects.
    keys: usize,
}

/// The keys of the objects at one place, each after the one it followed.
#[derive(Default)]
struct ObjectTemplate {
    keys: Vec<KeyTemplate>,
}

/// A key and the objects below it.
struct KeyTemplate {
    /// As written, with its quotes and the colon.
    written: Box<[u8]>,
    key_use: KeyUse,
    /// Another key of the same field takes precedence, and the key map knows.
    is_shadowed: bool,
    /// If it holds what the value of a pair is called: the names that are known to speak of no password.
    pair_names: Option<Vec<Box<[u8]>>>,
    /// An object below it.
    object: ObjectTemplate,
    /// The objects of an array below it.
    entries: ObjectTemplate,
}

/// What a key is read for.
#[derive(Clone, Copy)]
enum KeyUse {
    /// No rule reads it.
    Ignored,
    /// It has to be read through the tree.
    Unsupported,
    /// It gives a field of the account.
    Field(Field, KeyMeaning),
    /// A level of a scope.
    ScopeLevel,
    /// The name of a list item.
    ItemName,
    /// The number of a list item.
    ItemId,
    /// A boolean of a list item.
    ItemFlag,
    /// What a list item says of whether it counts.
    ItemState(ItemState),
}

/// Where an account ended.
#[derive(Clone, Copy)]
pub(super) struct AccountEnd {
    /// The offset after it.
    pub offset: usize,
    /// It spans several lines.
    pub has_breaks: bool,
}

impl Template {
    /// Reads the account that begins at offset `at` into `spans`; returns its end and the fields it carries. `None` if
    /// it differs from those before it.
    #[inline]
    pub(super) fn read(&mut self, text: &str, at: usize, spans: &mut AccountSpans) -> Option<(AccountEnd, FieldSet)> {
        if !self.cache_policy.ask(1) {
            return None;
        }
        let mut text = TokenCursor::new(text, at);
        let cells = spans.begin();
        let carried = self.account.read_account(&mut text, cells).filter(|_| text.at - at < MAX_ELEMENT_BYTES);
        let Some(carried) = carried else {
            spans.discard_begun();
            self.cache_policy.miss();
            return None;
        };
        spans.finish(at, text.at);
        Some((AccountEnd { offset: text.at, has_breaks: text.has_breaks }, carried))
    }
}

impl ObjectTemplate {
    /// Reads an object, every value by `value`.
    #[inline]
    fn read<'k, 't>(
        &'k self,
        text: &mut TokenCursor<'t>,
        mut value: impl FnMut(usize, &'k KeyTemplate, &mut TokenCursor<'t>) -> Option<()>,
    ) -> Option<()> {
        if !text.open(b'}')? {
            return Some(());
        }
        let (mut seen, mut expected) = (0_u64, 0);
        loop {
            let number = self.read_key(text, expected)?;
            let bit = 1 << number;
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            expected = number + 1;
            value(number, &self.keys[number], text)?;
            if !text.has_next(b'}')? {
                return Some(());
            }
        }
    }

    /// Steps over a key, most likely the one with number `expected`, and returns its number.
    #[inline]
    fn read_key(&self, text: &mut TokenCursor<'_>, expected: usize) -> Option<usize> {
        let is_here = |key: &KeyTemplate| text.starts_with(&key.written);
        let number = match self.keys.get(expected) {
            Some(key) if is_here(key) => expected,
            _ => self.keys.iter().position(is_here)?,
        };
        text.step(self.keys[number].written.len());
        Some(number)
    }

    /// Reads an account: puts the ranges of its values into `cells`, and returns the fields it carries.
    #[inline]
    fn read_account(&self, text: &mut TokenCursor<'_>, cells: &mut [TextRange]) -> Option<FieldSet> {
        let mut carried = FieldSet::EMPTY;
        let mut key_numbers = [0_u8; Field::COUNT];
        // The field whose value is not blank: a value that gives way to another does not count.
        let mut filled = None;
        self.read(text, |number, key, text| {
            let KeyUse::Field(field, meaning) = key.key_use else { return key.skip_value(text) };
            let start = text.at;
            if meaning == KeyMeaning::AboutPassword {
                return text.state();
            }
            let filled_before = filled;
            if filled.is_none() && text.is_filled() {
                filled = Some(field);
            }
            if field == Field::PasswordChanged {
                // What can be no day may be a password: the way through the tree looks closer.
                text.state()?
            } else if field.is_list() {
                key.read_list(field, text)?
            } else {
                read_scalar(field, text)?
            }
            if carried.has(field) {
                let earlier = &self.keys[usize::from(key_numbers[field.index()])];
                let KeyUse::Field(_, before) = earlier.key_use else { return None };
                match precedence(before, meaning) {
                    Precedence::Earlier if key.is_shadowed => {
                        filled = filled_before;
                        return Some(());
                    }
                    Precedence::Later if earlier.is_shadowed => {
                        filled = filled.filter(|_| filled_before != Some(field))
                    }
                    Precedence::Earlier | Precedence::Later | Precedence::Neither => return None,
                }
            }
            carried = carried.with(field);
            // There are at most 64.
            key_numbers[field.index()] = number as u8;
            // A team's number and its name may be written alike: the range includes the key to tell them apart.
            let from = if meaning == KeyMeaning::TeamId { text.key_start(start, key.written.len()) } else { start };
            cells[field.index()] = TextRange::new(from, text.at);
            Some(())
        })?;
        // An account of blank values is refused.
        (filled.is_some() && carried != FieldSet::EMPTY).then_some(carried)
    }

    /// Reads a scope. `None` if it has no level.
    #[inline]
    fn read_scope(&self, text: &mut TokenCursor<'_>) -> Option<()> {
        let mut has_level = false;
        self.read(text, |_, key, text| match key.key_use {
            KeyUse::ScopeLevel => {
                has_level = true;
                key.read_scope_level(text)
            }
            _ => key.skip_value(text),
        })?;
        has_level.then_some(())
    }

    /// Reads an object that is an item of a list. `None` if it may lack a name and a number.
    #[inline]
    fn read_item(&self, text: &mut TokenCursor<'_>) -> Option<()> {
        let (mut is_named, mut has_number, mut has_other_id) = (false, false, false);
        self.read(text, |_, key, text| {
            match (key.key_use, text.peek()?) {
                (KeyUse::ItemName, b'"') => is_named |= text.name()?,
                (KeyUse::ItemName | KeyUse::ItemFlag, b'n') | (KeyUse::ItemFlag, b't' | b'f') => text.word()?,
                (KeyUse::ItemName | KeyUse::ItemFlag, _) => return None,
                (KeyUse::ItemId, b'-' | b'0'..=b'9') => {
                    has_number = true;
                    text.number()?;
                }
                (KeyUse::ItemId, _) => {
                    has_other_id = true;
                    key.skip_value(text)?;
                }
                (KeyUse::Unsupported, _) => return None,
                _ => key.skip_value(text)?,
            }
            Some(())
        })?;
        (is_named || (has_number && !has_other_id)).then_some(())
    }
}

/// Reads the value of a field that holds no list.
#[inline]
fn read_scalar(field: Field, text: &mut TokenCursor<'_>) -> Option<()> {
    match text.peek()? {
        b'"' => text.string(),
        b'n' => text.word(),
        b'-' | b'0'..=b'9' => text.number(),
        b't' | b'f' if !matches!(field, Field::Password | Field::Kind) => text.word(),
        _ => None,
    }
}

impl KeyTemplate {
    /// Steps over a value that no rule reads.
    fn skip_value(&self, text: &mut TokenCursor<'_>) -> Option<()> {
        match self.key_use {
            KeyUse::Unsupported => return None,
            KeyUse::ItemState(state) => return text.plain_state(state),
            _ => {}
        }
        if let Some(names) = &self.pair_names {
            let start = text.at;
            text.scalar()?;
            return names.iter().any(|name| **name == *text.since(start)).then_some(());
        }
        match text.peek()? {
            b'{' => self.object.read(text, |_, key, text| key.skip_value(text)),
            b'[' => text.list(|text| match text.peek()? {
                b'{' => self.entries.read(text, |_, key, text| key.skip_value(text)),
                _ => text.scalar(),
            }),
            _ => text.scalar(),
        }
    }

    #[inline]
    fn read_list(&self, field: Field, text: &mut TokenCursor<'_>) -> Option<()> {
        match text.peek()? {
            b'[' => text.list(|text| self.read_entry(text)),
            b'{' if field == Field::Scope => self.object.read_scope(text),
            b't' | b'f' | b'{' => None,
            _ => text.scalar(),
        }
    }

    #[inline]
    fn read_entry(&self, text: &mut TokenCursor<'_>) -> Option<()> {
        match text.peek()? {
            b'{' => self.entries.read_item(text),
            b't' | b'f' => None,
            _ => text.scalar(),
        }
    }

    /// Reads a level of a scope.
    #[inline]
    fn read_scope_level(&self, text: &mut TokenCursor<'_>) -> Option<()> {
        match text.peek()? {
            b'[' => text.list(|text| self.read_entry(text)),
            b'{' => self.object.read_item(text),
            // The number of nothing is refused.
            b'-' | b'0' => None,
            _ => text.scalar(),
        }
    }
}
