"""rolecall in Python: the same checks and reports as the program's, results as Arrow streams.

>>> import rolecall
>>> report = rolecall.check_bytes({"people.csv": b"User Name,Active\\nann,true\\n"}, as_of="2026-11-21", all_api_users=True)
>>> report.verdict
'incomplete'
"""

import datetime
import json
import os

from . import _native
from ._native import VERSION as __version__
from ._native import Fleet, InternalError, Report, Table, UsageError
from ._toml import dumps

__all__ = [
    "Fleet",
    "InternalError",
    "Partial",
    "Report",
    "Table",
    "UsageError",
    "__version__",
    "check",
    "check_bytes",
    "merge",
]

#: The name in reports of a config that is a dict.
CONFIG_NAME = "rolecall.toml"


def check(paths, config=None, as_of=None, *, tenant=None, project=True, **options):
    """Judges files as ``rolecall check`` does; a path or several. Without one, the tenants of the project."""
    if isinstance(paths, (str, bytes, os.PathLike)):
        paths = [paths]
    arguments, config = _arguments(config, as_of, options)
    if tenant is not None:
        arguments += [f"--tenant={one}" for one in _several("tenant", tenant)]
    if not project:
        arguments.append("--no-project")
    arguments += ["--", *(os.fsdecode(path) for path in paths)]
    return _native.check(arguments, None, config)


def check_bytes(inputs, config=None, as_of=None, *, tenant=None, **options):
    """Judges inputs in memory, whose names tell their format. `tenant` says whose they are."""
    given = [(name, _bytes(name, content)) for name, content in inputs.items()]
    arguments, config = _arguments(False if config is None else config, as_of, options)
    return _native.check(arguments, given, config, tenant)


def merge(reports, expect=None):
    """Merges reports and fleets as ``rolecall merge`` does: paths, `Report` objects, JSON as bytes, or pairs of a name and
    bytes. `expect` are the tenants that have to be there, or the path of a list of them in CSV."""
    if isinstance(reports, (str, bytes, os.PathLike, Report, Fleet)):
        raise UsageError("`reports` is one report, and expected is an iterable of them\n  Put it into a list.")
    named = [_report(number, report) for number, report in enumerate(reports, 1)]
    if isinstance(expect, (str, os.PathLike)):
        expect = _native.read_tenants(expect)
    return _native.merge(named, None if expect is None else list(expect))


class Partial:
    """Accounts of a table, as many as one process sees: they travel as bytes, merge in any order, and are judged once all are
    together. `settings` are those of `check_bytes`; the day is fixed here."""

    def __init__(self, config=None, as_of=None, *, tenant=None, **options):
        settings = _settings(config, as_of, options)
        if tenant is not None:
            _refuse_slips(*settings, tenant)
        self._rows = _native.PartialRows(json.dumps([*settings, tenant]))

    @classmethod
    def from_bytes(cls, content):
        """The same that `bytes` gave, perhaps in another process."""
        partial = cls.__new__(cls)
        partial._rows = _native.PartialRows.from_bytes(bytes(content))
        return partial

    def observe(self, batch):
        """Adds the rows of a record batch, a table or a stream of Arrow; its columns are those of an export."""
        self._rows.observe(batch)
        return self

    def bytes(self):
        """All that was observed."""
        return self._rows.bytes()

    def merge(self, other):
        """Adds what another observed; its bytes will do."""
        self._rows.merge((other if isinstance(other, Partial) else Partial.from_bytes(other))._rows)
        return self

    def conclude(self):
        """Judges all accounts. The report names them by their user names, and has no places."""
        arguments, config, tenant = json.loads(self._rows.settings)
        return self._rows.conclude(arguments, config and tuple(config), tenant)

    def __len__(self):
        return len(self._rows)

    def __reduce__(self):
        return (Partial.from_bytes, (self.bytes(),))


def _settings(config, as_of, options):
    """Options and config that stay the same wherever they are used: no file is looked for there, and no clock asked."""
    if as_of is None:
        as_of = datetime.datetime.now(datetime.timezone.utc).date()
    if isinstance(config, (str, os.PathLike)):
        config = _native.read_config(config)
    settings = _arguments(False if config is None else config, as_of, options)
    _refuse_slips(*settings, None)
    return settings


def _refuse_slips(arguments, config, tenant):
    _native.check(arguments, [("none.csv", b"User Name\n")], config, tenant)


#: What the program calls these options, and whether they may be repeated.
_OPTIONS = {
    "product": ("--product", "one"),
    "api_users": ("--api-user", "several"),
    "all_api_users": ("--all-api-users", "flag"),
    "seats": ("--seats", "several"),
    "fail_on": ("--fail-on", "one"),
    "digest": ("--digest", "flag"),
    "jobs": ("--jobs", "one"),
    "packs": ("--pack", "several"),
    "lock": ("--lock", "one"),
    "locked": ("--locked", "flag"),
    "waivers": ("--waivers", "several"),
    "baseline": ("--baseline", "one"),
    "expect_records": ("--expect-records", "one"),
    "input_format": ("--input-format", "one"),
    "encoding": ("--encoding", "one"),
    "sheets": ("--sheet", "several"),
    "header_row": ("--header-row", "one"),
    "redact": ("--redact", "one"),
    "redact_key": ("--redact-key", "one"),
}


def _arguments(config, as_of, options):
    """The options as the program takes them, and a config in memory."""
    if isinstance(as_of, datetime.datetime):
        as_of = as_of.date()
    if isinstance(as_of, datetime.date):
        as_of = as_of.isoformat()
    arguments = [] if as_of is None else [f"--as-of={as_of}"]
    text = None
    if config is False:
        arguments.append("--no-config")
    elif isinstance(config, dict):
        text = (CONFIG_NAME, dumps(config))
    elif isinstance(config, tuple):
        text = config
    elif config is not None:
        arguments.append(f"--config={os.fsdecode(config)}")
    for name, value in options.items():
        if name not in _OPTIONS:
            known = ", ".join(f"`{known}`" for known in _OPTIONS)
            raise TypeError(f"unknown option `{name}`; expected one of {known}")
        option, kind = _OPTIONS[name]
        if value is None or value is False:
            continue
        if kind == "flag":
            if value is not True:
                raise TypeError(f"`{name}` is {value!r}, and expected is True or False")
            arguments.append(option)
        elif kind == "one":
            arguments.append(f"{option}={_text(name, value)}")
        else:
            arguments += [f"{option}={one}" for one in _several(name, value)]
    return arguments, text


def _several(name, value):
    if isinstance(value, dict):
        return [f"{key}={count}" for key, count in value.items()]
    return [_text(name, one) for one in ([value] if isinstance(value, (str, os.PathLike)) else value)]


def _text(name, value):
    if isinstance(value, (str, os.PathLike)):
        return os.fsdecode(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError(f"`{name}` has {value!r}, and expected is a text, a path or a whole number")


def _bytes(name, content):
    if not isinstance(name, str):
        raise TypeError(f"the name {name!r} of an input is not a text")
    if not isinstance(content, (bytes, bytearray, memoryview)):
        raise TypeError(f"the input {name!r} is a {type(content).__name__}, and expected is bytes")
    return bytes(content)


def _report(number, report):
    """A report with the name of its file; without bytes, a file to read."""
    if isinstance(report, (Report, Fleet)):
        return (f"report-{number}.json", report.json())
    if isinstance(report, (bytes, bytearray, memoryview)):
        return (f"report-{number}.json", bytes(report))
    if isinstance(report, tuple):
        name, content = report
        return (name, content.encode() if isinstance(content, str) else _bytes(name, content))
    if isinstance(report, (str, os.PathLike)):
        return (os.fsdecode(report), None)
    kind = type(report).__name__
    raise TypeError(f"report {number} is a {kind}, and expected is a path, a Report, bytes, or a pair of a name and bytes")
