"""Tenants of a random world, and the program to compare with: ROLECALL_PROGRAM names it."""

import json
import os
import random
import re
import subprocess

import pytest

AS_OF = "2026-11-21"
ROLES = ["Administrator", "Agent", "Supervisor", "Team Lead"]
VIEWS = ["Enterprise", "Team", ""]
HEADER = ["First Name", "Last Name", "User Name", "Active", "Team", "Roles", "Associated Groups and Teams", "Main View", "Created By"]
CONFIG = """product = "calabrio-one"
[api-users]
patterns = [{ regex = "(?i)^[aа]pi", max = 100 }]
[licenses."System Administrator"]
seats = 12
over = "billed"
roles = ["Administrator"]
"""


def rows(seed):
    """The accounts of a tenant: people, and API users of which some are wrong in one way or another."""
    dice = random.Random(seed)
    wrong = dice.choice([0, 0, 0.1, 0.5])
    pick = lambda right, *others: dice.choice(others) if dice.random() < wrong else right  # noqa: E731
    admin = f"user0@tenant{seed}.example"
    accounts = []
    for number in range(dice.randint(3, 30)):
        is_api = number > 1 and dice.random() < 0.3 or number == 2
        name = f"{'api.' if is_api else 'user'}{number}@tenant{seed}.example"
        accounts.append(
            {
                "First Name": pick("API", "Ann", "") if is_api else dice.choice(["Ann", "Bo", "Zoë"]),
                "Last Name": pick(f"Feed {number}", "") if is_api else dice.choice(["Doe", "Ex", 'O\'Neil, "the 2nd"']),
                "User Name": pick(name, name.upper(), admin, "no mail", name.replace("e", "е")) if is_api else name,
                "Active": pick("TRUE", "FALSE", "perhaps") if is_api else dice.choice(["TRUE", "FALSE"]) if number > 1 else "TRUE",
                "Team": pick("Default Team", "North", "") if is_api else "North",
                "Roles": pick("Administrator", "Agent", "Administrator; Agent", "") if is_api or number < 2 else "Agent",
                "Associated Groups and Teams": pick("Default Team", "", "North, South") if is_api else "",
                "Main View": pick("EnterpriseView", "Team", "") if is_api else "",
                "Created By": pick(admin, "nobody@tenant.example", "") if is_api else "",
            }
        )
    return accounts


def csv_bytes(accounts):
    quoted = lambda cell: '"' + cell.replace('"', '""') + '"'  # noqa: E731
    lines = [",".join(HEADER), *(",".join(quoted(one[column]) for column in HEADER) for one in accounts)]
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """200 tenants: the folder with a file each, and the report of the program for each."""
    folder = tmp_path_factory.mktemp("world")
    (folder / "rolecall.toml").write_text(CONFIG)
    reports = {}
    for seed in range(200):
        tenant = f"t{seed:03}"
        (folder / tenant).mkdir()
        (folder / tenant / "people.csv").write_bytes(csv_bytes(rows(seed)))
        arguments = [f"{tenant}/people.csv", "--config", "rolecall.toml", "--as-of", AS_OF, "--format", "json"]
        reports[tenant] = json.loads(program(["check", *arguments], folder).stdout)
    return folder, reports


def program(arguments, folder=None):
    """Runs the program."""
    return subprocess.run([os.environ["ROLECALL_PROGRAM"], *arguments], cwd=folder, capture_output=True, check=False)


def facts(report):
    """What the findings of a report say, apart from places and numbers. Which account takes the last seat is a matter of order."""
    found = []
    for one in report["diagnostics"]:
        is_of_account = one["record"] and not (one["details"] and one["details"]["side"] == "tenant")
        key = re.sub(r"^#\d+$", "#", one["record"]["key"]) if is_of_account else None
        message = re.sub(r" \([^()]*, record \d+\)", "", one["message"])
        found.append((one["rule"], key, one["severity"], one["identity"], one["state"], message))
    return report["verdict"], sorted(found, key=repr)


@pytest.fixture(scope="session")
def spark():
    """Spark with two tasks at a time, each of which may fail three times."""
    import sys

    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(os.environ.get("ROLECALL_SPARK", "local[2,4]"))
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executorEnv.PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
