//! `rolecall merge`.

use std::path::{Path, PathBuf};

use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::fleet::Fleet;
use rolecall::fleet::manifest::{ManifestTenant, read_manifest};
use rolecall::report::fleet::{FleetFormat, FleetReport, ReportLinks, human};
use rolecall::source::file::{Source, read_policy_text};

use super::CommandError;
use super::arguments::{ColorChoice, FleetForms, MergeArguments, OutputArgument};
use super::output::Outputs;
use super::paths::display_path;
use super::stream::ColoredStream;

/// Merges reports, writes the fleet and returns the exit code.
pub fn run(arguments: MergeArguments) -> Result<u8, CommandError> {
    let MergeArguments { reports, expect, fleet, forms } = arguments;
    let FleetForms { format, mut outputs, color } = forms;
    outputs.extend(fleet.map(|path| OutputArgument { format: FleetFormat::Json, path }));
    let links = ReportLinks { folder: folder_of_page(&outputs), has_pages: false };
    let outputs = Outputs::new(format, outputs, FleetFormat::Human)?;
    let read: Vec<&Path> = reports.iter().chain(&expect).map(PathBuf::as_path).collect();
    outputs.refuse_paths(&read, &[], None, &[])?;
    let mut merged = Fleet::default();
    if let Some(path) = &expect {
        merged.merge(Fleet::expecting(manifest(path, true)?.into_iter().map(|tenant| tenant.name)));
    }
    for path in &reports {
        merged.merge(read_report(path));
    }
    write(&merged, links, &outputs, color)
}

/// What a file says; one that cannot be read is kept with the reason.
pub fn read_report(path: &Path) -> Fleet {
    let file = display_path(path);
    let bytes = Source::open(path).and_then(|source| source.read_whole());
    bytes.map_or_else(
        |error| Fleet::of_unreadable(&file, &format!("it cannot be read: {}", error.reason)),
        |bytes| Fleet::read(&file, &bytes),
    )
}

/// The folder of the first page among the outputs, as typed.
pub fn folder_of_page(outputs: &[OutputArgument<FleetFormat>]) -> Option<String> {
    let page = outputs.iter().find(|output| output.format == FleetFormat::Html && output.path.as_os_str() != "-")?;
    page.path.parent().map(display_path)
}

/// The tenants that a list names.
pub fn manifest(path: &Path, is_names_only: bool) -> Result<Vec<ManifestTenant>, CommandError> {
    let name = display_path(path);
    let text = read_policy_text(path).map_err(|why| {
        UsageError::new(format!("the list of tenants {} cannot be read: {why}", quoted(&name)))
            .with_remedy("Name a CSV file in UTF-8 with the column `tenant` and a line for each tenant.")
    })?;
    read_manifest(&name, &text, is_names_only).map_err(CommandError::Usage)
}

/// Writes a fleet in every form and returns the exit code.
pub fn write(
    fleet: &Fleet,
    links: ReportLinks,
    outputs: &Outputs<FleetFormat>,
    color: ColorChoice,
) -> Result<u8, CommandError> {
    let report = FleetReport::of_fleet(fleet, links);
    let on_stdout = |format: FleetFormat, screen: &mut ColoredStream| match format {
        FleetFormat::Human => human::write_styled(&report, &mut screen.screen()),
        other => other.write(&report, &mut screen.writer()),
    };
    outputs.write_all(color, |format, _, out| format.write(&report, out), on_stdout)?;
    Ok(report.exit_code())
}
