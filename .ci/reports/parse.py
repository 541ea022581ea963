"""Reads reports with libraries of their formats, and holds each to the JSON report beside it."""

import csv
import json
import re
import sys

import cmarkgfm
import jsonschema
import junitparser

OASIS = "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
# What Markdown reports are made of: nothing that loads, links or runs.
MARKDOWN = {"code", "h2", "h3", "li", "p", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def check(name):
    report = json.loads(read(f"{name}.json"))
    findings, holes = len(report["diagnostics"]), len(report["ledger"]["holes"])

    schema = json.loads(read(OASIS))
    kind = jsonschema.validators.validator_for(schema)
    kind(schema, format_checker=kind.FORMAT_CHECKER).validate(json.loads(read(f"{name}.sarif")))

    suites = {suite.name: suite for suite in junitparser.JUnitXml.fromfile(f"{name}.junit")}
    for suite in suites.values():
        assert suite.tests == sum(1 for _ in suite), suite.name
    assert (suites["coverage"].errors > 0) == (holes > 0)
    failing = [one for one in report["diagnostics"] if one["severity"] in ("error", "warning")]
    assert sum(suite.failures for suite in suites.values()) == len(failing)

    page = cmarkgfm.github_flavored_markdown_to_html(read(f"{name}.markdown"))
    assert set(re.findall(r"<([a-z0-9]+)", page)) <= MARKDOWN, name
    # Input faults of one kind with one remedy are one row.
    causes = {(one["rule"], one["remedy"]) if one["basis"] == "input" else at for at, one in enumerate(report["diagnostics"])}
    rows_of = lambda count: count + 1 if count else 0
    assert page.count("<tr") == rows_of(len(causes)) + rows_of(len(report["accounts"])), name

    with open(f"{name}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert sum(row["kind"] == "finding" for row in rows) == findings
    assert sum(row["kind"] == "not judged" for row in rows) == holes
    for cell in (cell for row in rows for cell in row.values()):
        assert not cell or cell[0] not in "=+-@\t\r", cell

    issues = json.loads(read(f"{name}.gitlab"))
    prints = [issue["fingerprint"] for issue in issues]
    assert len(prints) == len(set(prints))
    assert len(issues) > findings + holes or (report["verdict"] == "pass" and len(issues) == findings)
    for issue in issues:
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1 and issue["description"] and issue["check_name"]
    print(f"{name}: {findings} findings and {holes} holes in every form")


for given in sys.argv[1:]:
    check(given)
