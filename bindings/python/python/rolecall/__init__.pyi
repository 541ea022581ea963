import datetime
import os
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias, final

_Path: TypeAlias = str | os.PathLike[str]
_Config: TypeAlias = _Path | Mapping[str, Any] | tuple[str, str] | Literal[False] | None
_Date: TypeAlias = str | datetime.date | None
_Bytes: TypeAlias = bytes
_Severity: TypeAlias = Literal["error", "warning", "note"]

__version__: str
__all__: list[str]

class UsageError(ValueError): ...
class InternalError(RuntimeError): ...

@final
class Table:
    @property
    def column_names(self) -> list[str]: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
    def __len__(self) -> int: ...

@final
class Report:
    @property
    def verdict(self) -> Literal["pass", "fail", "incomplete"]: ...
    @property
    def exit_code(self) -> int: ...
    @property
    def findings(self) -> Table: ...
    @property
    def outcomes(self) -> Table: ...
    @property
    def ledger(self) -> Table: ...
    def json(self) -> bytes: ...

@final
class Fleet:
    @property
    def verdict(self) -> Literal["pass", "fail", "incomplete", "internal"]: ...
    @property
    def exit_code(self) -> int: ...
    @property
    def missing(self) -> list[str]: ...
    def json(self) -> bytes: ...

class Partial:
    def __init__(
        self, config: _Config = None, as_of: _Date = None, *, tenant: str | None = None, **options: Any
    ) -> None: ...
    @classmethod
    def from_bytes(cls, content: bytes | bytearray | memoryview) -> Partial: ...
    def observe(self, batch: Any) -> Partial: ...
    def bytes(self) -> _Bytes: ...
    def merge(self, other: Partial | _Bytes) -> Partial: ...
    def conclude(self) -> Report: ...
    def __len__(self) -> int: ...

def check(
    paths: _Path | Iterable[_Path],
    config: _Config = None,
    as_of: _Date = None,
    *,
    tenant: str | Iterable[str] | None = None,
    project: bool = True,
    product: str | None = None,
    api_users: str | Iterable[str] | None = None,
    all_api_users: bool = False,
    seats: Mapping[str, int] | Iterable[str] | None = None,
    fail_on: _Severity | None = None,
    digest: bool = False,
    jobs: int | None = None,
    packs: _Path | Iterable[_Path] | None = None,
    lock: _Path | None = None,
    locked: bool = False,
    waivers: _Path | Iterable[_Path] | None = None,
    baseline: _Path | None = None,
    expect_records: int | None = None,
    input_format: str | None = None,
    encoding: str | None = None,
    sheets: str | Iterable[str] | None = None,
    header_row: int | None = None,
    redact: Literal["identities"] | None = None,
    redact_key: _Path | None = None,
) -> Report: ...
def check_bytes(
    inputs: Mapping[str, bytes | bytearray | memoryview],
    config: _Config = None,
    as_of: _Date = None,
    *,
    tenant: str | None = None,
    product: str | None = None,
    api_users: str | Iterable[str] | None = None,
    all_api_users: bool = False,
    seats: Mapping[str, int] | Iterable[str] | None = None,
    fail_on: _Severity | None = None,
    digest: bool = False,
    jobs: int | None = None,
    packs: _Path | Iterable[_Path] | None = None,
    lock: _Path | None = None,
    locked: bool = False,
    waivers: _Path | Iterable[_Path] | None = None,
    baseline: _Path | None = None,
    expect_records: int | None = None,
    input_format: str | None = None,
    encoding: str | None = None,
    sheets: str | Iterable[str] | None = None,
    header_row: int | None = None,
    redact: Literal["identities"] | None = None,
    redact_key: _Path | None = None,
) -> Report: ...
def merge(
    reports: Iterable[_Path | bytes | Report | Fleet | tuple[str, str | bytes]],
    expect: _Path | Iterable[str] | None = None,
) -> Fleet: ...
