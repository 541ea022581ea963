"""rolecall on Spark: one group, one tenant, one run.

``df.groupBy("tenant").applyInArrow(rolecall.spark.judge(config, as_of=...), rolecall.spark.SCHEMA)`` gives the findings of every
tenant and one row of the kind ``ledger`` for each. A tenant without that row is missing: `verdict` says so.
"""

import json

from . import InternalError, UsageError, _native, _refuse_slips, _settings, merge

#: The rows that `judge` gives, as Spark declares them. Those of the kind ``ledger`` end with the verdict of their tenant and its
#: fleet of one, which `rolecall.merge` takes.
SCHEMA = (
    "kind string, tenant string, file string, record bigint, key string, rule string, severity string, outcome string, "
    "identity string, state string, message string, start_byte bigint, line bigint, `column` bigint, sheet string, "
    "cell string, verdict string, fleet string"
)

_COLUMNS = [column.split()[0].strip("`") for column in SCHEMA.split(", ")]
_NUMBERS = {"record", "start_byte", "line", "column"}


#: The rows that `observe` gives.
PARTIAL_SCHEMA = "tenant string, partial binary"


def judge(config=None, as_of=None, **options):
    """A function for ``applyInArrow`` over rows of `tenant`, `name` and `content`: the files of each tenant.

    Config and options are read here, by the driver, and hold for every tenant; so does the day.
    """
    return _grouped(_of_files, _driver_settings(config, as_of, options))


def judge_rows(config=None, as_of=None, **options):
    """The same over rows that are accounts: `tenant`, and columns that are called as those of an export."""
    return _grouped(_of_rows, _driver_settings(config, as_of, options))


def observe(config=None, as_of=None, **options):
    """A function for ``mapInArrow`` over such rows, for tenants that are too large for one task. It gives rows of `PARTIAL_SCHEMA`,
    which `conclude` takes with the same arguments."""
    settings = _driver_settings(config, as_of, options)

    def observe_batches(batches):
        return _observed(batches, settings)

    return observe_batches


def conclude(config=None, as_of=None, **options):
    """A function for ``applyInArrow`` over rows of `PARTIAL_SCHEMA`, grouped by tenant."""
    return _grouped(_of_partials, _driver_settings(config, as_of, options))


def verdict(rows, expect):
    """The fleet of the rows that `judge` gave: a DataFrame of Spark, or any Arrow table. `expect` are the tenants that have to be
    there: without a row of the kind ``ledger`` one is missing, and the fleet is incomplete."""
    if hasattr(rows, "toArrow"):
        rows = rows.where("kind = 'ledger'").select("kind", "tenant", "fleet").toArrow()
    import pyarrow

    table = pyarrow.table(rows).select(["kind", "tenant", "fleet"]).to_pylist()
    found = [(f"{row['tenant']}.json", row["fleet"]) for row in table if row["kind"] == "ledger"]
    if isinstance(expect, str):
        raise UsageError("`expect` is a text, and expected is a list of tenants")
    return merge(found, expect=expect)


def _driver_settings(config, as_of, options):
    _require()
    for name in ("waivers", "baseline", "api_users", "seats"):
        if options.get(name):
            raise UsageError(f"`{name}` would hold for every tenant\n  Declare it in the config of each, and use `rolecall fleet`.")
    # One thread a task: Spark has as many tasks as it has cores.
    arguments, config = _settings(config, as_of, {"jobs": 1, **options})
    _refuse_slips(arguments, config, "none")
    return arguments, config


def _require():
    """Spark hands groups over by pyarrow, and its `applyInArrow` imports pandas besides."""
    for module in ("pyspark", "pandas", "pyarrow"):
        try:
            __import__(module)
        except ImportError as error:
            raise ImportError(
                f"rolecall.spark needs {module}, on the driver and on every worker: pip install 'rolecall-py[spark]', and let "
                "PYSPARK_PYTHON name the Python of that environment"
            ) from error
    import pyspark

    if tuple(int(part) for part in pyspark.__version__.split(".")[:2]) < (4, 0):
        raise ImportError(f"rolecall.spark needs pyspark 4.0 or later, for groupBy().applyInArrow; this is {pyspark.__version__}")


def _grouped(judged, settings):
    """What a worker does with a group."""

    # Spark counts the arguments: with two it gives the key, too.
    def judge_group(key, table):
        return _judge_group(judged, settings, key[0].as_py(), table)

    return judge_group


def _judge_group(judged, settings, tenant, table):
    try:
        if not isinstance(tenant, str) or not tenant:
            raise UsageError(f"the tenant {tenant!r} is not a name")
        return _rows(judged(table, tenant, *settings))
    # Whatever happens to one tenant keeps no other from being judged, and makes none of them clean.
    except Exception as error:  # noqa: BLE001
        # The text of any other exception is not shown: it may quote a cell.
        is_named = isinstance(error, (UsageError, InternalError))
        reason = str(error) if is_named else f"the tenant was not judged: {type(error).__name__}"
        code = 4 if isinstance(error, InternalError) else 3
        fleet = _native.refused_tenant(str(tenant), code, reason)
        row = {"kind": "ledger", "tenant": str(tenant), "message": reason, "verdict": "incomplete", "fleet": fleet}
        return _table([row])


def _of_files(table, tenant, arguments, config):
    missing = {"name", "content"} - set(table.column_names)
    if missing:
        raise UsageError(f"the rows lack {', '.join(f'`{one}`' for one in sorted(missing))}; expected are tenant, name, content")
    inputs = list(zip(table["name"].to_pylist(), table["content"].to_pylist()))
    for name, content in inputs:
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise UsageError("a row has a `name` that is not a text, or a `content` that is not binary")
    # Rows come in any order: reports must not.
    inputs.sort()
    names = [name for name, _ in inputs]
    if len(set(names)) < len(names):
        twice = next(name for at, name in enumerate(names) if name in names[:at])
        raise UsageError(f"two rows have the name {twice!r}")
    return _native.check(arguments, inputs, config, tenant)


def _of_rows(table, tenant, arguments, config):
    rows = _native.PartialRows("")
    rows.observe(table.drop_columns(["tenant"]))
    return rows.conclude(arguments, config, tenant)


def _of_partials(table, tenant, arguments, config):
    merged = _native.PartialRows(_partial_settings(arguments, config))
    for partial in table["partial"].to_pylist():
        merged.merge(_native.PartialRows.from_bytes(partial or b""))
    return merged.conclude(arguments, config, tenant)


def _observed(batches, settings):
    """What one task sees: a row for each tenant in it."""
    import pyarrow
    import pyarrow.compute

    partials = {}
    for batch in batches:
        table = pyarrow.table(batch)
        for tenant in table["tenant"].unique().to_pylist():
            rows = table.filter(pyarrow.compute.equal(table["tenant"], tenant)) if tenant is not None else None
            if rows is None:
                raise UsageError("a row has no tenant")
            known = partials.setdefault(tenant, _native.PartialRows(_partial_settings(*settings)))
            known.observe(rows.drop_columns(["tenant"]))
    schema = pyarrow.schema([("tenant", pyarrow.string()), ("partial", pyarrow.binary())])
    for tenant, rows in partials.items():
        yield pyarrow.RecordBatch.from_pylist([{"tenant": tenant, "partial": rows.bytes()}], schema=schema)


def _partial_settings(arguments, config):
    return json.dumps([arguments, config])


def _rows(report):
    import pyarrow

    findings = pyarrow.table(report.findings).to_pylist()
    ledger = pyarrow.table(report.ledger).to_pylist()
    rows = [{"kind": "finding", **row} for row in findings]
    for row in ledger:
        kept = {name: row[name] for name in ("tenant", "verdict", "fleet")}
        rows.append({"kind": "ledger", "message": row["reason"], **kept})
    return _table(rows)


def _table(rows):
    import pyarrow

    schema = pyarrow.schema((name, pyarrow.int64() if name in _NUMBERS else pyarrow.string()) for name in _COLUMNS)
    return pyarrow.Table.from_pylist(rows, schema=schema)
