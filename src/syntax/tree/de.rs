//! serde over a tree: structs of ours filled from JSON, YAML and TOML alike, places included.
//!
//! A field of type [`Spanned<T>`](crate::source::Spanned) gets its place; a mapping read as [`OrderedMap`] keeps
//! its order and the places of its keys. Errors point at the culprit and show no value: see [`DeError`].
//!
//! It decides nothing about formats. serde copies a value before it tries the variants of an `untagged` enum
//! or the fields behind `flatten`, and the copy knows no places: `Spanned` inside those is refused. Enums with
//! the variant's name outside (serde's default) keep places.

mod error;
mod ordered_map;
mod spanned;
#[cfg(test)]
mod tests;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Visitor};
use serde::forward_to_deserialize_any;

use super::{Children, Node, NodeKind};
use crate::source::Span;
pub use error::{DeError, SafeMessage};
pub use ordered_map::OrderedMap;

/// Fills a `T` from the node.
///
/// # Errors
/// The first place where the tree is not what `T` takes.
pub fn from_node<'t, T: Deserialize<'t>>(node: Node<'t>) -> Result<T, DeError> {
    T::deserialize(NodeDeserializer { node })
}

/// Reads one node. It calls itself for what is below: trees are at most [`super::MAX_DEPTH`] deep.
#[derive(Clone, Copy)]
struct NodeDeserializer<'t> {
    node: Node<'t>,
}

impl<'t> NodeDeserializer<'t> {
    fn number<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, DeError> {
        let text = self.node.text();
        if let Ok(number) = text.parse::<u64>() {
            return visitor.visit_u64(number);
        }
        if let Ok(number) = text.parse::<i64>() {
            return visitor.visit_i64(number);
        }
        let is_whole = !text.contains(['.', 'e', 'E']);
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && !is_whole => visitor.visit_f64(number),
            _ => Err(DeError::shape("a number that is too large")),
        }
    }

    fn object<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, DeError> {
        // What a mapping lacks has no place of its own: the fault is where the mapping begins.
        visitor
            .visit_map(NodeMapAccess { children: self.node.children(), value: None })
            .map_err(|error| error.at_start(self.node))
    }

    fn wrong_kind(self, expected: &dyn de::Expected) -> DeError {
        DeError::shape(format!("expected {}, found {}", error::expected_words(expected), self.node.kind().word()))
            .at(self.node)
    }
}

impl<'t> de::Deserializer<'t> for NodeDeserializer<'t> {
    type Error = DeError;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, DeError> {
        let node = self.node;
        let result = match node.kind() {
            NodeKind::Null => visitor.visit_unit(),
            NodeKind::Bool => visitor.visit_bool(node.text() == "true"),
            NodeKind::Number => self.number(visitor),
            NodeKind::String => visitor.visit_borrowed_str(node.text()),
            NodeKind::Array => visitor.visit_seq(NodeSeqAccess { children: node.children() }),
            NodeKind::Object => self.object(visitor),
        };
        result.map_err(|error| error.at(node))
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, DeError> {
        if self.node.kind() == NodeKind::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(self, _: &'static str, visitor: V) -> Result<V::Value, DeError> {
        visitor.visit_newtype_struct(self).map_err(|error| error.at(self.node))
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        if name == spanned::NAME {
            return visitor.visit_map(spanned::SpannedAccess::new(self.node.span(), self));
        }
        match self.node.kind() {
            NodeKind::Object => self.object(visitor),
            _ => Err(self.wrong_kind(&visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, DeError> {
        match self.node.kind() {
            NodeKind::Object => self.object(visitor),
            _ => Err(self.wrong_kind(&visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        let node = self.node;
        let variant = match node.kind() {
            NodeKind::String => NodeEnumAccess { name: node.text(), place: node.span(), value: None },
            NodeKind::Object => {
                let mut children = node.children();
                let (Some(only), None) = (children.next(), children.next()) else {
                    return Err(DeError::shape("expected exactly one key here").at_start(node));
                };
                NodeEnumAccess {
                    name: only.key().unwrap_or_default(),
                    place: only.key_span().unwrap_or(only.span()),
                    value: Some(only),
                }
            }
            _ => return Err(self.wrong_kind(&"a word or a mapping with one key")),
        };
        visitor.visit_enum(variant).map_err(|error| error.at(node))
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, DeError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <V: Visitor<'t>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct identifier
    }
}

/// The items of a list.
struct NodeSeqAccess<'t> {
    children: Children<'t>,
}

impl<'t> de::SeqAccess<'t> for NodeSeqAccess<'t> {
    type Error = DeError;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, DeError> {
        self.children.next().map(|node| seed.deserialize(NodeDeserializer { node })).transpose()
    }
}

/// The members of a mapping.
struct NodeMapAccess<'t> {
    children: Children<'t>,
    value: Option<Node<'t>>,
}

impl<'t> de::MapAccess<'t> for NodeMapAccess<'t> {
    type Error = DeError;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, DeError> {
        let Some(node) = self.children.next() else {
            return Ok(None);
        };
        self.value = Some(node);
        let place = node.key_span().unwrap_or(node.span());
        let key = KeyDeserializer { text: node.key().unwrap_or_default(), place };
        seed.deserialize(key).map(Some).map_err(|error| error.at_place(place))
    }

    fn next_value_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<T::Value, DeError> {
        let node = self.value.take().expect("internal error: a value asked for before its key");
        // Code of ours that refuses a value knows no place.
        seed.deserialize(NodeDeserializer { node }).map_err(|error| error.at(node))
    }
}

/// Reads a key.
struct KeyDeserializer<'t> {
    text: &'t str,
    place: Span,
}

impl<'t> de::Deserializer<'t> for KeyDeserializer<'t> {
    type Error = DeError;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, DeError> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        if name == spanned::NAME {
            return visitor.visit_map(spanned::SpannedAccess::new(self.place, BorrowedStrDeserializer::new(self.text)));
        }
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(self, _: &'static str, visitor: V) -> Result<V::Value, DeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        visitor.visit_enum(NodeEnumAccess { name: self.text, place: self.place, value: None })
    }

    forward_to_deserialize_any! {
        <V: Visitor<'t>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// The chosen variant of an enum and its value.
struct NodeEnumAccess<'t> {
    name: &'t str,
    place: Span,
    value: Option<Node<'t>>,
}

impl<'t> de::EnumAccess<'t> for NodeEnumAccess<'t> {
    type Error = DeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'t>>(self, seed: V) -> Result<(V::Value, Self), DeError> {
        let name = BorrowedStrDeserializer::new(self.name);
        let place = self.place;
        let is_key = self.value.is_some();
        let chosen = seed.deserialize(name).map_err(|error: DeError| {
            if is_key { error.naming_key(self.name).at_place(place) } else { error.at_place(place) }
        })?;
        Ok((chosen, self))
    }
}

impl<'t> NodeEnumAccess<'t> {
    fn content(&self) -> Result<NodeDeserializer<'t>, DeError> {
        let without = || DeError::shape("expected a mapping with this word as its key").at_place(self.place);
        self.value.map(|node| NodeDeserializer { node }).ok_or_else(without)
    }
}

impl<'t> de::VariantAccess<'t> for NodeEnumAccess<'t> {
    type Error = DeError;

    fn unit_variant(self) -> Result<(), DeError> {
        match self.value {
            // `[check.email]` without a line below it.
            Some(node) if node.children().next().is_some() => Err(NodeDeserializer { node }.wrong_kind(&"nothing")),
            Some(node) if !matches!(node.kind(), NodeKind::Object | NodeKind::Null) => {
                Err(NodeDeserializer { node }.wrong_kind(&"an empty mapping"))
            }
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'t>>(self, seed: T) -> Result<T::Value, DeError> {
        seed.deserialize(self.content()?)
    }

    fn tuple_variant<V: Visitor<'t>>(self, _: usize, visitor: V) -> Result<V::Value, DeError> {
        de::Deserializer::deserialize_seq(self.content()?, visitor)
    }

    fn struct_variant<V: Visitor<'t>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, DeError> {
        de::Deserializer::deserialize_map(self.content()?, visitor)
    }
}
