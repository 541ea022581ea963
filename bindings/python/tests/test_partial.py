"""`Partial`: what one run over all rows says, however they are split; small; and never clean if something is wrong with a batch."""

import json
import pickle
import random
import time

import pyarrow
import pytest
import rolecall
from conftest import AS_OF, CONFIG, csv_bytes, facts, rows

CONFIG_TEXT = ("rolecall.toml", CONFIG)
SETTINGS = {"config": CONFIG_TEXT, "as_of": AS_OF}


def table(accounts):
    return pyarrow.Table.from_pylist(accounts)


def of_parts(accounts, parts, seed=0):
    """The report of accounts that several observed, merged in any order."""
    dice = random.Random(seed)
    accounts = dice.sample(accounts, len(accounts))
    # A part without rows has columns all the same.
    whole = table(accounts)
    partials = [rolecall.Partial(**SETTINGS).observe(whole.take(pyarrow.array(range(part, len(accounts), parts), pyarrow.int64()))) for part in range(parts)]
    dice.shuffle(partials)
    merged = rolecall.Partial(**SETTINGS)
    for number, partial in enumerate(partials):
        merged.merge(partial if number % 2 else partial.bytes())
    return merged


def test_rows_say_what_files_say(world):
    _, reports = world
    for seed, expected in enumerate(reports.values()):
        merged = of_parts(rows(seed), 1 + seed % 5, seed)
        report = merged.conclude()
        assert facts(json.loads(report.json())) == facts(expected)
        assert len(merged) == sum(one["records"] for one in expected["ledger"]["inputs"])


def test_any_split_and_any_order_give_the_same_bytes():
    accounts = rows(9) + rows(10) + rows(11)
    expected = of_parts(accounts, 1).conclude().json()
    for parts in (2, 3, 7, 64):
        assert of_parts(accounts, parts, parts).conclude().json() == expected
    one, two, three = (rolecall.Partial(**SETTINGS).observe(table(rows(seed))).bytes() for seed in (1, 2, 3))
    merge = lambda *parts: [whole := rolecall.Partial(**SETTINGS), *(whole.merge(part) for part in parts)][0].bytes()  # noqa: E731
    assert merge(one, two, three) == merge(three, merge(two, one)) == merge(merge(one, three), two)


def test_what_all_accounts_together_show_is_found_across_partitions():
    whole = rows(4)
    shared = [{**whole[0], "User Name": name} for name in ("API.x@a.example", "api.X@a.example")]
    partials = [rolecall.Partial(**SETTINGS).observe(table([one])) for one in shared]
    assert all("user-name-shared" not in json.dumps(facts(json.loads(one.conclude().json()))) for one in partials)
    report = partials[0].merge(partials[1]).conclude()
    found = [row for row in pyarrow.table(report.findings).to_pylist() if row["rule"] == "user-name-shared"]
    assert {row["key"] for row in found} <= {"API.x@a.example", "api.X@a.example"} and found


def test_rows_have_no_places_and_the_report_says_so():
    report = of_parts(rows(9), 2).conclude()
    document = json.loads(report.json())
    assert {"option": "spans", "value": "row"} in document["ledger"]["options"]
    assert document["diagnostics"] and all(one["labels"] == [] for one in document["diagnostics"])
    assert "record " not in " ".join(one["message"] for one in document["diagnostics"])
    for row in pyarrow.table(report.findings).to_pylist():
        assert [row[name] for name in ("record", "start_byte", "line", "column", "sheet", "cell")] == [None] * 6


def test_columns_of_any_type_of_a_lake():
    import datetime

    text = rolecall.Partial(as_of=AS_OF, all_api_users=True).observe(
        pyarrow.table({"User Name": ["a@x.example"], "Active": ["true"], "Activated": ["2026-01-31"], "Roles": ["A; B"], "Employee ID": ["7"]})
    )
    typed = rolecall.Partial(as_of=AS_OF, all_api_users=True).observe(
        pyarrow.record_batch(
            {
                "Roles": pyarrow.array([["A", "B"]]),
                "Active": [True],
                "User Name": pyarrow.array(["a@x.example"]).dictionary_encode(),
                "Activated": pyarrow.array([datetime.date(2026, 1, 31)]),
                "Employee ID": pyarrow.array([7], pyarrow.int32()),
            }
        )
    )
    assert typed.conclude().json() == text.conclude().json()
    with_null = rolecall.Partial(as_of=AS_OF).observe(pyarrow.table({"User Name": pyarrow.array([None], pyarrow.string())}))
    assert with_null.conclude().verdict == "incomplete"


@pytest.mark.parametrize(
    "batch, words",
    [
        (pyarrow.table({"User Name": [b"a"]}), "the column `User Name` is of the type Binary"),
        (pyarrow.table({"User Name": [1.5]}), "the column `User Name` is of the type Float64"),
        (pyarrow.table({"User Name": [{"a": 1}]}), "the column `User Name` is of the type Struct"),
        (pyarrow.table({"Roles": [["A, B"]]}), "the column `Roles` has a list with an item that would be two"),
        (pyarrow.Table.from_arrays([pyarrow.array(["a"])] * 2, names=["Team", "Team"]), "two columns `Team`"),
    ],
)
def test_a_column_of_a_wrong_type_is_named(batch, words):
    partial = rolecall.Partial(as_of=AS_OF)
    with pytest.raises(rolecall.UsageError) as error:
        partial.observe(batch)
    assert words in str(error.value)
    # Nothing of the batch is kept.
    assert len(partial) == 0 and partial.observe(pyarrow.table({"User Name": ["a"]}))


def test_an_error_about_rows_quotes_no_cell():
    def batches():
        raise ValueError("hunter2")
        yield

    broken = pyarrow.RecordBatchReader.from_batches(pyarrow.schema([("Password", pyarrow.string())]), batches())
    for batch in (broken, pyarrow.table({"Password": [["hunter2; hunter2"]]})):
        partial = rolecall.Partial(as_of=AS_OF)
        with pytest.raises(rolecall.UsageError) as error:
            partial.observe(batch)
        assert "hunter2" not in str(error.value) and len(partial) == 0


def test_other_columns_than_before_are_named():
    partial = rolecall.Partial(as_of=AS_OF).observe(pyarrow.table({"User Name": ["a"], "Active": ["true"]}))
    with pytest.raises(rolecall.UsageError, match="lacks the column `Active`"):
        partial.observe(pyarrow.table({"User Name": ["b"]}))
    with pytest.raises(rolecall.UsageError, match="has the column `Team`"):
        partial.merge(rolecall.Partial(as_of=AS_OF).observe(pyarrow.table({"User Name": ["a"], "Active": ["true"], "Team": ["x"]})))
    with pytest.raises(ValueError, match="__arrow_c_stream__"):
        partial.observe([1, 2])


def test_missing_columns_are_never_clean():
    for columns in ({"Team": ["x"]}, {"User Name": ["a@x.example"]}, {"Active": ["true"]}, {"nothing": ["x"]}):
        report = rolecall.Partial(as_of=AS_OF, all_api_users=True).observe(pyarrow.table(columns)).conclude()
        assert report.verdict == "incomplete", columns
    assert rolecall.Partial(as_of=AS_OF).conclude().verdict == "incomplete"
    assert rolecall.Partial(as_of=AS_OF).observe(pyarrow.table({"User Name": pyarrow.array([], pyarrow.string())})).conclude().verdict == "incomplete"


def test_what_is_judged_otherwise_or_cut_off_is_refused():
    whole = rolecall.Partial(**SETTINGS).observe(table(rows(1)))
    with pytest.raises(rolecall.UsageError, match="another config, day or option"):
        whole.merge(rolecall.Partial(CONFIG_TEXT, "2026-11-20"))
    content = whole.bytes()
    for broken in (b"", content[:-1], content + b"x", content[:100] + b"x" + content[101:], b"rolecall.partial/2" + content[18:]):
        with pytest.raises(rolecall.UsageError, match="cut off"):
            rolecall.Partial.from_bytes(broken)
    with pytest.raises(rolecall.UsageError, match="unknown key `sets`"):
        rolecall.Partial({"sets": {}})


def test_it_travels_as_a_pickle():
    whole = rolecall.Partial(**SETTINGS, tenant="north").observe(table(rows(1)))
    again = pickle.loads(pickle.dumps(whole))
    assert again.conclude().json() == whole.conclude().json()
    assert json.loads(again.conclude().json())["ledger"]["tenant"] == "north"


def test_a_partial_is_judged_as_its_csv_is():
    accounts = sorted(rows(12), key=lambda one: [one[column] for column in sorted(one)])
    report = rolecall.check_bytes({"rows.csv": csv_bytes(accounts)}, **SETTINGS)
    assert facts(json.loads(report.json())) == facts(json.loads(of_parts(accounts, 3).conclude().json()))


def test_ten_million_accounts_merge_within_a_second():
    """64 partitions; in memory they would be a gigabyte, so those of one are made and the others are like it."""
    count, parts = 10_000_000, 64
    each = count // parts
    dice = random.Random(1)
    names, partials = list(range(count)), []
    dice.shuffle(names)
    for part in range(parts):
        mine = names[part * each : (part + 1) * each]
        batch = pyarrow.table(
            {
                "User Name": [f"user.{number}@tenant.example" for number in mine],
                "Active": [number % 7 != 0 for number in mine],
                "Team": [f"Team {number % 40}" for number in mine],
                "Roles": ["Administrator" if number % 50 == 0 else "Agent" for number in mine],
            }
        )
        partials.append(rolecall.Partial(as_of=AS_OF).observe(batch).bytes())
    size = sum(map(len, partials)) / count
    assert size <= 12, size
    begin = time.perf_counter()
    merged = rolecall.Partial(as_of=AS_OF)
    for partial in partials:
        merged.merge(partial)
    seconds = time.perf_counter() - begin
    assert len(merged) == count
    print(f"{size:.2f} bytes an account, merged in {seconds:.3f} s")
    assert seconds < 1
