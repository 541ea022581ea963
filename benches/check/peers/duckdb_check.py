"""What SQL can say of the rows of an export: how many of them are at fault, by DuckDB."""

import sys

import duckdb

FAULTS = """
    SELECT count(*) FROM read_csv(?, header = true, all_varchar = true)
    WHERE NOT coalesce(regexp_matches("User Name", '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$'), false)
       OR coalesce("First Name", '') = '' OR coalesce("Last Name", '') = ''
       OR NOT list_contains(string_split(coalesce("Roles", ''), ';'), 'Administrator')
       OR coalesce("Team", '') NOT IN ('Default Team', 'Billing')
       OR coalesce("Associated Groups and Teams", '') = ''
       OR coalesce("Main View", '') <> 'EnterpriseView'
"""

TWICE = """
    SELECT count(*) FROM (
        SELECT lower("User Name") FROM read_csv(?, header = true, all_varchar = true) GROUP BY 1 HAVING count(*) > 1
    )
"""

path = sys.argv[1]
print(*(duckdb.execute(query, [path]).fetchone()[0] for query in (FAULTS, TWICE)))
