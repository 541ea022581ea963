//! The parts of a workbook as events of XML: well-formed to the end, names resolved by their namespaces.
//!
//! A prefix means nothing by itself: an attribute `x:t` of some other vocabulary is not the attribute `t`, and an
//! element is one of a sheet only if its namespace says so.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, ResolveResult};

use super::archive::{WorkbookArchive, unreadable};
use crate::diagnostic::fault::Fault;

/// What an element belongs to. Each office vocabulary has a transitional and a strict namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// Sheets, cells, shared strings and styles.
    Spreadsheet,
    /// The package's own: relationships, content types.
    Package,
    /// `mc:AlternateContent`.
    Compatibility,
    /// Any other.
    Foreign,
}

const SPREADSHEET: [&str; 2] =
    ["http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"];
const RELATIONSHIP_IDS: [&str; 2] = [
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
];
const PACKAGE: [&str; 2] = [
    "http://schemas.openxmlformats.org/package/2006/relationships",
    "http://schemas.openxmlformats.org/package/2006/content-types",
];
const COMPATIBILITY: &str = "http://schemas.openxmlformats.org/markup-compatibility/2006";

impl From<&ResolveResult<'_>> for Vocabulary {
    fn from(resolved: &ResolveResult<'_>) -> Self {
        match resolved {
            ResolveResult::Bound(Namespace(name)) if SPREADSHEET.contains(name) => Self::Spreadsheet,
            ResolveResult::Bound(Namespace(name)) if PACKAGE.contains(name) => Self::Package,
            ResolveResult::Bound(Namespace(COMPATIBILITY)) => Self::Compatibility,
            _ => Self::Foreign,
        }
    }
}

/// The beginning of an element.
pub struct XmlElement<'b> {
    pub vocabulary: Vocabulary,
    /// Its `r:id`, whatever the prefix is.
    pub relationship: Option<String>,
    tag: BytesStart<'b>,
    /// Where its name begins, after a prefix.
    name_begin: usize,
}

impl XmlElement<'_> {
    /// Its name without a prefix.
    pub fn name(&self) -> &str {
        &self.tag.name().into_inner()[self.name_begin..]
    }

    /// Its name if it is one of the spreadsheet vocabulary.
    pub fn spreadsheet_name(&self) -> Option<&str> {
        (self.vocabulary == Vocabulary::Spreadsheet).then(|| self.name())
    }

    /// The value of an attribute without a prefix.
    pub fn attribute(&self, name: &str) -> Result<Option<Cow<'_, str>>, Fault> {
        let mut found = None;
        self.each_attribute(|key, value| {
            if key == name {
                found = Some(value);
            }
        })?;
        Ok(found)
    }

    /// Visits every attribute: its whole name, and its value.
    pub fn each_attribute<'t>(&'t self, mut visit: impl FnMut(&str, Cow<'t, str>)) -> Result<(), Fault> {
        // The reader has checked them.
        for attribute in self.tag.attributes().with_checks(false).filter_map(Result::ok) {
            visit(attribute.key.as_ref(), unescaped(attribute.value)?);
        }
        Ok(())
    }

    /// True if an attribute says yes.
    pub fn is_true(&self, name: &str) -> Result<bool, Fault> {
        Ok(matches!(self.attribute(name)?.as_deref(), Some("1" | "true" | "on")))
    }
}

/// One event of a part.
pub enum XmlEvent<'b> {
    Start(XmlElement<'b>),
    End,
    /// Text, and whether it is written plainly: neither a reference nor a CDATA section.
    Text(Cow<'b, str>, TextForm),
    /// A comment or a processing instruction.
    Aside,
    Eof,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextForm {
    Plain,
    Reference,
    CData,
}

/// Reads a part event by event.
pub struct XmlReader<R> {
    reader: Reader<R>,
    namespaces: NamespaceResolver,
    /// What a name without a prefix belongs to, until the next declaration.
    default_vocabulary: Option<Vocabulary>,
    buffer: Vec<u8>,
    depth: u16,
    has_root: bool,
}

/// The fault of a part that is not well-formed.
pub fn malformed() -> Fault {
    unreadable("a part of the workbook is not well-formed XML")
}

impl<R: BufRead> XmlReader<R> {
    pub fn new(part: R) -> Self {
        let mut reader = Reader::from_reader(part);
        reader.config_mut().expand_empty_elements = true;
        let namespaces = NamespaceResolver::default();
        Self { reader, namespaces, default_vocabulary: None, buffer: Vec::new(), depth: 0, has_root: false }
    }

    /// The next event.
    ///
    /// # Errors
    /// Where the part is not well-formed, or where text or elements are outside its one root.
    pub fn next(&mut self) -> Result<XmlEvent<'_>, Fault> {
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|_| malformed())?;
        if self.depth == 0 {
            let is_outside = match &event {
                Event::Start(_) => self.has_root,
                Event::Text(text) => !text.trim_start_matches('\u{feff}').trim_ascii().is_empty(),
                Event::CData(_) | Event::GeneralRef(_) => true,
                Event::Eof => !self.has_root,
                _ => false,
            };
            if is_outside {
                return Err(unreadable("a part of the workbook has text or elements outside its root element"));
            }
        }
        Ok(match event {
            Event::Start(tag) => {
                self.has_root = true;
                let relationship = begin_scope(&mut self.namespaces, &mut self.default_vocabulary, self.depth, &tag)?;
                self.depth = self.depth.checked_add(1).ok_or_else(malformed)?;
                let resolve = || Vocabulary::from(&self.namespaces.resolve_element(tag.name()).0);
                let (vocabulary, name_begin) = match memchr::memchr(b':', tag.name().as_ref().as_bytes()) {
                    Some(colon) => (resolve(), colon + 1),
                    None => (*self.default_vocabulary.get_or_insert_with(resolve), 0),
                };
                XmlEvent::Start(XmlElement { vocabulary, relationship, tag, name_begin })
            }
            Event::End(_) => {
                self.depth -= 1;
                if self.namespaces.level() > self.depth {
                    self.namespaces.set_level(self.depth);
                    self.default_vocabulary = None;
                }
                XmlEvent::End
            }
            Event::Text(text) => XmlEvent::Text(text.into_inner(), TextForm::Plain),
            Event::CData(text) => XmlEvent::Text(text.into_inner(), TextForm::CData),
            Event::GeneralRef(reference) => XmlEvent::Text(referred(&reference)?.into(), TextForm::Reference),
            Event::Eof if self.depth > 0 => return Err(malformed()),
            Event::Eof => XmlEvent::Eof,
            _ => XmlEvent::Aside,
        })
    }
}

/// Checks the attributes of an element at a depth, and binds the prefixes that it declares. Its `r:id`, if it has one.
///
/// A sheet has a cell in every third event and declares its namespaces once: levels are counted only for elements that
/// declare something.
fn begin_scope(
    namespaces: &mut NamespaceResolver,
    default_vocabulary: &mut Option<Vocabulary>,
    depth: u16,
    tag: &BytesStart<'_>,
) -> Result<Option<String>, Fault> {
    let written = tag.attributes_raw();
    // Most elements are cells, with neither a prefix nor `xmlns`.
    let is_plain = memchr::memchr3(b'<', b':', b'x', written.as_bytes()).is_none();
    if !is_plain && written.contains('<') {
        return Err(malformed());
    }
    let (mut is_declaring, mut id) = (false, None);
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| malformed())?;
        if is_plain {
            continue;
        }
        is_declaring |= attribute.key.as_namespace_binding().is_some();
        let (name, prefix) = attribute.key.decompose();
        if name.as_ref() == "id" && prefix.is_some() {
            id = Some(attribute);
        }
    }
    if is_declaring {
        namespaces.set_level(depth);
        namespaces.push(tag).map_err(|_| malformed())?;
        *default_vocabulary = None;
    }
    let is_relationship = |namespace: ResolveResult<'_>| matches!(namespace, ResolveResult::Bound(Namespace(name)) if RELATIONSHIP_IDS.contains(&name));
    Ok(id.filter(|id| is_relationship(namespaces.resolve_attribute(id.key).0)).map(|id| id.value.into_owned()))
}

/// The value of an attribute with its references replaced.
fn unescaped(value: Cow<'_, str>) -> Result<Cow<'_, str>, Fault> {
    if !value.contains('&') {
        return Ok(value);
    }
    match value {
        Cow::Borrowed(text) => unescape(text).map_err(|_| malformed()),
        Cow::Owned(text) => unescape(&text).map(|text| Cow::Owned(text.into_owned())).map_err(|_| malformed()),
    }
}

/// The text of a reference such as `&amp;` or `&#38;`.
fn referred(reference: &str) -> Result<String, Fault> {
    unescape(&format!("&{reference};")).map(|text| text.into_owned()).map_err(|_| malformed())
}

/// Visits every element of the part at `path` with the name of the element around it; empty if that is not one of
/// the same vocabulary.
pub fn each_element(
    archive: &mut WorkbookArchive<'_>,
    path: &str,
    vocabulary: Vocabulary,
    mut visit: impl FnMut(&str, &XmlElement<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut reader = XmlReader::new(archive.part(path)?);
    let mut names = vec![String::new()];
    loop {
        match reader.next()? {
            XmlEvent::Start(element) => {
                let is_known = element.vocabulary == vocabulary;
                if is_known {
                    visit(names.last().map_or("", String::as_str), &element)?;
                }
                names.push(if is_known { element.name().to_owned() } else { String::new() });
            }
            XmlEvent::End => _ = names.pop(),
            XmlEvent::Eof => return Ok(()),
            XmlEvent::Text(..) | XmlEvent::Aside => {}
        }
    }
}

/// The name of the root element of the part at `path`, if it is one of a spreadsheet.
pub fn root_name(archive: &mut WorkbookArchive<'_>, path: &str) -> Option<String> {
    let mut reader = XmlReader::new(archive.part(path).ok()?);
    loop {
        match reader.next().ok()? {
            XmlEvent::Start(element) => return element.spreadsheet_name().map(str::to_owned),
            XmlEvent::Aside | XmlEvent::Text(..) => {}
            XmlEvent::End | XmlEvent::Eof => return None,
        }
    }
}
