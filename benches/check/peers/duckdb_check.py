"""What SQL can say of the rows of an export: how many API users are at fault, by DuckDB on two threads."""

import sys

import duckdb

DEMANDS = """
    SELECT count(*) FROM read_csv(?, header = true, all_varchar = true)
    WHERE regexp_matches(coalesce("User Name", ''), ?) AND (
       NOT coalesce(regexp_matches("User Name", '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$'), false)
       OR coalesce("First Name", '') = '' OR coalesce("Last Name", '') = ''
       OR NOT list_contains(string_split(coalesce("Roles", ''), ';'), 'Administrator')
       OR coalesce("Team", '') NOT IN ('Default Team', 'Billing')
       OR coalesce("Associated Groups and Teams", '') = ''
       OR coalesce("Main View", '') <> 'EnterpriseView')
"""

TWICE = """
    SELECT count(*) FROM (
        SELECT lower("User Name") FROM read_csv(?, header = true, all_varchar = true) GROUP BY 1 HAVING count(*) > 1
    )
"""

path, api_users = sys.argv[1:]
duckdb.execute("SET threads = 2")
print(duckdb.execute(DEMANDS, [path, api_users]).fetchone()[0], duckdb.execute(TWICE, [path]).fetchone()[0])
