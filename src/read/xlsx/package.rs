//! The parts of a workbook, found through its relationships alone.
//!
//! Nothing is guessed by name: a part `xl/sharedStrings.xml` that no relationship names is not the table of texts. It
//! is said to be left over instead, as is a worksheet that no sheet refers to.

use super::archive::{WorkbookArchive, unreadable};
use super::number_format::{NumberFormat, number_formats};
use super::strings::shared_strings;
use super::xml::{Vocabulary, each_element, malformed, root_name};
use crate::diagnostic::fault::Fault;

/// A workbook without its cells.
#[derive(Debug, Default)]
pub struct WorkbookPackage {
    pub sheets: Vec<SheetPart>,
    pub strings: Vec<String>,
    /// The format of each style that cells refer to.
    pub formats: Vec<NumberFormat>,
    /// Days are counted from 1904.
    pub is_1904: bool,
    /// Worksheets and tables of texts that nothing in the workbook refers to.
    pub left_over: usize,
}

/// A sheet as the workbook lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetPart {
    pub name: String,
    pub path: String,
    pub kind: SheetKind,
    pub is_hidden: bool,
}

/// What kind of sheet a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetKind {
    Worksheet,
    Chart,
    Dialog,
    Macro,
}

impl SheetKind {
    /// By the last word of the relationship's type.
    fn of_relationship(word: &str) -> Option<Self> {
        match word {
            "worksheet" => Some(Self::Worksheet),
            "chartsheet" => Some(Self::Chart),
            "dialogsheet" => Some(Self::Dialog),
            "xlMacrosheet" | "xlIntlMacrosheet" => Some(Self::Macro),
            _ => None,
        }
    }

    /// The word for messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Worksheet => "worksheet",
            Self::Chart => "chart sheet",
            Self::Dialog => "dialog sheet",
            Self::Macro => "macro sheet",
        }
    }

    /// The end of the content type of such a part.
    const fn content_type(self) -> &'static str {
        match self {
            Self::Worksheet => "worksheet+xml",
            Self::Chart => "chartsheet+xml",
            Self::Dialog => "dialogsheet+xml",
            Self::Macro => "macrosheet+xml",
        }
    }
}

/// One part's pointer to another.
struct Relationship {
    id: String,
    /// The last word of its type.
    kind: String,
    target: String,
    is_external: bool,
}

impl WorkbookPackage {
    /// Reads what the package says of its parts, and the parts that cells refer to.
    ///
    /// # Errors
    /// Where the workbook does not say, or says two things.
    pub fn read(archive: &mut WorkbookArchive<'_>) -> Result<Self, Fault> {
        let roots = relationships(archive, "_rels/.rels", "")?;
        let workbook = only(&roots, "officeDocument")?.ok_or_else(|| unreadable("this archive holds no workbook"))?;
        let (folder, name) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
        let base = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let relationships = relationships(archive, &format!("{base}_rels/{name}.rels"), &base)?;
        let mut package = Self::default();
        package.list_sheets(archive, &workbook, &relationships)?;
        let types = ContentTypes::read(archive)?;
        for sheet in &package.sheets {
            types.check(&sheet.path, sheet.kind.content_type())?;
        }
        let mut used: Vec<String> = package.sheets.iter().map(|sheet| sheet.path.clone()).collect();
        // A workbook without texts may name a table that it does not have: a cell that refers to it says so.
        if let Some(path) = only(&relationships, "sharedStrings")?.filter(|path| archive.find(path).is_some()) {
            types.check(&path, "sharedStrings+xml")?;
            package.strings = shared_strings(archive, &path)?;
            used.push(path);
        }
        if let Some(path) = only(&relationships, "styles")?.filter(|path| archive.find(path).is_some()) {
            types.check(&path, "styles+xml")?;
            package.formats = number_formats(archive, &path)?;
        }
        package.left_over = left_over(archive, &used);
        Ok(package)
    }

    fn list_sheets(
        &mut self,
        archive: &mut WorkbookArchive<'_>,
        workbook: &str,
        relationships: &[Relationship],
    ) -> Result<(), Fault> {
        each_element(archive, workbook, Vocabulary::Spreadsheet, |parent, element| {
            match (parent, element.name()) {
                ("workbook", "workbookPr") => self.is_1904 = element.is_true("date1904")?,
                ("sheets", "sheet") => {
                    let id = element.relationship.as_deref().ok_or_else(malformed)?;
                    let found = relationships.iter().find(|one| one.id == id).ok_or_else(malformed)?;
                    let kind = SheetKind::of_relationship(&found.kind).filter(|_| !found.is_external);
                    let kind = kind.ok_or_else(|| unreadable("the workbook has a sheet of an unknown kind"))?;
                    check_path(&found.target)?;
                    let is_hidden = match element.attribute("state")?.as_deref() {
                        None | Some("visible") => false,
                        Some("hidden" | "veryHidden") => true,
                        Some(_) => return Err(malformed()),
                    };
                    let name = element.attribute("name")?.ok_or_else(malformed)?.into_owned();
                    self.sheets.push(SheetPart { name, path: found.target.clone(), kind, is_hidden });
                }
                (_, "sheet") => return Err(unreadable("the workbook lists a sheet outside its list of sheets")),
                _ => {}
            }
            Ok(())
        })?;
        let is_twin = |at: usize| self.sheets[..at].iter().any(|one| is_same(&one.path, &self.sheets[at].path));
        if (0..self.sheets.len()).any(is_twin) {
            return Err(unreadable("two sheets of the workbook are the same part"));
        }
        Ok(())
    }
}

/// Paths are compared as the product does, without regard to case.
fn is_same(path: &str, other: &str) -> bool {
    path.trim_start_matches('/').eq_ignore_ascii_case(other.trim_start_matches('/'))
}

/// The target of the one relationship of a kind.
fn only(relationships: &[Relationship], kind: &str) -> Result<Option<String>, Fault> {
    let mut found = relationships.iter().filter(|one| one.kind == kind);
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some(one), None) if !one.is_external => check_path(&one.target).map(|()| Some(one.target.clone())),
        _ => Err(unreadable("the workbook names two parts, or a part outside of it, where it has one")),
    }
}

/// Refuses a path that leaves its folder: two readers could resolve it differently.
fn check_path(path: &str) -> Result<(), Fault> {
    if path.split('/').any(|step| step == ".." || step == ".") {
        return Err(unreadable("the workbook names a part by a path with `..` in it, which is not followed here"));
    }
    Ok(())
}

fn relationships(archive: &mut WorkbookArchive<'_>, path: &str, base: &str) -> Result<Vec<Relationship>, Fault> {
    let mut found: Vec<Relationship> = Vec::new();
    each_element(archive, path, Vocabulary::Package, |_, element| {
        if element.name() == "Relationship" {
            let read = |name: &str| element.attribute(name).map(Option::unwrap_or_default);
            let kind = read("Type")?.rsplit('/').next().unwrap_or_default().to_owned();
            let target = read("Target")?;
            let target = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("{base}{target}"),
            };
            let (id, is_external) = (read("Id")?.into_owned(), read("TargetMode")? == "External");
            if found.iter().any(|one| one.id == id) {
                return Err(unreadable("two relationships of the workbook have the same id"));
            }
            found.push(Relationship { id, kind, target, is_external });
        }
        Ok(())
    })?;
    Ok(found)
}

/// What `[Content_Types].xml` says of the parts: by path, and by extension for the rest.
#[derive(Default)]
struct ContentTypes {
    by_path: Vec<(String, String)>,
    by_extension: Vec<(String, String)>,
}

impl ContentTypes {
    fn read(archive: &mut WorkbookArchive<'_>) -> Result<Self, Fault> {
        const PATH: &str = "[Content_Types].xml";
        let mut types = Self::default();
        if archive.find(PATH).is_none() {
            return Ok(types);
        }
        each_element(archive, PATH, Vocabulary::Package, |_, element| {
            let read = |name: &str| element.attribute(name).map(|value| value.unwrap_or_default().into_owned());
            match element.name() {
                "Override" => types.by_path.push((read("PartName")?, read("ContentType")?)),
                "Default" => types.by_extension.push((read("Extension")?, read("ContentType")?)),
                _ => {}
            }
            Ok(())
        })?;
        Ok(types)
    }

    /// Refuses a part whose content type is not the one that its relationship promises.
    fn check(&self, path: &str, expected: &str) -> Result<(), Fault> {
        let extension = path.rsplit('.').next().unwrap_or_default();
        let by_path = self.by_path.iter().find(|(known, _)| is_same(known, path));
        let found =
            by_path.or_else(|| self.by_extension.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)));
        match found {
            // A general type says nothing.
            Some((_, found)) if !found.ends_with(expected) && found.contains("spreadsheetml") => {
                Err(unreadable("the relationships and the content types of the workbook contradict each other"))
            }
            _ => Ok(()),
        }
    }
}

/// Counts the parts with cells or texts that nothing refers to.
fn left_over(archive: &mut WorkbookArchive<'_>, used: &[String]) -> usize {
    let is_unused = |name: &String| !used.iter().any(|path| is_same(path, name));
    let unused: Vec<String> = archive.names().iter().filter(|name| is_unused(name)).cloned().collect();
    let holds_cells = |name: &String| {
        let root = root_name(archive, name);
        matches!(root.as_deref(), Some("worksheet" | "sst" | "dialogsheet" | "macrosheet" | "chartsheet"))
    };
    unused.into_iter().filter(|name| !name.ends_with('/')).filter(holds_cells).count()
}
