//! `rolecall.toml` as written. The schema has checked it before these types read it, so they hold no rules of their own.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::license::License;
use crate::source::Spanned;
use crate::syntax::tree::Node;
use crate::syntax::tree::de::{OrderedMap, from_node};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct ConfigFile {
    pub(super) product: Option<Spanned<String>>,
    pub(super) tenant: Option<String>,
    pub(super) api_users: ApiUsersTable,
    pub(super) administrator: AdministratorTable,
    pub(super) teams: TeamsTable,
    pub(super) wfm: WfmTable,
    pub(super) licenses: OrderedMap<License>,
    pub(super) columns: OrderedMap<ColumnEntry>,
    pub(super) dates: DatesTable,
    pub(super) lists: ListsTable,
    pub(super) values: ValuesTable,
    pub(super) tables: TablesTable,
    pub(super) passwords: PasswordsTable,
    pub(super) names: NamesTable,
    pub(super) packs: PacksTable,
    /// What reviews of access demand, as it is written: a type for each table costs more of the program.
    pub(super) review: Value,
    pub(super) policy: PolicyTable,
    pub(super) drift: DriftTable,
    pub(super) severity: OrderedMap<String>,
    pub(super) tenants: OrderedMap<TenantTable>,
    pub(super) project: Option<TenantTable>,
}

impl ConfigFile {
    /// The tables of a faulty config that can contradict each other, those of the wrong form left out.
    pub(super) fn of_sound_tables(root: Node<'_>) -> Self {
        Self {
            api_users: sound(root.get("api-users")),
            columns: sound(root.get("columns")),
            values: sound(root.get("values")),
            passwords: sound(root.get("passwords")),
            ..Self::default()
        }
    }
}

fn sound<T: DeserializeOwned + Default>(table: Option<Node<'_>>) -> T {
    table.and_then(|table| from_node(table).ok()).unwrap_or_default()
}

/// Where the files of a tenant lie, as `[tenants.NAME]` or `[project]` says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TenantTable {
    /// Patterns of its inputs.
    pub inputs: Vec<Spanned<String>>,
    /// Patterns of files that are not its inputs.
    pub exclude: Vec<Spanned<String>>,
    /// Its own config.
    pub config: Option<Spanned<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct ApiUsersTable {
    pub(super) user_names: Vec<String>,
    pub(super) ids: Vec<String>,
    pub(super) patterns: Vec<PatternTable>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct PatternTable {
    pub(super) regex: Spanned<String>,
    pub(super) max: u64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct AdministratorTable {
    pub(super) role_names: Option<Vec<String>>,
    pub(super) accept_equivalent: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TeamsTable {
    pub(super) default: Option<String>,
    pub(super) alternates: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WfmTable {
    pub(super) views: Option<Spanned<String>>,
}

/// A header of a field, or the headers of `ignore`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum ColumnEntry {
    Header(String),
    Ignored(Vec<String>),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DatesTable {
    pub(super) order: Option<String>,
    pub(super) epoch: Option<String>,
    pub(super) serials: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListsTable {
    pub(super) separator: Option<Separators>,
    pub(super) whole: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Separators {
    One(char),
    Several(Vec<char>),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ValuesTable {
    pub(super) active: Vec<Spanned<String>>,
    pub(super) inactive: Vec<Spanned<String>>,
    pub(super) blank: Vec<Spanned<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct TablesTable {
    pub(super) header_row: Option<u64>,
    pub(super) footer_rows: u64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PasswordsTable {
    pub(super) references: Vec<Spanned<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct PacksTable {
    pub(super) folders: Vec<Spanned<String>>,
    pub(super) access_review: bool,
}

/// Files by which a site governs its runs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct PolicyTable {
    pub(super) lock: Option<Spanned<String>>,
    pub(super) waivers: Vec<Spanned<String>>,
    pub(super) longest_waiver: Option<u32>,
    pub(super) baseline: Option<Spanned<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct NamesTable {
    pub(super) purpose_words: Vec<String>,
    pub(super) placeholders: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DriftTable {
    pub(super) owns: OwnsTable,
}

/// Accounts of exports that some plan has to declare, beside API users.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OwnsTable {
    pub(super) roles: Vec<String>,
}
