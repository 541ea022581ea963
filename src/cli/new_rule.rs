//! `rolecall new rule`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{quoted, visible};
use rolecall::rule::file::all_built_in;
use rolecall::rule::pack::{PackFolder, pack_name, read_packs};
use rolecall::rule::scaffold::{PLACEHOLDER, kinds, rule_text};
use rolecall::source::pack_folder::{PACK_FILE, PackFile};

use super::CommandError;
use super::arguments::NewRuleArguments;
use super::config::load_config;
use super::paths::display_path;
use super::rules::{folder, unusable};

/// Writes a rule, and its pack if there is none.
pub fn run(arguments: &NewRuleArguments) -> Result<u8, CommandError> {
    let Some((pack, id)) = arguments.id.split_once('/') else {
        let error = UsageError::new(format!("{} does not name a pack", quoted(&arguments.id)));
        return Err(error.with_remedy(format!("Write PACK/ID, for instance `acme/{}`.", arguments.id)).into());
    };
    let Some(text) = rule_text(id, &arguments.check) else {
        let error = UsageError::new(format!("there is no kind of check {}", quoted(&arguments.check)));
        return Err(error.with_remedy(format!("The kinds are {}.", kinds().join(", "))).into());
    };
    let (path, _, config) = load_config(&arguments.site)?;
    let home = path.as_deref().and_then(Path::parent).unwrap_or_else(|| Path::new("")).to_owned();
    let of_site: Vec<PathBuf> = config.pack_folders().iter().map(|named| home.join(&named.value)).collect();
    let (target, mut files) = match of_pack(pack, arguments.packs.packs.iter().chain(&of_site))? {
        Some(found) => found,
        None => {
            let target = arguments.packs.packs.first().cloned().unwrap_or_else(|| home.join("rules").join(pack));
            refuse_inside_a_pack(&target)?;
            let head = format!("name = \"{pack}\"\nversion = \"1.0.0\"\n");
            (target, vec![PackFile { name: PACK_FILE.to_owned(), text: head }])
        }
    };
    let is_new = !target.join(PACK_FILE).exists();
    let name = format!("{id}.toml");
    if target.join(&name).symlink_metadata().is_ok() {
        let error =
            UsageError::new(format!("{} exists and is not replaced", quoted(&display_path(&target.join(&name)))));
        return Err(error.with_remedy("Choose another id.").into());
    }
    files.push(PackFile { name: name.clone(), text: text.clone() });
    let first = files[0].clone();
    read_packs(vec![PackFolder { path: display_path(&target), files }], &all_built_in())
        .map_err(CommandError::Usage)?;
    if is_new {
        write(&target.join(PACK_FILE), &first.text)?;
    }
    write(&target.join(&name), &text)?;
    let mut lines = vec![format!("Replace every {PLACEHOLDER}.")];
    let shown = display_path(&target);
    if of_site.contains(&target) {
        lines.push(format!("Then run `rolecall test {pack}/{id}`."));
    } else {
        let below = target.strip_prefix(&home).map_or_else(|_| shown.clone(), display_path);
        lines.push(format!("Then run `rolecall test {shown}`. To judge by it, write to `rolecall.toml`:"));
        lines.push(format!("\n[packs]\nfolders = [\"{below}\"]"));
    }
    for line in lines {
        writeln!(io::stdout(), "{line}")?;
    }
    Ok(0)
}

/// The folder and the files of a pack.
type FoundPack = (PathBuf, Vec<PackFile>);

/// The first of these folders that holds the pack. A folder that is named and does not exist yet holds none.
fn of_pack<'p>(pack: &str, folders: impl Iterator<Item = &'p PathBuf>) -> Result<Option<FoundPack>, CommandError> {
    for path in folders.filter(|path| path.exists()) {
        let found = folder(path).map_err(|error| unusable(path, &error))?;
        match pack_name(&found).map_err(CommandError::Usage)? {
            Some(name) if name == pack => return Ok(Some((path.clone(), found.files))),
            _ => {}
        }
    }
    Ok(None)
}

/// Refuses a folder for a new pack that lies in another: a pack holds no folders.
fn refuse_inside_a_pack(target: &Path) -> Result<(), UsageError> {
    match target.ancestors().skip(1).find(|above| above.join(PACK_FILE).exists()) {
        Some(above) => {
            let message =
                format!("{} would lie in the pack {}", quoted(&display_path(target)), quoted(&display_path(above)));
            Err(UsageError::new(message).with_remedy("Name a folder beside it: `--pack DIR`."))
        }
        None => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    let name = visible(&display_path(path));
    let make = || -> io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or_else(|| Path::new("")))?;
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
    };
    make().map_err(|error| CommandError::Reports(vec![(name.clone(), error)]))?;
    writeln!(io::stdout(), "{name} written.")?;
    Ok(())
}
