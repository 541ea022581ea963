//! `rolecall explain`, `rolecall rules`, `rolecall columns`, `rolecall init`: answers that take no judgement.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use rolecall::config::{Config, suggest};
use rolecall::diagnostic::fault::{Fault, FaultKind};
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, shell_word, visible};
use rolecall::read::encoding::{fitting, not_utf8, to_utf8};
use rolecall::read::survey::Survey;
use rolecall::read::{Format, Input, ReadOptions};
use rolecall::report::{columns, explain, reference_pages, rule_list};
use rolecall::rule::coverage::{Statement, statements};
use rolecall::rule::file::{References, all_built_in};
use rolecall::rule::pack::SitePack;
use rolecall::source::InputId;
use rolecall::source::file::Source;

use super::CommandError;
use super::arguments::{
    ColumnsArguments, ColumnsFormat, ExplainArguments, InitArguments, PackArguments, RulesArguments, SiteArguments,
    TableArguments, TextFormat,
};
use super::config::{config, load_config};
use super::paths::{display_path, existing_folder};
use super::rules::LoadedRules;
use super::stream::print_to_stderr;

const fn format(format: TextFormat) -> explain::ExplainFormat {
    match format {
        TextFormat::Human => explain::ExplainFormat::Human,
        TextFormat::Json => explain::ExplainFormat::Json,
        TextFormat::Markdown => explain::ExplainFormat::Markdown,
    }
}

pub fn explain(arguments: &ExplainArguments) -> Result<u8, CommandError> {
    let mut out = BufWriter::new(io::stdout().lock());
    let format = format(arguments.format);
    // A config that cannot be read keeps no built-in rule from being explained.
    let built_in = all_built_in();
    let is_built_in = built_in.iter().any(|rule| rule.id == arguments.rule);
    let (rules, statements) = if is_built_in || FaultKind::by_id(&arguments.rule).is_some() {
        (Arc::new(built_in), Vec::new())
    } else {
        let loaded = loaded_rules(&arguments.packs, &arguments.site)?;
        let statements = all_statements(&loaded.packs);
        (loaded.rules, statements)
    };
    if let Some(rule) = rules.iter().find(|rule| rule.id == arguments.rule) {
        explain::rule(rule, &References::built_in(), arguments.product, format, &mut out)?;
    } else if let Some(kind) = FaultKind::by_id(&arguments.rule) {
        explain::fault(kind, format, &mut out)?;
    } else if let Some(statement) = statements.iter().find(|one| one.id.eq_ignore_ascii_case(&arguments.rule)) {
        rule_list::statement(statement, &rules, format, &mut out)?;
    } else {
        let message = format!("unknown rule {}", quoted(&arguments.rule));
        return Err(UsageError::new(message).with_remedy(suggest(&arguments.rule, &rules)).into());
    }
    out.flush()?;
    Ok(0)
}

pub fn rules(arguments: &RulesArguments) -> Result<u8, CommandError> {
    let loaded = loaded_rules(&arguments.packs, &arguments.site)?;
    if let Some(folder) = &arguments.folder {
        return write_pages(folder, arguments.format, &loaded);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let statements = if arguments.coverage { all_statements(&loaded.packs) } else { Vec::new() };
    rule_list::write(&loaded.rules, &statements, format(arguments.format), &mut out)?;
    out.flush()?;
    Ok(0)
}

fn loaded_rules(packs: &PackArguments, site: &SiteArguments) -> Result<LoadedRules, CommandError> {
    let (path, _, config) = load_config(site)?;
    Ok(LoadedRules::load(&packs.packs, &config, path.as_deref())?.with_opt_in())
}

/// The statements of the vendor, then those of packs.
fn all_statements(packs: &[SitePack]) -> Vec<Statement> {
    statements().into_iter().chain(packs.iter().flat_map(|pack| pack.statements.iter().cloned())).collect()
}

/// Writes the pages of the book.
fn write_pages(folder: &Path, format: TextFormat, loaded: &LoadedRules) -> Result<u8, CommandError> {
    if format != TextFormat::Markdown {
        let error = UsageError::new("pages are written in Markdown alone");
        return Err(error.with_remedy("Add `--format markdown`.").into());
    }
    existing_folder(folder)?;
    let name =
        folder.canonicalize().ok().and_then(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()));
    for page in reference_pages::pages(&loaded.rules, &all_statements(&loaded.packs), name.as_deref().unwrap_or("."))? {
        let path = folder.join(&page.name);
        std::fs::write(&path, page.text).map_err(|error| CommandError::Reports(vec![(display_path(&path), error)]))?;
    }
    Ok(0)
}

/// Shows what the columns of a file mean, and what they may mean.
pub fn columns(arguments: &ColumnsArguments) -> Result<u8, CommandError> {
    let survey = match survey(&arguments.file, &arguments.reading, &config(&arguments.site)?)? {
        Ok(survey) => survey,
        Err(code) => return Ok(code),
    };
    let format = match arguments.format {
        ColumnsFormat::Human => columns::HeadersFormat::Human,
        ColumnsFormat::Json => columns::HeadersFormat::Json,
        ColumnsFormat::Toml => columns::HeadersFormat::Toml,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    columns::write(&display_path(&arguments.file), &survey, format, &mut out)?;
    out.flush()?;
    Ok(0)
}

/// Writes a config that makes files judgeable; a file that is there stays.
pub fn init(arguments: &InitArguments) -> Result<u8, CommandError> {
    let name = display_path(&arguments.output);
    let refuse = || {
        let error = UsageError::new(format!("{} exists and is not replaced", quoted(&name)));
        error.with_remedy("Choose another path with `-o FILE`, or remove it first.")
    };
    if arguments.output.symlink_metadata().is_ok() {
        return Err(refuse().into());
    }
    let mut surveys = Vec::with_capacity(arguments.files.len());
    for file in &arguments.files {
        match survey(file, &arguments.reading, &Config::default())? {
            Ok(survey) => surveys.push((display_path(file), survey)),
            Err(code) => return Ok(code),
        }
    }
    let text = columns::config(&surveys);
    let created = OpenOptions::new().write(true).create_new(true).open(&arguments.output);
    match created.and_then(|mut file| file.write_all(text.as_bytes())) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(refuse().into()),
        Err(error) => return Err(CommandError::Reports(vec![(visible(&name), error)])),
        Ok(()) => {}
    }
    let lines =
        text.lines().enumerate().filter(|(_, line)| line.contains(columns::LOOK) && !line.starts_with("# Lines"));
    let lines: Vec<String> = lines.map(|(at, _)| (at + 1).to_string()).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "{} written.", visible(&name))?;
    match lines.as_slice() {
        [] => writeln!(out, "No line is a guess.")?,
        [line] => writeln!(out, "Line {line} is a guess: look at it.")?,
        lines => writeln!(out, "Lines {} are guesses: look at them.", lines.join(", "))?,
    }
    if !arguments.files.is_empty() {
        writeln!(out, "Then: {}", next_command(arguments, &name))?;
    }
    out.flush()?;
    Ok(0)
}

/// The command that judges the files by the config that was written.
fn next_command(arguments: &InitArguments, config: &str) -> String {
    let mut words: Vec<String> = ["rolecall", "check"].map(str::to_owned).into();
    words.extend(arguments.files.iter().map(|file| shell_word(&display_path(file))));
    let reading = &arguments.reading;
    words.extend(reading.encoding.map(|encoding| format!("--encoding {}", encoding.word())));
    words.extend(reading.input_format.map(|format| format!("--input-format {}", format.word())));
    words.extend(reading.sheets.iter().map(|sheet| format!("--sheet {}", shell_word(sheet))));
    if config != "rolecall.toml" {
        words.push(format!("--config {}", shell_word(config)));
    }
    words.push("--seats 'System Administrator=N'".to_owned());
    words.join(" ")
}

/// Looks at a file; the exit code if it cannot be read.
fn survey(path: &Path, reading: &TableArguments, config: &Config) -> Result<Result<Survey, u8>, CommandError> {
    let name = display_path(path);
    let Some(format) = reading.input_format.or_else(|| Format::by_name(&name)) else {
        let error = UsageError::new(format!("the format of {} is unknown", quoted(&name)));
        return Err(error.with_remedy("Name it with `--input-format`, for instance `--input-format csv`.").into());
    };
    let columns = config.columns();
    let tables = config.tables(reading.header_row);
    let options = ReadOptions { columns: &columns, tables, sheets: &reading.sheets, ..ReadOptions::default() };
    let opened = if name == "-" { Source::read_all(io::stdin().lock()) } else { Source::open(path) };
    let found = opened.map_err(Fault::from).and_then(|source| {
        let fitting = if format.is_text() && reading.encoding.is_none() { fitting(&source)? } else { Vec::new() };
        if !fitting.is_empty() {
            return Err(not_utf8(&fitting));
        }
        // A workbook is left as it is: it begins with no mark.
        let (source, decoded) = to_utf8(source, reading.encoding);
        let input = Input { id: InputId(0), name: name.as_str().into(), source, encoding: decoded? };
        Survey::of_input(&input, format, &options)
    });
    match found {
        Ok(found) => Ok(Ok(found)),
        Err(fault) if fault.kind == FaultKind::HeaderRowBeyond => {
            let message = format!("{}: {}", visible(&name), fault.message);
            Err(UsageError::new(message).with_remedy(fault.kind.remedy()).into())
        }
        Err(fault) => {
            print_to_stderr(&format!("rolecall: {}: {}", visible(&name), fault.message));
            let known = if fault.kind == FaultKind::HeaderMissing { NAME_THE_ROW } else { fault.kind.remedy() };
            print_to_stderr(&fault.remedy.unwrap_or_else(|| known.to_owned()));
            Ok(Err(INCOMPLETE))
        }
    }
}

/// What helps if no row reads like headers.
const NAME_THE_ROW: &str = "Name the row of the headers with `--header-row N`, for instance `--header-row 1`.";

/// The file could not be read.
const INCOMPLETE: u8 = 3;
