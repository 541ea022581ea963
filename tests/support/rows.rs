//! The rows that small tables of accounts are made of.

/// The header of small tables: one column for all that an account record itself carries.
pub const HEAD: &str = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n";
/// An API user with nothing wrong.
pub const GOOD: &str =
    "API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
/// A person, the second administrator.
pub const DANA: &str = "Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
/// The pool that a run without a config has to name.
pub const SEATS: [&str; 2] = ["--seats", "System Administrator=50"];
