//! The world as trees: REST records, an export turned into JSON, and plans.
//! It knows no syntax; `tree` writes what is built here.

use super::page::OF_PLAN;
use super::tree::Node;
use super::world::{Account, GROUPS, Group, LICENSE, TENANT, Team, World, bare};

/// Field and header of a table, in the usual order; the last one tells whether it holds a list.
pub const COLUMNS: [(&str, &str, bool); 15] = [
    ("first-name", "First Name", false),
    ("last-name", "Last Name", false),
    ("user-name", "User Name", false),
    ("roles", "Roles", true),
    ("team", "Team", false),
    ("scope", "Associated Groups and Teams", true),
    ("wfm-views", "WFM Views", true),
    ("main-view", "Main View", false),
    ("active", "Active", false),
    ("activated", "Activated", false),
    ("deactivated", "Deactivated", false),
    ("windows-login", "Windows Login", false),
    ("acd-id", "ACD ID", false),
    ("password", "Password", false),
    ("created-by", "Created By", false),
];

/// What a table's cell holds: all views in the views column, bare names in lists.
pub fn cell(account: &Account, field: &'static str) -> Vec<&'static str> {
    let mut items = Vec::new();
    if field == "wfm-views" {
        items.extend_from_slice(account.list("main-view"));
    }
    items.extend_from_slice(account.list(field));
    items.into_iter().map(bare).collect()
}

/// An export turned into JSON: the headers as keys; lists as arrays, or as they stood in the cell.
pub fn export(world: &World, joined: bool) -> Vec<Node> {
    let record = |(who, account): (usize, &Account)| {
        let mut entries = Vec::new();
        for (field, header, is_list) in COLUMNS {
            // An entry that the account lacks and others have is left out: that is what a missing key is.
            let Some(_) = account.fields.get(field) else { continue };
            let items = cell(account, field);
            let node = match (is_list, joined) {
                (false, _) => text_of(items.first().copied().unwrap_or("")).at((who, field, None)),
                (true, false) => list_of(who, field, &items),
                (true, true) => Node::Joined(who, field, items.iter().map(|item| (*item).to_owned()).collect()),
            };
            entries.push((header, node));
        }
        Node::map(entries).at((who, "record", None))
    };
    world.accounts.iter().enumerate().map(record).collect()
}

/// Persons as the REST API tells them.
pub fn rest(world: &World) -> Vec<Node> {
    world.accounts.iter().enumerate().map(|(who, account)| person(who, account)).collect()
}

fn person(who: usize, account: &Account) -> Node {
    let mut entries = vec![("personId", Node::bare(4000 + who))];
    for (field, key) in [
        ("first-name", "firstName"),
        ("last-name", "lastName"),
        ("user-name", "email"),
        ("windows-login", "adLogin"),
        ("acd-id", "acdId"),
    ] {
        if account.fields.contains_key(field) {
            entries.push((key, Node::text(account.text(field)).at((who, field, None))));
        }
    }
    for (field, key) in [("activated", "activated"), ("deactivated", "deactivated")] {
        entries.push((key, Node::Bare(milliseconds(account.text(field))).at((who, field, None))));
    }
    let active = match account.text("active") {
        "" => "null",
        "yes" => "true",
        _ => "false",
    };
    entries.push(("active", Node::bare(active).at((who, "active", None))));
    if account.fields.contains_key("team") {
        entries.push(("groupId", Node::Bare(id_of(account.text("team"))).at((who, "team", None))));
    }
    for (field, key, build) in [
        ("roles", "roles", rest_roles as fn(usize, &Account) -> Node),
        ("scope", "scope", rest_scope),
        ("main-view", "views", rest_views),
    ] {
        if account.fields.contains_key(field) {
            entries.push((key, build(who, account)));
        }
    }
    Node::map(entries).at((who, "record", None))
}

fn rest_roles(who: usize, account: &Account) -> Node {
    let role = |(place, item): (usize, &&str)| {
        let flag = |name: &str, sign: &str| Node::bare(bare(item) == name || item.ends_with(sign));
        Node::map(vec![
            ("id", Node::bare(place + 1)),
            ("name", Node::text(bare(item)).at((who, "roles", Some(place)))),
            ("isAdminDefault", flag("Administrator", "#admin")),
            ("isAgentDefault", flag("Agent", "#agent")),
        ])
    };
    Node::List(account.list("roles").iter().enumerate().map(role).collect()).at((who, "roles", None))
}

fn rest_scope(who: usize, account: &Account) -> Node {
    let items = account.list("scope");
    let tenant = items.iter().position(|item| item.starts_with("tenant:"));
    let ids = |kind: &str| {
        let mine = items.iter().enumerate().filter(|(_, item)| item.starts_with(kind));
        Node::List(mine.map(|(place, item)| Node::Bare(id_of(bare(item))).at((who, "scope", Some(place)))).collect())
    };
    let tenant = tenant.map_or(Node::bare("null"), |at| Node::text(bare(items[at])).at((who, "scope", Some(at))));
    Node::map(vec![("tenant", tenant), ("groups", ids("group:")), ("teams", ids("team:"))]).at((who, "scope", None))
}

fn rest_views(who: usize, account: &Account) -> Node {
    let view = |name: &str, main: bool| {
        let shown = if main { Node::text(name).at((who, "main-view", None)) } else { Node::text(name) };
        Node::map(vec![("id", Node::bare(1)), ("name", shown), ("mainView", Node::bare(main))])
    };
    let main = account.list("main-view").iter().map(|name| view(name, true));
    let views = Node::List(main.chain(account.list("wfm-views").iter().map(|name| view(name, false))).collect());
    // Without a main view the list is where it would be marked.
    if account.text("main-view").is_empty() { views.at((who, "main-view", None)) } else { views }
}

/// A plan: the catalogue, and the accounts if `users`.
pub fn plan(world: &World, users: bool) -> Node {
    let mut entries = vec![("rolecall", Node::bare(1)), ("tenant", Node::text(TENANT))];
    entries.push(("first_login", Node::bare(world.first_login)));
    entries.push(("wfm", Node::text(if world.wfm { "classic" } else { "none" })));
    if users {
        let named = world.integrations.iter().enumerate();
        let named = named.map(|(place, name)| Node::text(name).at((OF_PLAN, "integrations", Some(place))));
        entries.push(("integrations", Node::List(named.collect())));
    }
    entries.push(("licenses", Node::List(vec![license(world)])));
    entries.push(("roles", Node::List(roles())));
    entries.push(("groups", Node::List(GROUPS.iter().map(group).collect())));
    entries.push(("views", Node::texts(&["EnterpriseView", "Billing View", "Claims View"])));
    let classes = Node::texts(&["upper", "lower", "digit", "special"]);
    entries.push(("password_policy", Node::map(vec![("min_length", Node::bare(12)), ("classes", classes)])));
    if users {
        let planned = world.accounts.iter().enumerate().map(|(who, account)| planned(who, account));
        entries.push(("users", Node::List(planned.collect())));
    }
    Node::map(entries)
}

fn license(world: &World) -> Node {
    let mut entries =
        vec![("name", Node::text(LICENSE)), ("seats", Node::bare(world.owned).at((OF_PLAN, "seats", None)))];
    entries.extend(world.warn_at.map(|share| ("warn_at", Node::bare(share))));
    Node::map(entries).at((OF_PLAN, "license", None))
}

fn roles() -> Vec<Node> {
    let role = |name: &str, rest: Vec<(&'static str, Node)>| {
        Node::map([vec![("name", Node::text(name))], rest].into_iter().flatten().collect())
    };
    let four = ["Administer Tenant", "Administer Org. Structure", "Administer Roles", "Assign User Roles"];
    vec![
        role("Administrator", vec![("default", Node::text("administrator")), ("license", Node::text(LICENSE))]),
        role("Advisor", vec![("default", Node::text("agent"))]),
        role("Auditor", vec![]),
        role("Ops Admin", vec![("permissions", Node::texts(&four[..3]))]),
        role("Deputy", vec![("permissions", Node::texts(&four))]),
    ]
}

fn group((name, id, teams): &Group) -> Node {
    let team = |(name, id, active): &Team| {
        let id = ("id", Node::bare(id));
        let state = (!active).then(|| ("active", Node::bare(false)));
        Node::map([("name", Node::text(name)), id].into_iter().chain(state).collect())
    };
    let teams = Node::List(teams.iter().map(team).collect());
    Node::map(vec![("name", Node::text(name)), ("id", Node::bare(id)), ("teams", teams)])
}

fn planned(who: usize, account: &Account) -> Node {
    let mut entries = vec![("kind", Node::text(if account.api { "api-user" } else { "person" }))];
    for (field, key) in [
        ("integration", "integration"),
        ("first-name", "first_name"),
        ("last-name", "last_name"),
        ("user-name", "user_name"),
        ("password", "password"),
        ("team", "team"),
        ("created-by", "created_by"),
    ] {
        let optional = ["integration", "password", "created-by"].contains(&field) && account.text(field).is_empty();
        if account.fields.contains_key(field) && !optional {
            entries.push((key, Node::text(account.text(field)).at((who, field, None))));
        }
    }
    if account.fields.contains_key("roles") {
        let names: Vec<&str> = account.list("roles").iter().map(|item| bare(item)).collect();
        entries.push(("roles", list_of(who, "roles", &names)));
    }
    if account.fields.contains_key("scope") {
        entries.push(("scope", planned_scope(who, account)));
    }
    if account.fields.contains_key("main-view") {
        let main = Node::text(account.text("main-view")).at((who, "main-view", None));
        entries
            .push(("wfm_views", Node::map(vec![("main", main), ("others", Node::texts(account.list("wfm-views")))])));
    }
    for (field, key) in [("activated", "active_from"), ("deactivated", "active_until")] {
        if !account.text(field).is_empty() {
            entries.push((key, Node::Date(account.text(field).to_owned()).at((who, field, None))));
        }
    }
    Node::map(entries).at((who, "record", None))
}

fn planned_scope(who: usize, account: &Account) -> Node {
    let items = account.list("scope");
    let kind = |kind: &str| {
        let mine = items.iter().enumerate().filter(move |(_, item)| item.starts_with(kind));
        mine.map(|(place, item)| Node::text(bare(item)).at((who, "scope", Some(place)))).collect::<Vec<_>>()
    };
    let mut entries: Vec<_> = kind("tenant:").into_iter().map(|name| ("tenant", name)).collect();
    let tenant = !entries.is_empty();
    for (key, names) in [("groups", kind("group:")), ("teams", kind("team:"))] {
        if !names.is_empty() || (!tenant && key == "groups") {
            entries.push((key, Node::List(names)));
        }
    }
    Node::map(entries).at((who, "scope", None))
}

fn text_of(value: &str) -> Node {
    Node::text(value)
}

fn list_of(who: usize, field: &'static str, items: &[&str]) -> Node {
    let item = |(place, item): (usize, &&str)| Node::text(item).at((who, field, Some(place)));
    Node::List(items.iter().enumerate().map(item).collect()).at((who, field, None))
}

/// The id of a group or team; `null` for a blank.
fn id_of(name: &str) -> String {
    let mut teams = GROUPS.iter().flat_map(|(_, _, teams)| teams.iter());
    let group = GROUPS.iter().find(|group| group.0 == name).map(|group| group.1);
    let id = group.or_else(|| teams.find(|team| team.0 == name).map(|team| team.1));
    id.map_or("null".to_owned(), |id| id.to_string())
}

/// Epoch milliseconds of noon on a day: counted day by day from 1970, apart from any calendar library.
fn milliseconds(date: &str) -> String {
    let Some(parts) = date.split('-').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>() else {
        return "null".to_owned();
    };
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days_in = |year: u64, month: u64| match month {
        2 => 28 + u64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let years: u64 = (1970..parts[0]).map(|year| 365 + u64::from(leap(year))).sum();
    let months: u64 = (1..parts[1]).map(|month| days_in(parts[0], month)).sum();
    (((years + months + parts[2] - 1) * 24 + 12) * 3_600_000).to_string()
}
