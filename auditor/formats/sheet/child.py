"""The process that reads one workbook: limited first, then it opens the file, names its sheets, gives the
rows of one, and is gone.

It is run by its path and knows nothing but the standard library and calamine, so that it starts in a moment.

python -I child.py DESCRIPTOR MEMORY_MB CPU_S
stdout  {"sheet": name, "top": [[cell, ...], ...]} for each sheet that is not empty, then {"end": true}
stdin   {"rows": name}
stdout  {"rows": [[cell, ...], ...]} ... {"end": true}
        or at any point {"error": what}, and the process ends
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterable
from typing import Any

HEADER_ROWS = 50
_BATCH_CELLS = 50_000
_EXACT_BELOW = 10**15
_DIE_WITH_PARENT, _NO_NEW_PRIVILEGES = 1, 38

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def text(value: Value) -> str:
    """A cell's value as text: numbers without exponent or `.0`, dates in ISO 8601 to the millisecond, `true`
    and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, dt.datetime):
        moment = _to_millisecond(value)
        return moment.isoformat(sep=" ", timespec="milliseconds" if moment.microsecond else "seconds")
    if isinstance(value, dt.timedelta):
        return str(round(value.total_seconds(), 3)).removesuffix(".0")
    return value if isinstance(value, str) else value.isoformat()


def _number(value: int | float) -> str:
    if value != value or abs(value) >= _EXACT_BELOW:
        return f"{float(value):.14E}"
    if value == int(value):
        return str(int(value))
    return f"{value:.15f}".rstrip("0") if abs(value) < 1e-4 else f"{value:.15g}"


def _to_millisecond(moment: dt.datetime) -> dt.datetime:
    """A spreadsheet counts days in floating point: 17:00 may be kept as 16:59:59.9999997."""
    return moment.replace(microsecond=0) + dt.timedelta(milliseconds=round(moment.microsecond / 1000))


def _limit(memory_mb: int, cpu_s: int) -> None:
    """Give up memory, time and the writing of files beyond what a workbook needs; end when the parent
    does."""
    import ctypes
    import resource

    if sys.platform == "linux":
        kernel = ctypes.CDLL(None)
        kernel.prctl(_DIE_WITH_PARENT, 9, 0, 0, 0)
        kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    for what, most in (
        (resource.RLIMIT_AS, memory_mb << 20),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        # A limit that is lower already stays.
        least = resource.getrlimit(what)[1]
        most = most if least == resource.RLIM_INFINITY else min(most, least)
        resource.setrlimit(what, (most, most))


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _give(rows: Iterable[list[Any]]) -> None:
    batch: list[list[str]] = []
    cells = 0
    for row in rows:
        batch.append([text(value) for value in row])
        cells += len(row) + 1
        if cells >= _BATCH_CELLS:
            _say({"rows": batch})
            batch, cells = [], 0
    _say({"rows": batch})


def _read(descriptor: int) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    workbook = CalamineWorkbook.from_filelike(os.fdopen(descriptor, "rb"))
    names = [m.name for m in workbook.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
    sheets = {name: sheet for name in names if (sheet := workbook.get_sheet_by_name(name)).height}
    for name, sheet in sheets.items():
        top = [
            [text(value) for value in row]
            for _, row in zip(range(HEADER_ROWS), sheet.iter_rows(), strict=False)
        ]
        _say({"sheet": name, "top": top})
    _say({"end": True})
    wanted = json.loads(sys.stdin.readline() or "null")
    if wanted:
        _give(sheets[wanted["rows"]].iter_rows())
        _say({"end": True})


def main() -> None:
    """Read one workbook and end; no exception leaves the process, and a panic of the reader is an error like
    any other."""
    descriptor, memory_mb, cpu_s = map(int, sys.argv[1:4])
    try:
        _limit(memory_mb, cpu_s)
        _read(descriptor)
    except MemoryError:
        _say({"error": f"it needs more than {memory_mb:,} MB of memory"})
    except BrokenPipeError:
        pass
    except BaseException as error:  # noqa: BLE001 - the reader's panics are no Exception
        _say({"error": " ".join(str(error).split())[:500] or type(error).__name__})
    # All was flushed as it was said; no tear-down of a reader that may be in any state.
    os._exit(0)


if __name__ == "__main__":
    main()
