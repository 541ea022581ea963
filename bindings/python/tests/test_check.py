"""`check` and `check_bytes`: the report of the program, faults as exceptions, and tables that others read."""

import json
import threading

import duckdb
import polars
import pyarrow
import pytest
import rolecall
from conftest import AS_OF, program

COLUMNS = "tenant file record key rule severity outcome identity state message start_byte line column sheet cell".split()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "people.csv").write_text(
        "User Name,Active,Main WFM View\napi.one@a.example,true,Team\nAPI.one@a.example,true,Enterprise\n", "utf-8"
    )
    (tmp_path / "rolecall.toml").write_text('[api-users]\nuser-names = ["api.one@a.example"]\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "arguments, options",
    [
        (["people.csv"], {}),
        (["people.csv", "--no-config", "--all-api-users"], {"config": False, "all_api_users": True}),
        (["people.csv", "--config", "rolecall.toml", "--digest"], {"config": "rolecall.toml", "digest": True}),
        (["missing.csv"], {}),
        (["missing.csv", "people.csv"], {}),
        (["people.csv", "--expect-records", "3", "--fail-on", "note"], {"expect_records": 3, "fail_on": "note"}),
        (["people.csv", "--redact", "identities"], {"redact": "identities"}),
    ],
)
def test_the_report_is_that_of_the_program(folder, arguments, options):
    paths = [argument for argument in arguments if argument.endswith(".csv")]
    expected = program(["check", *arguments, "--as-of", AS_OF, "--format", "json"])
    report = rolecall.check(paths, as_of=AS_OF, **options)
    assert report.json() == expected.stdout
    assert report.exit_code == expected.returncode
    assert report.verdict == json.loads(expected.stdout)["verdict"]


def test_a_project_is_judged_as_the_program_does(folder):
    for tenant in ("north", "south"):
        (folder / tenant).mkdir()
        (folder / tenant / "people.csv").write_bytes((folder / "people.csv").read_bytes())
    tables = "".join(f'[tenants.{name}]\ninputs = ["{name}/*.csv"]\n' for name in ("north", "south"))
    (folder / "rolecall.toml").write_text(tables)
    expected = program(["check", "--as-of", AS_OF, "--format", "json"])
    report = rolecall.check([], as_of=AS_OF)
    assert report.json() == expected.stdout
    assert pyarrow.table(report.ledger)["tenant"].to_pylist() == ["north", "south"]
    assert rolecall.check([], as_of=AS_OF, tenant="south").json() == program(
        ["check", "--tenant", "south", "--as-of", AS_OF, "--format", "json"]
    ).stdout


def test_bytes_are_judged_as_files_are(folder):
    text = (folder / "people.csv").read_bytes()
    config = (folder / "rolecall.toml").read_text()
    on_disk = rolecall.check("people.csv", config="rolecall.toml", as_of=AS_OF)
    in_memory = rolecall.check_bytes({"people.csv": text}, config=("rolecall.toml", config), as_of=AS_OF)
    assert in_memory.json() == on_disk.json()
    of_dict = rolecall.check_bytes({"people.csv": text}, {"api-users": {"user-names": ["api.one@a.example"]}}, AS_OF)
    assert of_dict.json() == on_disk.json()
    # Nothing is looked for: neither a config nor a folder of that name.
    (folder / "folder.csv").mkdir()
    report = rolecall.check_bytes({"folder.csv": text}, as_of=AS_OF)
    assert json.loads(report.json())["ledger"]["config"] == []


def test_a_tenant_has_its_name_in_the_report(folder):
    report = rolecall.check_bytes({"people.csv": (folder / "people.csv").read_bytes()}, as_of=AS_OF, tenant="north")
    assert json.loads(report.json())["ledger"]["tenant"] == "north"
    assert set(pyarrow.table(report.findings)["tenant"].to_pylist()) == {"north"}


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: rolecall.check([]), "no PATH is named"),
        (lambda: rolecall.check_bytes({}), "no input is given"),
        (lambda: rolecall.check("people.csv", as_of="yesterday"), "yesterday"),
        (lambda: rolecall.check("people.csv", config="none.toml"), "none.toml"),
        (lambda: rolecall.check("people.csv", config={"sets": {}}), "unknown key `sets`"),
        (lambda: rolecall.check("people.csv", jobs=0), "--jobs"),
        (lambda: rolecall.check("people.csv", fail_on="never"), "never"),
        (lambda: rolecall.check_bytes({"people.csv": b""}, tenant="t", waivers="rolecall.toml"), ""),
        (lambda: rolecall.merge("report.json"), "list"),
        (lambda: rolecall.merge([], expect="none.csv"), "none.csv"),
    ],
)
def test_a_slip_of_usage_is_an_exception_with_the_message(folder, call, words):
    with pytest.raises(rolecall.UsageError) as error:
        call()
    assert words in str(error.value)
    assert isinstance(error.value, ValueError)


def test_what_is_not_an_option_or_not_bytes_is_named(folder):
    with pytest.raises(TypeError, match="unknown option `seat`"):
        rolecall.check("people.csv", seat={"x": 1})
    with pytest.raises(TypeError, match="the input 'people.csv' is a str"):
        rolecall.check_bytes({"people.csv": "text"})
    with pytest.raises(TypeError, match="`all_api_users`"):
        rolecall.check("people.csv", all_api_users="no")
    with pytest.raises(TypeError, match="`api-users.ids`"):
        rolecall.check("people.csv", config={"api-users": {"ids": [None]}})


def test_a_panic_is_an_exception_without_its_text(capfd):
    with pytest.raises(rolecall.InternalError) as error:
        rolecall._native._panic("hunter2")
    assert "guard.rs" in str(error.value)
    assert "hunter2" not in str(error.value) + capfd.readouterr().err


def test_the_tables_have_their_columns(folder):
    report = rolecall.check("people.csv", as_of=AS_OF)
    table = pyarrow.table(report.findings)
    assert table.column_names == COLUMNS == report.findings.column_names
    diagnostics = json.loads(report.json())["diagnostics"]
    assert table.num_rows == len(diagnostics) == len(report.findings) > 0
    for row, one in zip(table.to_pylist(), diagnostics):
        assert (row["rule"], row["identity"], row["state"]) == (one["rule"], one["identity"], one["state"])
        label = one["labels"][0]["start"] if one["labels"] else None
        assert (row["start_byte"], row["line"]) == ((label["byte"], label["line"]) if label else (None, None))
    assert pyarrow.table(report.ledger).num_rows == 1
    outcomes = {row["rule"]: row["outcome"] for row in pyarrow.table(report.outcomes).to_pylist()}
    assert outcomes == {one["rule"]: one["outcome"] for one in json.loads(report.json())["outcomes"]}


def test_others_read_the_streams_as_they_are(folder):
    findings = rolecall.check("people.csv", as_of=AS_OF).findings
    count = len(findings)
    assert polars.DataFrame(findings).height == count
    assert duckdb.sql("select count(*) from findings").fetchall() == [(count,)]
    assert pyarrow.table(findings).to_pandas().shape[0] == count
    assert pyarrow.RecordBatchReader.from_stream(findings).read_all().num_rows == count


def test_other_threads_run_meanwhile(folder):
    text = b"User Name,Active\n" + b"".join(b"user%d@a.example,true\n" % number for number in range(300_000))
    steps, is_over = [0], threading.Event()

    def count():
        while not is_over.is_set():
            steps[0] += 1

    other = threading.Thread(target=count)
    other.start()
    before = steps[0]
    rolecall.check_bytes({"people.csv": text}, as_of=AS_OF, all_api_users=True, jobs=1)
    during = steps[0] - before
    is_over.set()
    other.join()
    # Held all the while, the lock would leave the other a step or two.
    assert during > 1000


def test_the_tenants_of_the_world(world):
    folder, reports = world
    config = (folder / "rolecall.toml").read_text()
    for tenant, expected in reports.items():
        inputs = {f"{tenant}/people.csv": (folder / tenant / "people.csv").read_bytes()}
        report = rolecall.check_bytes(inputs, config=("rolecall.toml", config), as_of=AS_OF)
        assert json.loads(report.json()) == expected
    verdicts = {report["verdict"] for report in reports.values()}
    assert verdicts == {"pass", "fail", "incomplete"}
    rules = {one["rule"] for report in reports.values() for one in report["diagnostics"]}
    assert {"user-name-shared", "creator-not-administrator", "seats-exceeded", "team-blank"} <= rules
