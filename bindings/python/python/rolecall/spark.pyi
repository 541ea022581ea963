import datetime
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import Fleet

SCHEMA: str
PARTIAL_SCHEMA: str

def judge(
    config: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    as_of: str | datetime.date | None = None,
    **options: Any,
) -> Callable[[Any, Any], Any]: ...
def judge_rows(
    config: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    as_of: str | datetime.date | None = None,
    **options: Any,
) -> Callable[[Any, Any], Any]: ...
def observe(
    config: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    as_of: str | datetime.date | None = None,
    **options: Any,
) -> Callable[[Any, Any], Any]: ...
def conclude(
    config: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    as_of: str | datetime.date | None = None,
    **options: Any,
) -> Callable[[Any, Any], Any]: ...
def verdict(rows: Any, expect: Iterable[str]) -> Fleet: ...
