//! What a document holds beside its list of accounts: signs of how complete the list is, faults, passwords.

use super::chunk::ChunkReader;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::read::account::{find_in, secret_cell};
use crate::read::completeness::{CompletenessSign, SignFinder};
use crate::read::mask::name_duplicate_key;
use crate::read::{Document, Sink, not_utf8, too_large};
use crate::source::Span;
use crate::syntax::json::{MAX_ELEMENT_BYTES, Member, parse_document};
use crate::syntax::tree::{Node, Tree};

/// The signs in the members beside a list. All of them are parsed, so that none hides a fault.
///
/// # Errors
/// A value is too large, or cannot be parsed.
pub(super) fn find_signs(beside: &[&Member], text: &str, base: u64) -> Result<Vec<CompletenessSign>, Fault> {
    let parse = |member: &&Member| {
        if member.value.len() > MAX_ELEMENT_BYTES {
            return Err(too_large("a value beside the list", MAX_ELEMENT_BYTES as u64));
        }
        parse_value(member, text, base).map_err(|fault| name_duplicate_key(fault, text, base))
    };
    let trees = beside.iter().map(parse).collect::<Result<Vec<Tree>, Fault>>()?;
    let values = beside.iter().zip(&trees);
    let members: Vec<_> = values
        .filter_map(|(member, tree)| Some((member.key.as_str(), member.key_span, root_of(member, tree, text, base)?)))
        .collect();
    Ok(SignFinder::default().find(&members))
}

fn parse_value(member: &Member, text: &str, base: u64) -> Result<Tree, Fault> {
    let mut tree = Tree::new();
    parse_document(&text[member.value.clone()], base + member.value.start as u64, &mut tree).map(|()| tree)
}

fn root_of<'t>(member: &Member, tree: &'t Tree, text: &'t str, base: u64) -> Option<Node<'t>> {
    tree.root(&text[member.value.clone()], base + member.value.start as u64)
}

impl<S: Sink> ChunkReader<'_, '_, S> {
    /// Hands on the passwords in members beside the list, which have been parsed once.
    pub(super) fn read_passwords(&mut self, beside: &[Member]) {
        self.flush();
        for member in beside {
            let Ok(tree) = parse_value(member, self.text, self.base) else { continue };
            let mut found = Vec::new();
            let keys = &mut self.reader.schema.keys;
            root_of(member, &tree, self.text, self.base)
                .into_iter()
                .for_each(|value| find_in(&member.key, value, keys, &mut found));
            for password in found {
                self.hand_on_password(secret_cell(password), password.outer());
            }
        }
    }
}

/// The faults outside the list that begins at offset `at`, and ends at `end` unless it breaks off.
pub(super) fn faults_beside_list(document: &Document, at: usize, end: Option<usize>) -> Vec<Fault> {
    let Document { text, base, broken } = document;
    let mut faults = Vec::new();
    // A byte outside the list belongs to no record that could be refused for it.
    let list = base + at as u64..base + end.unwrap_or(text.len()) as u64;
    faults.extend(broken.iter().find(|byte| !list.contains(byte)).map(|byte| not_utf8(*byte)));
    // After a list that is the whole document nothing may follow; the end of an object was seen already.
    if let Some(end) = end.filter(|_| text.trim_ascii_start().starts_with('[')) {
        let rest = text[end..].trim_ascii_start();
        faults.extend(rest.chars().next().map(|first| {
            let start = base + (text.len() - rest.len()) as u64;
            let span = Span::new(start, start + first.len_utf8() as u64);
            Fault::new(FaultKind::SyntaxInvalid, span, "expected the end of the text after the list")
        }));
    }
    faults
}
