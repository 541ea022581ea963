//! `rolecall explain`, `rolecall rules`, `rolecall columns`: answers that take no judgement.

use std::io::{self, BufWriter, Write};

use rolecall::config::suggest;
use rolecall::diagnostic::fault::{Fault, FaultKind};
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, visible};
use rolecall::read::encoding::to_utf8;
use rolecall::read::headers::read_headers;
use rolecall::read::{Format, ReadOptions};
use rolecall::report::{columns, explain, rule_list};
use rolecall::rule::coverage::statements;
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::Source;

use super::CommandError;
use super::arguments::{ColumnsArguments, ColumnsFormat, ExplainArguments, RulesArguments, TextFormat};
use super::config::config;
use super::paths::display_path;
use super::stream::print_to_stderr;

const fn format(format: TextFormat) -> explain::ExplainFormat {
    match format {
        TextFormat::Human => explain::ExplainFormat::Human,
        TextFormat::Json => explain::ExplainFormat::Json,
        TextFormat::Markdown => explain::ExplainFormat::Markdown,
    }
}

pub fn explain(arguments: &ExplainArguments) -> Result<u8, CommandError> {
    let rules = built_in();
    let mut out = BufWriter::new(io::stdout().lock());
    let format = format(arguments.format);
    if let Some(rule) = rules.iter().find(|rule| rule.id == arguments.rule) {
        explain::rule(rule, &References::built_in(), arguments.product, format, &mut out)?;
    } else if let Some(kind) = FaultKind::by_id(&arguments.rule) {
        explain::fault(kind, format, &mut out)?;
    } else if let Some(statement) = statements().iter().find(|one| one.id.eq_ignore_ascii_case(&arguments.rule)) {
        rule_list::statement(statement, &rules, format, &mut out)?;
    } else {
        let message = format!("unknown rule {}", quoted(&arguments.rule));
        return Err(UsageError::new(message).with_remedy(suggest(&arguments.rule, &rules)).into());
    }
    out.flush()?;
    Ok(0)
}

pub fn rules(arguments: &RulesArguments) -> Result<u8, CommandError> {
    let mut out = BufWriter::new(io::stdout().lock());
    rule_list::write(&built_in(), arguments.coverage, format(arguments.format), &mut out)?;
    out.flush()?;
    Ok(0)
}

pub fn columns(arguments: &ColumnsArguments) -> Result<u8, CommandError> {
    let config = config(&arguments.site)?;
    let name = display_path(&arguments.file);
    let Some(format) = arguments.input_format.or_else(|| Format::by_name(&name)) else {
        let error = UsageError::new(format!("the format of {} is unknown", quoted(&name)));
        return Err(error.with_remedy("Name it with `--input-format`, for instance `--input-format csv`.").into());
    };
    let columns = config.columns();
    let tables = config.tables(arguments.header_row);
    let options = ReadOptions { columns: &columns, tables, sheets: &arguments.sheets, ..ReadOptions::default() };
    let opened = if name == "-" { Source::read_all(io::stdin().lock()) } else { Source::open(&arguments.file) };
    let found = match opened.map_err(Fault::from).and_then(|source| {
        // A workbook is left as it is: it begins with no mark.
        let (source, decoded) = to_utf8(source, arguments.encoding);
        decoded.and_then(|_| read_headers(&source, format, &options))
    }) {
        Ok(found) => found,
        Err(fault) if fault.kind == FaultKind::HeaderRowBeyond => {
            let message = format!("{}: {}", visible(&name), fault.message);
            return Err(UsageError::new(message).with_remedy(fault.kind.remedy()).into());
        }
        Err(fault) => {
            print_to_stderr(&format!("rolecall: {}: {}", visible(&name), fault.message));
            print_to_stderr(&fault.remedy.unwrap_or_else(|| fault.kind.remedy().to_owned()));
            return Ok(INCOMPLETE);
        }
    };
    let format = match arguments.format {
        ColumnsFormat::Human => columns::HeadersFormat::Human,
        ColumnsFormat::Json => columns::HeadersFormat::Json,
        ColumnsFormat::Toml => columns::HeadersFormat::Toml,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    columns::write(&name, &found, format, &mut out)?;
    out.flush()?;
    Ok(0)
}

/// The file could not be read.
const INCOMPLETE: u8 = 3;
