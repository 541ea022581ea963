//! Records inside others: a reference is the record that it leads to, and a wrapper takes over what it does not change.

use std::borrow::Cow;

use super::list::{ListCell, ListSyntax};
use super::secret::SecretCell;
use super::{Cell, Field, InputKind, Record};
use crate::diagnostic::snippet::Excerpt;
use crate::source::{InputId, Span};

/// What a wrapper takes over of the record inside it: all but cells, lists and what is read of them.
macro_rules! delegate_record {
    ($inner:ident) => {
        fn input(&self) -> $crate::source::InputId {
            self.$inner.input()
        }

        fn number(&self) -> u64 {
            self.$inner.number()
        }

        fn span(&self) -> $crate::source::Span {
            self.$inner.span()
        }

        fn input_kind(&self) -> $crate::record::InputKind {
            self.$inner.input_kind()
        }

        fn secret(&self) -> $crate::record::secret::SecretCell<'_> {
            self.$inner.secret()
        }

        fn all_secrets(&self) -> Vec<$crate::record::secret::SecretCell<'_>> {
            self.$inner.all_secrets()
        }

        fn excerpt(&self, spans: &[$crate::source::Span]) -> $crate::diagnostic::snippet::Excerpt {
            self.$inner.excerpt(spans)
        }
    };
}
pub(crate) use delegate_record;

impl<R: Record + ?Sized> Record for &R {
    fn input(&self) -> InputId {
        (**self).input()
    }

    fn number(&self) -> u64 {
        (**self).number()
    }

    fn span(&self) -> Span {
        (**self).span()
    }

    fn input_kind(&self) -> InputKind {
        (**self).input_kind()
    }

    fn raw_text(&self, field: Field) -> Option<&str> {
        (**self).raw_text(field)
    }

    fn cell(&self, field: Field) -> Cell<'_> {
        (**self).cell(field)
    }

    fn text(&self, field: Field) -> Option<Cow<'_, str>> {
        (**self).text(field)
    }

    fn list(&self, field: Field, lists: &ListSyntax) -> ListCell<'_> {
        (**self).list(field, lists)
    }

    fn secret(&self) -> SecretCell<'_> {
        (**self).secret()
    }

    fn all_secrets(&self) -> Vec<SecretCell<'_>> {
        (**self).all_secrets()
    }

    fn excerpt(&self, spans: &[Span]) -> Excerpt {
        (**self).excerpt(spans)
    }

    fn is_ascii(&self, fields: &[Field]) -> bool {
        (**self).is_ascii(fields)
    }
}
