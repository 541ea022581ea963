//! Names in which spaces do not count: the key `lastLogin` is the header `last login`.

use crate::record::Field;

/// The field that one of some folded names means.
#[must_use]
pub fn field_named(names: impl Iterator<Item = (&'static str, Field)>, folded: &str) -> Option<Field> {
    fn bare(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(|byte| *byte != b' ')
    }
    // Every start asks for dozens of keys, and most names begin with another letter.
    let first = bare(folded).next();
    let mut alike = names.filter(|(name, _)| name.bytes().next() == first);
    alike.find(|(name, _)| bare(name).eq(bare(folded))).map(|(_, field)| field)
}
