//! How a place travels through serde: as a struct by a name that no other deserializer knows.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, Visitor};

use super::DeError;
use crate::source::{Span, Spanned};

/// The struct name that asks our deserializer for a place, and the key of its answer.
pub(super) const NAME: &str = "$rolecall::Spanned";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(NAME, &[NAME], SpannedVisitor(PhantomData))
    }
}

struct SpannedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
    type Value = Spanned<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value whose place is known")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
        if parts.next_key::<&str>()? != Some(NAME) {
            return Err(A::Error::custom("a place is required where serde has lost it"));
        }
        // From here on it is `SpannedAccess`, which answers three times.
        let span = Span::new(parts.next_value()?, parts.next_value()?);
        Ok(Spanned { span, value: parts.next_value()? })
    }
}

/// The answer: the name, the place's two ends, and the value.
pub(super) struct SpannedAccess<D> {
    numbers: std::array::IntoIter<u64, 2>,
    value: Option<D>,
    is_named: bool,
}

impl<'de, D: Deserializer<'de, Error = DeError>> SpannedAccess<D> {
    pub fn new(span: Span, value: D) -> Self {
        Self { numbers: [span.start, span.end].into_iter(), value: Some(value), is_named: false }
    }
}

impl<'de, D: Deserializer<'de, Error = DeError>> MapAccess<'de> for SpannedAccess<D> {
    type Error = DeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DeError> {
        if std::mem::replace(&mut self.is_named, true) {
            return Ok(None);
        }
        seed.deserialize(BorrowedStrDeserializer::new(NAME)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, DeError> {
        match self.numbers.next() {
            Some(number) => seed.deserialize(IntoDeserializer::into_deserializer(number)),
            None => seed.deserialize(self.value.take().expect("internal error: a value asked for twice")),
        }
    }
}
