//! What a template learns from an account that was read through a tree.

use super::{KeyTemplate, KeyUse, ObjectTemplate, Template};
use crate::read::account::{ItemKey, ItemState, Precedence, names_password, precedence, scope_level};
use crate::read::key_words::PairPart;
use crate::read::keys::{KeyMap, KeyMeaning};
use crate::read::paging_words::may_say_more;
use crate::record::Field;
use crate::syntax::tree::{Node, NodeKind};

/// The most keys of one object: there is a bit for each.
const MAX_KEYS_PER_OBJECT: usize = u64::BITS as usize;

/// The most keys of all objects. Real persons have fewer than a hundred.
const MAX_KEYS: usize = 1024;

/// How deep objects are learnt: far deeper than a tree may be, so that nothing deeper is ever accepted.
const MAX_DEPTH: usize = 16;

/// The most names of values that are remembered for a key.
const MAX_PAIR_NAMES: usize = 64;

/// What an object is part of.
#[derive(Clone, Copy)]
enum ObjectContext {
    Account,
    Scope,
    ListItem,
    Ignored,
}

impl Template {
    /// Learns the keys of the account `node`, which was read and had no fault.
    pub(in crate::read::json) fn learn(&mut self, node: Node<'_>, keys: &mut KeyMap) {
        if self.cache_policy.ask(0) {
            self.account.learn(node, ObjectContext::Account, 0, &mut self.keys, keys);
            self.account.learn_shadowed(node);
        }
    }
}

impl ObjectTemplate {
    fn learn(&mut self, node: Node<'_>, context: ObjectContext, depth: usize, count: &mut usize, keys: &mut KeyMap) {
        if depth > MAX_DEPTH {
            return;
        }
        let mut next = 0;
        for child in node.children() {
            let Some(written) = as_written(child) else { continue };
            let known = self.keys.iter().position(|key| *key.written == *written);
            if known.is_none() && (self.keys.len() >= MAX_KEYS_PER_OBJECT || *count >= MAX_KEYS) {
                continue;
            }
            let number = known.unwrap_or_else(|| {
                *count += 1;
                let key = child.key().unwrap_or_default();
                let key_use = if self.has_other_spelling(context, key) {
                    KeyUse::Unsupported
                } else {
                    KeyUse::in_context(context, key, keys)
                };
                self.keys.insert(next, KeyTemplate::new(written, key_use));
                next
            });
            next = number + 1;
            let key = &mut self.keys[number];
            let (object, entries) = key.contexts_below();
            match child.kind() {
                NodeKind::Object => key.object.learn(child, object, depth + 1, count, keys),
                NodeKind::Array => {
                    for entry in child.children().filter(|entry| entry.kind() == NodeKind::Object) {
                        key.entries.learn(entry, entries, depth + 1, count, keys);
                    }
                }
                _ => {}
            }
        }
        if matches!(context, ObjectContext::Ignored) {
            self.learn_pair_names(node, keys);
        }
    }

    /// Learns what the values of pairs are called, such as `{"name": "Badge", "value": 7}`: one that is new may be a
    /// password.
    fn learn_pair_names(&mut self, node: Node<'_>, keys: &mut KeyMap) {
        let mut part_of = |child: Node<'_>| child.key().and_then(|key| keys.below(key).part);
        if !node.children().any(|child| part_of(child) == Some(PairPart::Value)) {
            return;
        }
        for child in node.children().filter(|child| part_of(*child) == Some(PairPart::Name)) {
            let (written, name) = (as_written(child).unwrap_or_default(), value_as_written(child).unwrap_or_default());
            let Some(key) = self.keys.iter_mut().find(|key| *key.written == *written) else { continue };
            let names = key.pair_names.get_or_insert_default();
            let is_harmless = child.kind() == NodeKind::String && !names_password(child.text());
            if is_harmless && names.len() < MAX_PAIR_NAMES && !names.iter().any(|known| **known == *name) {
                names.push(name.into());
            }
        }
    }

    /// True if a key of a list item is known by another spelling: which of two counts is not decided by a template.
    fn has_other_spelling(&self, context: ObjectContext, key: &str) -> bool {
        let meaning = ItemKey::of_key(key);
        let is_same = |known: &KeyTemplate| {
            let written = std::str::from_utf8(&known.written).unwrap_or_default();
            ItemKey::of_key(written.trim_end_matches([':', ' ']).trim_matches('"')) == meaning
        };
        matches!(context, ObjectContext::ListItem) && meaning.is_some() && self.keys.iter().any(is_same)
    }

    /// Marks the keys that another key of the same field takes precedence over.
    fn learn_shadowed(&mut self, node: Node<'_>) {
        let mut used: [Option<(usize, KeyMeaning)>; Field::COUNT] = [None; Field::COUNT];
        for child in node.children() {
            let written = as_written(child).unwrap_or_default();
            let Some(number) = self.keys.iter().position(|key| *key.written == *written) else { continue };
            let KeyUse::Field(field, meaning) = self.keys[number].key_use else { continue };
            let slot = &mut used[field.index()];
            match slot.map(|(earlier, before)| (earlier, precedence(before, meaning))) {
                None => *slot = Some((number, meaning)),
                Some((_, Precedence::Earlier)) => self.keys[number].is_shadowed = true,
                Some((earlier, Precedence::Later)) => {
                    self.keys[earlier].is_shadowed = true;
                    *slot = Some((number, meaning));
                }
                Some((_, Precedence::Neither)) => {}
            }
        }
    }
}

impl KeyTemplate {
    fn new(written: &[u8], key_use: KeyUse) -> Self {
        let (object, entries) = <(ObjectTemplate, ObjectTemplate)>::default();
        Self { written: written.into(), key_use, is_shadowed: false, pair_names: None, object, entries }
    }

    /// The context of an object below it, and of the objects of an array below it.
    const fn contexts_below(&self) -> (ObjectContext, ObjectContext) {
        use ObjectContext::{Ignored, ListItem, Scope};
        match self.key_use {
            KeyUse::Field(Field::Scope, _) => (Scope, ListItem),
            KeyUse::Field(field, _) if field.is_list() => (Ignored, ListItem),
            KeyUse::ScopeLevel => (ListItem, ListItem),
            _ => (Ignored, Ignored),
        }
    }
}

impl KeyUse {
    fn in_context(context: ObjectContext, key: &str, keys: &mut KeyMap) -> Self {
        match (context, key) {
            (ObjectContext::Account, _) => {
                let meaning = keys.look_up(key);
                match (meaning.field(), meaning) {
                    (Some(field), _) => Self::Field(field, meaning),
                    (None, KeyMeaning::AboutWhole(_)) => Self::Unsupported,
                    (None, _) => Self::Ignored,
                }
            }
            (ObjectContext::Scope, key) => {
                scope_level(key).map_or_else(|| Self::of_item(key, keys), |_| Self::ScopeLevel)
            }
            (ObjectContext::ListItem, key) => match ItemKey::of_key(key) {
                Some(ItemKey::Name | ItemKey::Label) => Self::ItemName,
                Some(ItemKey::Id | ItemKey::GroupId) => Self::ItemId,
                Some(ItemKey::MainView | ItemKey::IsAdminDefault | ItemKey::IsAgentDefault) => Self::ItemFlag,
                None => Self::of_item(key, keys),
            },
            (ObjectContext::Ignored, _) => Self::below(key, keys),
        }
    }

    /// The use of a key of an item, or of a scope, that does not name it.
    fn of_item(key: &str, keys: &mut KeyMap) -> Self {
        match ItemState::of_key(key) {
            Some(state) => Self::ItemState(state),
            None if may_say_more(key) => Self::Unsupported,
            None => Self::below(key, keys),
        }
    }

    /// The use of a key that no rule reads. A password is found through the tree.
    fn below(key: &str, keys: &mut KeyMap) -> Self {
        let is_password = keys.below(key).meaning.field() == Some(Field::Password);
        if is_password { Self::Unsupported } else { Self::Ignored }
    }
}

/// A key as written, with its quotes and the colon. `None` for the rare spellings: with escapes, or with space before
/// the colon.
fn as_written(node: Node<'_>) -> Option<&[u8]> {
    let (source, base) = node.source();
    let span = node.key_span()?;
    let index = |byte: u64| usize::try_from(byte.checked_sub(base)?).ok();
    let (start, end) = (index(span.start)?, index(span.end)?);
    let written = source.as_bytes().get(start.checked_sub(1)?..end + 2)?;
    (source.get(start..end) == node.key() && written.ends_with(b"\":")).then_some(written)
}

/// A value as written, with its quotes.
fn value_as_written(node: Node<'_>) -> Option<&[u8]> {
    let (source, base) = node.source();
    let span = node.outer();
    let index = |byte: u64| usize::try_from(byte.checked_sub(base)?).ok();
    source.as_bytes().get(index(span.start)?..index(span.end)?)
}
