"""`merge`: the fleet of the program, in any order and grouping."""

import json
import random

import pytest
import rolecall
from conftest import AS_OF, program


@pytest.fixture(scope="module")
def fleet(world, tmp_path_factory):
    """The world as a fleet of the program."""
    folder, reports = world
    lines = ["tenant,inputs,config", *(f"{tenant},{tenant}/people.csv,rolecall.toml" for tenant in reports)]
    (folder / "tenants.csv").write_text("\n".join(lines) + "\n")
    out = tmp_path_factory.mktemp("fleet")
    program(["fleet", "tenants.csv", "--output-dir", str(out), "--as-of", AS_OF], folder)
    return out


def test_the_fleet_is_that_of_the_program(world, fleet, monkeypatch):
    folder, reports = world
    monkeypatch.chdir(fleet)
    paths = [f"{tenant}.json" for tenant in reports]
    expect = str(folder / "tenants.csv")
    expected = program(["merge", *paths, "--expect", expect, "--format", "json"])
    merged = rolecall.merge(paths, expect=expect)
    assert merged.json() == expected.stdout
    assert merged.exit_code == expected.returncode
    assert json.loads((fleet / "fleet.json").read_bytes())["verdict"] == merged.verdict
    dice = random.Random(7)
    for parts in (1, 2, 7):
        dice.shuffle(paths)
        groups = [rolecall.merge(paths[part::parts]) for part in range(parts)]
        dice.shuffle(groups)
        assert rolecall.merge(groups, expect=list(reports)).json() == expected.stdout


def test_the_reports_of_the_fleet_are_those_of_python(world, fleet):
    folder, reports = world
    config = ("rolecall.toml", (folder / "rolecall.toml").read_text())
    for tenant in reports:
        inputs = {str(folder / tenant / "people.csv"): (folder / tenant / "people.csv").read_bytes()}
        ours = json.loads(rolecall.check_bytes(inputs, config, AS_OF, tenant=tenant, digest=True).json())
        theirs = json.loads((fleet / f"{tenant}.json").read_bytes())
        assert (ours["verdict"], ours["outcomes"]) == (theirs["verdict"], theirs["outcomes"])
        assert [one["identity"] for one in ours["diagnostics"]] == [one["identity"] for one in theirs["diagnostics"]]


def test_nothing_that_is_missing_or_broken_is_clean(world, fleet):
    _, reports = world
    names = list(reports)
    whole = (fleet / f"{names[0]}.json").read_bytes()
    for given, kind in [
        ([("a.json", whole[: len(whole) // 2])], "unreadable"),
        ([("a.json", whole.replace(b"rolecall.report/1", b"rolecall.report/9"))], "unreadable"),
        ([("a.json", whole), ("b.json", whole)], "doubled"),
        ([("a.json", whole.replace(f'"{AS_OF}"'.encode(), b'"2026-11-20"')), str(fleet / f"{names[1]}.json")], "as-of-differs"),
        ([str(fleet / "none.json")], "unreadable"),
        ([], "empty"),
    ]:
        merged = rolecall.merge(given)
        assert merged.verdict == "incomplete"
        assert kind in [problem["kind"] for problem in json.loads(merged.json())["problems"]]
    merged = rolecall.merge([("a.json", whole)], expect=names[:2])
    assert (merged.verdict, merged.missing) == ("incomplete", [names[1]])
