//! Every form that a world can be handed over in, and the arguments that go with it.

use super::documents::{export, plan, rest};
use super::page::Page;
use super::table::{PLAIN, Style, sheet, table};
use super::tree::{Node, Script, write, write_toml, write_yaml};
use super::world::{LICENSE, World};

/// What a form can carry; a planting names the kinds that can carry it.
pub const CSV: u8 = 1;
/// An export turned into JSON, with the headers as keys.
pub const HEADERS: u8 = 2;
pub const REST: u8 = 4;
pub const PLAN: u8 = 8;
/// A table whose main view is a mark in the views column.
pub const MARKED: u8 = 16;
/// The table as the sheet of a workbook.
pub const SHEET: u8 = 32;
/// A table with a column for the main view.
pub const COLUMN: u8 = CSV | HEADERS | SHEET;
pub const TABLES: u8 = COLUMN | MARKED;
pub const ALL: u8 = TABLES | REST | PLAN;

pub struct Rendering {
    pub name: &'static str,
    pub kind: u8,
    page: fn(&World) -> Page,
}

const fn csv(name: &'static str, page: fn(&World) -> Page) -> Rendering {
    Rendering { name, kind: CSV, page }
}

#[rustfmt::skip]
pub const RENDERINGS: &[Rendering] = &[
    csv("csv", |world| table(world, PLAIN)),
    csv("csv-crlf", |world| table(world, Style { newline: "\r\n", ..PLAIN })),
    csv("csv-cr", |world| table(world, Style { newline: "\r", ..PLAIN })),
    csv("csv-bom", |world| table(world, Style { bom: true, ..PLAIN })),
    csv("csv-quoted", |world| table(world, Style { quoted: true, between: "; ", ..PLAIN })),
    csv("csv-quoted-bom-crlf", |world| table(world, Style { quoted: true, bom: true, newline: "\r\n", ..PLAIN })),
    csv("csv-gaps", |world| table(world, Style { gaps: true, ..PLAIN })),
    csv("csv-shuffled", |world| table(world, Style { shuffled: true, open_end: true, ..PLAIN })),
    csv("csv-padded", |world| table(world, Style { padded: true, between: " | ", ..PLAIN })),
    csv("csv-multiline", |world| table(world, Style { between: "\n", ..PLAIN })),
    Rendering { name: "csv-marked", kind: MARKED, page: |world| table(world, Style { mark: Some(" (main)"), ..PLAIN }) },
    Rendering { name: "csv-starred", kind: MARKED, page: |world| table(world, Style { mark: Some("*"), quoted: true, ..PLAIN }) },
    csv("csv-aliases", |world| table(world, Style { aliases: true, between: "|", ..PLAIN })),
    Rendering { name: "sheet", kind: SHEET, page: sheet },
    Rendering { name: "headers", kind: HEADERS, page: |world| json(Script::Json, "", export(world, false)) },
    Rendering { name: "headers-joined", kind: HEADERS, page: |world| json(Script::Json, "users", export(world, true)) },
    Rendering { name: "headers-escaped", kind: HEADERS, page: |world| json(Script::JsonEscaped, "persons", export(world, false)) },
    Rendering { name: "headers-lines", kind: HEADERS, page: |world| lines(export(world, true)) },
    Rendering { name: "rest", kind: REST, page: |world| json(Script::Json, "", rest(world)) },
    Rendering { name: "rest-users", kind: REST, page: |world| json(Script::Json, "users", rest(world)) },
    Rendering { name: "rest-escaped", kind: REST, page: |world| json(Script::JsonEscaped, "users", rest(world)) },
    Rendering { name: "rest-tall", kind: REST, page: |world| json(Script::JsonTall, "users", rest(world)) },
    Rendering { name: "rest-bom-crlf", kind: REST, page: |world| json(Script::JsonTall, "", rest(world)).marked_and_crlf() },
    Rendering { name: "rest-lines", kind: REST, page: |world| lines(rest(world)) },
    Rendering { name: "plan-yaml", kind: PLAN, page: |world| yaml(Script::Yaml, world, true) },
    Rendering { name: "plan-yaml-quoted", kind: PLAN, page: |world| yaml(Script::YamlQuoted, world, true) },
    Rendering { name: "plan-yaml-block", kind: PLAN, page: |world| yaml(Script::YamlBlock, world, true) },
    Rendering { name: "plan-yaml-bom-crlf", kind: PLAN, page: |world| yaml(Script::YamlBlock, world, true).marked_and_crlf() },
    Rendering { name: "plan-toml-bom-crlf", kind: PLAN, page: |world| plan_toml(world).marked_and_crlf() },
    Rendering { name: "plan-toml", kind: PLAN, page: plan_toml },
    Rendering { name: "plan-json", kind: PLAN, page: |world| plan_json(Script::JsonTall, world) },
    Rendering { name: "plan-json-escaped", kind: PLAN, page: |world| plan_json(Script::JsonEscaped, world) },
];

/// A world, written: the pages, the config and the seats that an option names.
pub struct Rendered {
    pub pages: Vec<Page>,
    /// Empty if the run needs none.
    pub config: String,
    pub seats: Option<u32>,
}

impl Rendered {
    /// The inputs of the run, and the config: name and bytes.
    pub fn files(&self) -> Vec<(&str, &[u8])> {
        let pages = self.pages.iter().map(|page| (page.file, page.bytes()));
        let config = Some(("rolecall.toml", self.config.as_bytes())).filter(|_| !self.config.is_empty());
        pages.chain(config).collect()
    }

    /// The arguments of the run.
    pub fn args(&self) -> Vec<String> {
        let pages = self.pages.iter().map(|page| page.file.to_owned());
        let seats = self.seats.map(|seats| format!("--seats={LICENSE}={seats}"));
        let config = ["--config", "rolecall.toml"].iter().filter(|_| !self.config.is_empty()).map(ToString::to_string);
        pages.chain(seats).chain(config).collect()
    }
}

impl Rendering {
    pub fn render(&self, world: &World) -> Rendered {
        let mut pages = vec![(self.page)(world)];
        // Ids of the REST API mean nothing without a catalogue.
        let has_catalogue = self.kind == REST || (self.kind & TABLES != 0 && world.catalogue);
        if has_catalogue {
            pages.push(yaml(Script::Yaml, world, false));
        }
        let mut rendered = Rendered { pages, config: world.config.to_owned(), seats: None };
        if self.kind & TABLES != 0 && !world.wfm {
            rendered.config.push_str("[wfm]\nviews = \"none\"\n");
        }
        if self.kind & TABLES != 0 && !has_catalogue {
            match world.warn_at {
                None => rendered.seats = Some(world.owned),
                Some(share) => rendered.config.push_str(&pool(world.owned, share)),
            }
        }
        rendered
    }

    /// The ending of the file it writes.
    pub fn format(&self) -> String {
        let page = (self.page)(&World::new(0));
        page.file.rsplit('.').next().expect("a file name has an ending").to_owned()
    }
}

fn pool(owned: u32, share: &str) -> String {
    format!("[licenses.\"{LICENSE}\"]\nseats = {owned}\nwarn-at = {share}\n")
}

fn json(script: Script, key: &str, records: Vec<Node>) -> Page {
    let mut page = Page::new("people.json");
    let list = Node::List(records);
    write(&mut page, script, &if key.is_empty() { list } else { Node::map(vec![(key, list)]) });
    page.push("\n");
    page
}

fn lines(records: Vec<Node>) -> Page {
    let mut page = Page::new("people.jsonl");
    for record in records {
        // One line each: the printer breaks lists of several items, so the breaks are taken back out here.
        let mut one = Page::new("");
        write(&mut one, Script::Json, &record);
        page.append_on_one_line(one);
        page.push("\n");
    }
    page
}

fn yaml(script: Script, world: &World, users: bool) -> Page {
    let mut page = Page::new(if users { "plan.yaml" } else { "catalogue.yaml" });
    write_yaml(&mut page, script, &plan(world, users));
    page
}

fn plan_toml(world: &World) -> Page {
    let mut page = Page::new("plan.toml");
    write_toml(&mut page, &plan(world, true));
    page
}

fn plan_json(script: Script, world: &World) -> Page {
    let mut page = Page::new("plan.json");
    write(&mut page, script, &plan(world, true));
    page
}
