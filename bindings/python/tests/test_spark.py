"""Spark over the files of tenants: the verdicts of the program, whatever happens to a group or a worker."""

import json
import os
import signal

import pyarrow
import pytest
import rolecall
import rolecall.spark
from conftest import AS_OF, facts, rows
from pyspark.sql import functions as F


@pytest.fixture(scope="session")
def files(spark, world):
    """The files of all tenants, as Spark reads them."""
    folder, _ = world
    read = spark.read.format("binaryFile").option("recursiveFileLookup", "true").option("pathGlobFilter", "*.csv")
    parts = F.split("path", "/")
    return read.load([str(one) for one in sorted(folder.iterdir()) if one.is_dir()]).select(
        F.element_at(parts, -2).alias("tenant"), F.element_at(parts, -1).alias("name"), "content"
    )


def test_files_give_the_verdicts_of_the_program(files, world):
    folder, reports = world
    judge = rolecall.spark.judge(folder / "rolecall.toml", as_of=AS_OF)
    rows = files.groupBy("tenant").applyInArrow(judge, rolecall.spark.SCHEMA).toArrow()
    found = {}
    for row in rows.to_pylist():
        found.setdefault(row["tenant"], []).append(row)
    assert set(found) == set(reports)
    for tenant, expected in reports.items():
        ledgers = [row for row in found[tenant] if row["kind"] == "ledger"]
        findings = [row for row in found[tenant] if row["kind"] == "finding"]
        assert [row["verdict"] for row in ledgers] == [expected["verdict"]]
        listed = [(one["rule"], one["record"] and one["record"]["key"], one["severity"], one["identity"], one["state"]) for one in expected["diagnostics"]]
        assert [tuple(row[name] for name in ("rule", "key", "severity", "identity", "state")) for row in findings] == listed
        lines = [one["labels"][0]["start"]["line"] if one["labels"] else None for one in expected["diagnostics"]]
        assert [row["line"] for row in findings] == lines
    fleet = rolecall.spark.verdict(rows, expect=list(reports))
    merged = rolecall.merge([(f"{tenant}.json", json.dumps(report)) for tenant, report in reports.items()], expect=list(reports))
    ours, theirs = json.loads(fleet.json()), json.loads(merged.json())
    assert (ours["verdict"], ours["totals"], ours["rules"]) == (theirs["verdict"], theirs["totals"], theirs["rules"])


def test_a_tenant_without_a_row_is_missing(files):
    judge = rolecall.spark.judge(as_of=AS_OF)
    rows = files.where("tenant < 't002'").groupBy("tenant").applyInArrow(judge, rolecall.spark.SCHEMA)
    fleet = rolecall.spark.verdict(rows, expect=["t000", "t001", "t002"])
    assert (fleet.verdict, fleet.missing) == ("incomplete", ["t002"])


def test_what_is_wrong_with_a_group_is_named_and_keeps_no_other(spark):
    good = bytearray(b"User Name,Active\napi@a.example,true\n")
    data = [("a", "people.csv", good), ("b", "people.csv", good), ("b", "people.csv", good), ("c", "people.xyz", good)]
    data += [("d", "people.csv", None), (None, "people.csv", good), ("e", "people.csv", bytearray(b""))]
    df = spark.createDataFrame(data, "tenant string, name string, content binary")
    judge = rolecall.spark.judge(as_of=AS_OF, all_api_users=True)
    rows = df.groupBy("tenant").applyInArrow(judge, rolecall.spark.SCHEMA).toArrow().to_pylist()
    ledger = {row["tenant"]: row for row in rows if row["kind"] == "ledger"}
    assert set(ledger) == {"a", "b", "c", "d", "e", "None"}
    assert "two rows have the name" in ledger["b"]["message"]
    assert "format" in ledger["c"]["message"]
    assert "`content`" in ledger["d"]["message"]
    assert {ledger[tenant]["verdict"] for tenant in ("b", "c", "d", "e", "None")} == {"incomplete"}
    lacking = df.drop("content").groupBy("tenant").applyInArrow(judge, rolecall.spark.SCHEMA).toArrow().to_pylist()
    assert {row["kind"] for row in lacking} == {"ledger"}
    assert all("`content`" in row["message"] and row["verdict"] == "incomplete" for row in lacking if row["tenant"] != "None")


def test_an_exception_in_a_group_is_named(spark, monkeypatch):
    table = pyarrow.table({"name": ["people.csv"], "content": [b"User Name\n"]})

    def broken(*_):
        raise ZeroDivisionError("in the middle")

    rows = rolecall.spark._judge_group(broken, ([], None), "north", table).to_pylist()
    assert [(row["kind"], row["tenant"], row["verdict"]) for row in rows] == [("ledger", "north", "incomplete")]
    assert "ZeroDivisionError" in rows[0]["message"] and "in the middle" not in rows[0]["message"]
    fleet = rolecall.spark.verdict(pyarrow.Table.from_pylist(rows), expect=["north"])
    problem = json.loads(fleet.json())["tenants"][0]
    assert (fleet.verdict, problem["reason"]) == ("incomplete", "the tenant was not judged: ZeroDivisionError")
    rows = rolecall.spark._judge_group(lambda *_: rolecall._native._panic("secret"), ([], None), "north", table).to_pylist()
    assert "internal error" in rows[0]["message"] and "secret" not in rows[0]["message"]
    assert rolecall.spark.verdict(pyarrow.Table.from_pylist(rows), expect=["north"]).verdict == "internal"


def test_a_slip_shows_at_the_driver():
    for call in [
        lambda: rolecall.spark.judge("none.toml"),
        lambda: rolecall.spark.judge({"sets": {}}),
        lambda: rolecall.spark.judge(as_of="yesterday"),
        lambda: rolecall.spark.judge(waivers="waivers.toml"),
        lambda: rolecall.spark.judge(seats={"System Administrator": 3}),
    ]:
        with pytest.raises(rolecall.UsageError):
            call()


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(ImportError, match=r"needs pandas.*PYSPARK_PYTHON"):
        rolecall.spark.judge()


def test_a_killed_worker_changes_nothing(files, world, tmp_path):
    folder, reports = world
    judge = rolecall.spark.judge(folder / "rolecall.toml", as_of=AS_OF)
    killed = tmp_path / "killed"

    def judge_or_die(key, table):
        if key[0].as_py() == "t100":
            try:
                # Only the first of all attempts makes the file.
                os.close(os.open(killed, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        return judge(key, table)

    again = files.groupBy("tenant").applyInArrow(judge_or_die, rolecall.spark.SCHEMA)
    fleet = rolecall.spark.verdict(again.toArrow(), expect=list(reports))
    assert killed.exists()
    once = files.groupBy("tenant").applyInArrow(judge, rolecall.spark.SCHEMA)
    assert fleet.json() == rolecall.spark.verdict(once, expect=list(reports)).json()
    assert facts(reports["t100"])


@pytest.fixture(scope="session")
def accounts(spark, world):
    """The accounts of all tenants as rows of one table."""
    _, reports = world
    data = [{"tenant": tenant, **row} for seed, tenant in enumerate(reports) for row in rows(seed)]
    return spark.createDataFrame(pyarrow.Table.from_pylist(data).to_pandas()).repartition(7)


def check_rows(found, reports):
    by_tenant = {}
    for row in found.to_pylist():
        by_tenant.setdefault(row["tenant"], []).append(row)
    assert set(by_tenant) == set(reports)
    names = ("rule", "key", "severity", "identity", "state", "message")
    for tenant, expected in reports.items():
        listed = sorted((tuple(row[name] for name in names) for row in by_tenant[tenant] if row["kind"] == "finding"), key=repr)
        verdicts = [row["verdict"] for row in by_tenant[tenant] if row["kind"] == "ledger"]
        assert (verdicts, listed) == ([expected["verdict"]], facts(expected)[1])
        assert all(row["line"] is row["record"] is row["start_byte"] is None for row in by_tenant[tenant])


def test_rows_give_the_verdicts_of_the_program(accounts, world):
    folder, reports = world
    judge = rolecall.spark.judge_rows(folder / "rolecall.toml", as_of=AS_OF)
    check_rows(accounts.groupBy("tenant").applyInArrow(judge, rolecall.spark.SCHEMA).toArrow(), reports)


def test_rows_that_several_tasks_observe_give_them_too(accounts, world):
    folder, reports = world
    settings = (folder / "rolecall.toml", AS_OF)
    parts = accounts.mapInArrow(rolecall.spark.observe(*settings), rolecall.spark.PARTIAL_SCHEMA)
    found = parts.groupBy("tenant").applyInArrow(rolecall.spark.conclude(*settings), rolecall.spark.SCHEMA).toArrow()
    check_rows(found, reports)
    other = rolecall.spark.conclude(folder / "rolecall.toml", "2026-11-20")
    found = parts.groupBy("tenant").applyInArrow(other, rolecall.spark.SCHEMA).toArrow().to_pylist()
    assert {(row["kind"], row["verdict"]) for row in found} == {("ledger", "incomplete")}
    assert "another config, day or option" in found[0]["message"]


def test_rows_with_wrong_columns_are_named(spark):
    df = spark.createDataFrame([("a", bytearray(b"x"))], "tenant string, `User Name` binary")
    judge = rolecall.spark.judge_rows(as_of=AS_OF, all_api_users=True)
    [row] = df.groupBy("tenant").applyInArrow(judge, rolecall.spark.SCHEMA).toArrow().to_pylist()
    assert "`User Name` is of the type Binary" in row["message"] and row["verdict"] == "incomplete"
    df = spark.createDataFrame([("a", "x")], "tenant string, Team string")
    found = df.groupBy("tenant").applyInArrow(judge, rolecall.spark.SCHEMA).toArrow().to_pylist()
    assert {row["verdict"] for row in found if row["kind"] == "ledger"} == {"incomplete"}
