//! Workbooks whose package says one thing and whose names or markup suggest another.

use crate::support::workbook::{DANA, GOOD, HEAD, Workbook, good_with, rows};
use crate::support::workspace::{Ran, Workspace, nothing_wrong};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const COMPATIBILITY: &str = "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn judge(bytes: &[u8]) -> Ran {
    let workspace = Workspace::new();
    workspace.write("people.xlsx", bytes);
    workspace.check(&["people.xlsx", "--seats", "System Administrator=50"])
}

fn good() -> Workbook {
    Workbook::with_rows(&rows(&[HEAD, GOOD, DANA]))
}

/// A workbook whose third account has this cell as its team.
fn with_team(cell: &'static str) -> Workbook {
    Workbook::with_rows(&rows(&[HEAD, GOOD, DANA, good_with(4, cell)]))
}

/// A table of texts with this one text.
fn texts(text: &str) -> String {
    format!("<sst xmlns=\"{MAIN}\"><si>{text}</si></sst>")
}

/// A sheet of these rows, in a part of its own.
fn worksheet(rows: &str) -> String {
    format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")
}

#[test]
fn honest_workbooks_of_every_making_pass() {
    let shared = "<c r=\"@\" t=\"s\"><v>0</v></c>";
    let dated = |cell: &'static str| {
        let mut row = GOOD;
        row[7] = cell;
        Workbook::with_rows(&rows(&[HEAD, row, DANA]))
    };
    let elsewhere = with_team(shared).but("sharedStrings.xml", "texts/all.xml");
    let prefixed = |text: &str| {
        let text = text.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:");
        format!("<x:worksheet xmlns:x=\"{MAIN}\"><x:sheetData>{text}</x:sheetData></x:worksheet>")
    };
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" \
        ContentType=\"application/xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/\
        vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>";
    let controls = format!(
        "</sheetData><mc:AlternateContent {COMPATIBILITY}><mc:Choice Requires=\"x14\"><controls><control><x:col \
         xmlns:x=\"urn:x\">3</x:col></control></controls></mc:Choice><mc:Fallback/></mc:AlternateContent>"
    );
    let mut wrong = Vec::new();
    for (what, book) in [
        (
            "texts in another folder",
            elsewhere.moved("xl/sharedStrings.xml", "xl/texts/all.xml").but("Shared Text", "Default Team"),
        ),
        (
            "texts in runs",
            with_team(
                "<c r=\"@\" t=\"inlineStr\"><is><r><t>Default</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\"> Team</t></r></is></c>",
            ),
        ),
        (
            "shared texts in runs",
            with_team(shared).but("<t>Shared Text</t>", "<r><t>Default </t></r><r><rPr><i/></rPr><t>Team</t></r>"),
        ),
        (
            "a phonetic reading",
            with_team(
                "<c r=\"@\" t=\"inlineStr\"><is><t>Default Team</t><rPh sb=\"0\" eb=\"1\"><t>zz</t></rPh><phoneticPr fontId=\"1\"/></is></c>",
            ),
        ),
        ("a text in a value", with_team("<c r=\"@\" t=\"str\"><v>Default Team</v></c>")),
        ("a day that is written out", dated("<c r=\"@\" t=\"d\"><v>2026-01-05T00:00:00</v></c>")),
        (
            "an attribute of another vocabulary",
            with_team(
                "<c xmlns:x=\"urn:x\" x:t=\"s\" x:r=\"A1\" r=\"@\" t=\"inlineStr\"><is><t>Default Team</t></is></c>",
            ),
        ),
        ("an id of another vocabulary", good().but("<sheet name", "<sheet xmlns:x=\"urn:x\" x:id=\"rS\" name")),
        (
            "a prefix for everything",
            Workbook::default()
                .sheet("Users", "visible", "")
                .but(&worksheet(""), &prefixed(&rows(&[HEAD, GOOD, DANA]))),
        ),
        ("controls in alternate content", good().but("</sheetData>", &controls)),
        ("content types", good().with("[Content_Types].xml", types)),
        ("cells with extensions", good().but("</row>", "<extLst><ext uri=\"x\"/></extLst></row>")),
        ("a part of another kind", good().with("docProps/app.xml", "<Properties/>").with("xl/media/image1.png", "PNG")),
    ] {
        wrong.extend(judge(&book.bytes()).concluded(0, "pass").err().map(|why| format!("{what}: {why}")));
    }
    nothing_wrong(wrong);
}

#[test]
fn what_the_package_does_not_say_or_says_twice_is_incomplete() {
    let shared = "<c r=\"@\" t=\"s\"><v>0</v></c>";
    let decoy = with_team(shared).but("sharedStrings.xml", "texts.xml").with("xl/texts.xml", texts("<t>Nowhere</t>"));
    let around_cell =
        format!("<mc:AlternateContent {COMPATIBILITY}><mc:Choice><c r=\"E4\"/></mc:Choice></mc:AlternateContent>");
    let around_all =
        format!("<mc:AlternateContent {COMPATIBILITY}><mc:Choice><sheetData/></mc:Choice></mc:AlternateContent>");
    let types = |kind: &str| {
        format!(
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override \
             PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.\
             spreadsheetml.{kind}+xml\"/></Types>"
        )
    };
    let two = |kind: &str, rows: &str| {
        let from = format!("Id=\"rId2\" Type=\"{OFFICE}/worksheet\"");
        good().sheet("Second", "visible", rows).but(&from, &format!("Id=\"rId2\" Type=\"{OFFICE}/{kind}\""))
    };
    let more = rows(&[HEAD, good_with(4, "")]);
    let mut wrong = Vec::new();
    for (what, book) in [
        ("texts that nothing names", decoy),
        ("a sheet that nothing names", good().with("xl/worksheets/old.xml", worksheet(&more))),
        ("a sheet that nothing names, by another name", good().with("custom/data.bin", worksheet(&more))),
        ("an element of another vocabulary in a cell", with_team("<c r=\"@\" t=\"inlineStr\"><is><t>Default Team</t></is><x:v xmlns:x=\"urn:x\">Other</x:v></c>")),
        ("an element of another vocabulary in a text", with_team("<c r=\"@\" t=\"inlineStr\"><is><t>Default</t><x:t xmlns:x=\"urn:x\"> Team</x:t></is></c>")),
        ("text between cells", good().but("</row>", "Administrator</row>")),
        ("text after the root", good().but("</worksheet>", "</worksheet>Administrator")),
        ("a second root", good().but("</worksheet>", "</worksheet><worksheet/>")),
        ("text after the texts", good().but("</sst>", "</sst>x")),
        ("a cell in alternate content", good().but("</row>", &format!("{around_cell}</row>"))),
        ("cells in alternate content", good().but("</sheetData>", &format!("</sheetData>{around_all}"))),
        ("cells of another vocabulary", good().but(&format!("<worksheet xmlns=\"{MAIN}\""), "<worksheet xmlns=\"urn:x\"")),
        ("a text where an index is expected", with_team("<c r=\"@\" t=\"s\"><is><t>Default Team</t></is></c>")),
        ("an inline text in a value", with_team("<c r=\"@\" t=\"inlineStr\"><v>Default Team</v></c>")),
        ("a style that is not defined", with_team("<c r=\"@\" s=\"99\"><v>4711</v></c>")),
        ("content types that contradict", good().with("[Content_Types].xml", types("chartsheet"))),
        ("a macro sheet with cells", two("xlMacrosheet", &more)),
        ("a dialog sheet with cells", two("dialogsheet", &more)),
        ("a chart sheet with cells", two("chartsheet", &more)),
        ("a sheet of an unknown kind", two("somethingElse", &more)),
        ("one part for two sheets", good().sheet("Second", "visible", &more).but("sheet2.xml", "sheet1.xml")),
        ("two tables of texts", good().but("<Relationship Id=\"rS\"", &format!("<Relationship Id=\"rU\" Type=\"{OFFICE}/sharedStrings\" Target=\"other.xml\"/><Relationship Id=\"rS\""))),
        ("one id twice", good().but("Id=\"rS\"", "Id=\"rId1\"")),
        ("a sheet elsewhere", good().but("Target=\"worksheets/sheet1.xml\"", "Target=\"worksheets/sheet1.xml\" TargetMode=\"External\"")),
        ("an unknown state", good().but("state=\"visible\"", "state=\"odd\"")),
        ("an element that sheets do not have", good().but("</sheetData>", "</sheetData><accounts>x</accounts>")),
    ] {
        let holed = judge(&book.bytes()).concluded(3, "incomplete").map(|report| !report.holes().is_empty());
        if holed != Ok(true) {
            wrong.push(format!("{what}: {holed:?}"));
        }
    }
    nothing_wrong(wrong);
}

#[test]
fn sheets_without_cells_are_noted() {
    let from = format!("Id=\"rId2\" Type=\"{OFFICE}/worksheet\"");
    let book = good().sheet("Second", "visible", "").but(&from, &format!("Id=\"rId2\" Type=\"{OFFICE}/dialogsheet\""));
    let report = judge(&book.bytes()).concluded(0, "pass").unwrap();
    assert!(report.0.to_string().contains("is a dialog sheet and holds no cells"), "{}", report.0);
}

/// An entry that the directory does not list is there for whoever goes from entry to entry.
#[test]
fn an_entry_beside_the_directory_is_incomplete() {
    let bytes = good().bytes();
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").unwrap();
    let directory = u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap()) as usize;
    for hidden in [b"PK\x03\x04 and what follows it".to_vec(), vec![b'x'; 5000]] {
        let mut more = [&bytes[..directory], &hidden, &bytes[directory..]].concat();
        let at = end + hidden.len() + 16;
        more[at..at + 4].copy_from_slice(&u32::try_from(directory + hidden.len()).unwrap().to_le_bytes());
        let report = judge(&more).concluded(3, "incomplete").unwrap();
        assert!(report.0.to_string().contains("beside the entries that its directory lists"), "{}", report.0);
    }
}
