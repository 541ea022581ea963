"""What a data frame can say of the rows of an export: how many API users are at fault, by Polars on two threads."""

import os
import sys

os.environ["POLARS_MAX_THREADS"] = "2"
import polars as pl  # noqa: E402 - it reads the variable when it is loaded

path, api_users = sys.argv[1:]
rows = pl.scan_csv(path, infer_schema=False).fill_null("")
name, roles = pl.col("User Name"), pl.col("Roles").str.split(";")
is_at_fault = (
    ~name.str.contains(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    | (pl.col("First Name") == "")
    | (pl.col("Last Name") == "")
    | ~roles.list.contains("Administrator")
    | ~pl.col("Team").is_in(["Default Team", "Billing"])
    | (pl.col("Associated Groups and Teams") == "")
    | (pl.col("Main View") != "EnterpriseView")
)
at_fault = rows.filter(name.str.contains(api_users) & is_at_fault).select(pl.len())
twice = rows.group_by(name.str.to_lowercase()).len().filter(pl.col("len") > 1).select(pl.len())
print(*(frame.item() for frame in pl.collect_all([at_fault, twice])))
