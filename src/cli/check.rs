//! `rolecall check`.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rolecall::config::{Config, Options};
use rolecall::diagnostic::usage::UsageError;
use rolecall::engine::{Book, Named, check};
use rolecall::input::Format;
use rolecall::record::date::Date;
use rolecall::report::{human, json};
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::{Source, is_file, read_text};

use super::Failure;
use super::arguments::{Check, ReportFormat, SiteArguments};
use super::screen::Screen;

/// The name of a config that is found.
const CONFIG: &str = "rolecall.toml";

/// Judges, reports, and says how the process is to end.
pub fn run(arguments: Check) -> Result<u8, Failure> {
    let config = config(&arguments.site)?;
    let options = Options {
        as_of: arguments.as_of.unwrap_or_else(today),
        product: arguments.product,
        api_users: arguments.api_users,
        all_api_users: arguments.all_api_users,
        seats: seats(arguments.seats)?,
        digest: arguments.digest,
        fail_on: arguments.fail_on,
        sheets: arguments.sheets,
        expect_records: arguments.expect_records,
        encoding: arguments.encoding,
    };
    let named = inputs(&arguments.paths, arguments.input_format)?;
    let (rules, references) = (built_in(), References::built_in());
    let run = check(named, &config, &Book { rules: &rules, references: &references }, &options)?;
    let mut screen = Screen::standard_output(arguments.color);
    match arguments.format {
        ReportFormat::Human => human::write(&run, options.fail_on, screen.writer())?,
        ReportFormat::Json => json::write(&run, &mut screen.writer())?,
    }
    screen.finish()?;
    Ok(run.verdict.exit_code())
}

/// One number for each licence.
fn seats(seats: Vec<(String, u64)>) -> Result<Vec<(String, u64)>, UsageError> {
    for (at, (name, count)) in seats.iter().enumerate() {
        if seats[..at].iter().any(|(earlier, before)| earlier == name && before != count) {
            let message = format!("--seats gives {} two numbers", rolecall::diagnostic::visible::quoted(name));
            return Err(UsageError::new(message));
        }
    }
    Ok(seats)
}

/// Reads the config that was named, or the one in this folder or above. The data's own folder is not
/// searched: whoever made the data would choose the rules.
pub fn config(site: &SiteArguments) -> Result<Config, Failure> {
    let path = match &site.config {
        Some(path) => Some(path.clone()),
        None if site.no_config => None,
        None => find_config(),
    };
    let Some(path) = path else { return Ok(Config::default()) };
    let name = shown(&path);
    let text = read_text(&path).map_err(|why| {
        UsageError::new(format!("the config {name} cannot be read: {why}"))
            .with_remedy("Name a file that exists, or use `--no-config`.")
    })?;
    Config::parse(&name, &text).map_err(Failure::Usage)
}

/// The nearest config upwards, named relative to this folder.
fn find_config() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let above = |levels: usize| std::iter::repeat_n("..", levels).collect::<PathBuf>().join(CONFIG);
    here.ancestors().enumerate().find(|(_, folder)| is_file(&folder.join(CONFIG))).map(|(levels, _)| above(levels))
}

/// A path as reports show it.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

fn inputs(paths: &[PathBuf], format: Option<Format>) -> Result<Vec<Named>, UsageError> {
    let is_standard = |path: &PathBuf| path.as_os_str() == "-";
    let standard = paths.iter().filter(|path| is_standard(path)).count();
    if standard > 1 {
        return Err(UsageError::new("standard input is named twice"));
    }
    if standard == 1 && format.is_none() {
        return Err(UsageError::new("the format of standard input is not said")
            .with_remedy("Say it with `--input-format`, for instance `--input-format csv`."));
    }
    if paths.len() >= usize::from(u16::MAX) {
        return Err(UsageError::new("too many inputs"));
    }
    let named = |path: &PathBuf| {
        if is_standard(path) {
            return Named { name: "-".to_owned(), format, opened: Source::read_all(io::stdin().lock()) };
        }
        let name = shown(path);
        let told = Format::by_name(&name);
        // Beside standard input the option speaks of that; alone it speaks of every file.
        let format = if standard == 1 { told.or(format) } else { format.or(told) };
        Named { opened: Source::open(path), name, format }
    };
    Ok(paths.iter().map(named).collect())
}

/// Today, UTC.
fn today() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let milliseconds = i64::try_from(since.as_millis()).unwrap_or(0);
    Date::of_epoch_milliseconds(milliseconds).expect("internal error: today is a day")
}
