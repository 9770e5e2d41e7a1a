"""The pages: headline, findings, callers, find, questions in SQL, work-list, reports, letter of requests."""

from __future__ import annotations

import tempfile
import threading
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from auditor.errors import AuditorError, UsageError
from auditor.model import EMPTY_ROWS, Rows
from auditor.pipeline import read_audit
from auditor.query.access import asked_file
from auditor.query.confinement import Limits
from auditor.query.find import NOTHING, Answer, Wanted, find, looked_in, moment
from auditor.query.sandbox import QueryError, Sandbox
from auditor.record.custody import record_export
from auditor.report import FORMATS, write_reports
from auditor.report.content.doubts import doubts, is_doubtful, undue
from auditor.report.content.listed import local_rows
from auditor.report.content.request import needs, request
from auditor.report.content.summary import summary
from auditor.report.content.times import Zone
from auditor.report.content.worklist import waiting_at, worklist
from auditor.report.document import Edition
from auditor.report.draw.markdown import as_sections
from auditor.report.privacy.masking import times_of
from auditor.serve.cases import Cases, ServedCase
from auditor.serve.overview import lines, overview
from auditor.serve.view import render, style

ROWS = 100
"""Rows of a page of a table."""
_LIMITS = Limits(seconds=20.0, memory_mb=1_024, output_mb=16)
_PAGES = (
    ("", "Headline"), ("findings", "Findings"), ("callers", "Callers"), ("worklist", "Work-list"),
    ("find", "Find a call"), ("sql", "Ask in SQL"), ("reports", "Reports"), ("request", "Data requests"),
)  # fmt: skip
_MEDIA = {
    "html": "text/html", "pdf": "application/pdf", "json": "application/json", "md": "text/markdown",
    "csv": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_ONE_AT_A_TIME = threading.Semaphore(2)
"""Questions and reports that run at once: a page must not take the machine from a run."""

Page = Callable[[ServedCase, Request, dict[str, str]], Response]


def site(cases: Cases, refresh_s: int = 0) -> Starlette:
    """The application, without its guard. `refresh_s`: the headline is loaded anew after so many seconds."""

    def page(make: Page) -> Callable[[Request], Any]:
        @wraps(make)
        async def answer(asked: Request) -> Response:
            form = _first_of(await asked.body()) if asked.method == "POST" else {}
            return await _in_thread(_answered, cases, make, asked, form)

        return answer

    def whole(asked: Request) -> Response:
        if len(cases) == 1:
            return RedirectResponse(f"/case/{next(iter(cases)).name}/")
        return HTMLResponse(
            render(
                "overview.html", columns=overview(cases), lines=lines(), title="Cases side by side", nav=()
            )
        )

    def headline(case: ServedCase, asked: Request, form: dict[str, str]) -> Response:
        audit = case.audit()
        shown: dict[str, Any] = {"document": summary(audit, Edition()), "title": audit.case.title}
        zone = Zone(audit.case.timezone)
        until = f"{zone.minute(audit.report_date)} ({zone.name})"
        return _html(case, "headline.html", audit=audit, until=until, refresh=refresh_s, **shown)

    both = ["GET", "POST"]
    routes = [
        Route("/", whole),
        Route("/style.css", lambda _: PlainTextResponse(style(), media_type="text/css")),
        Route("/case/{case}/", page(headline)),
        Route("/case/{case}/findings", page(_findings)),
        Route("/case/{case}/findings/{rule}", page(_finding)),
        Route("/case/{case}/callers", page(_callers)),
        Route("/case/{case}/worklist", page(_worklist)),
        Route("/case/{case}/find", page(_find), methods=both),
        Route("/case/{case}/sql", page(_sql), methods=both),
        Route("/case/{case}/reports", page(_reports)),
        Route("/case/{case}/reports/{format}", page(_report)),
        Route("/case/{case}/request", page(_request)),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _not_here, Exception: _crashed})


async def _in_thread(function: Callable[..., Response], *given: Any) -> Response:
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(function, *given)


def _answered(cases: Cases, make: Page, asked: Request, form: dict[str, str]) -> Response:
    case = cases.by_name.get(asked.path_params["case"])
    if case is None:
        raise HTTPException(404)
    try:
        return make(case, asked, form)
    except AuditorError as error:
        return _html(case, "error.html", 503 if error.exit_code == 3 else 400, error=error)


def _html(case: ServedCase, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    with suppress(AuditorError, OSError):
        case.audit()  # so that `doubt` is that of now, also on a page that asks the database itself
    nav = tuple((f"/case/{case.name}/{path}", title) for path, title in _PAGES)
    text = render(
        template, case=case.name, nav=nav, doubt=case.doubt, **{"title": case.name, "refresh": 0, **values}
    )
    return HTMLResponse(text, status)


def _findings(case: ServedCase, asked: Request, form: dict[str, str]) -> Response:
    audit = case.audit()
    return _html(case, "findings.html", audit=audit, title="Findings")


def _finding(case: ServedCase, asked: Request, form: dict[str, str]) -> Response:
    run = next((run for run in case.audit().rules if run.rule == asked.path_params["rule"]), None)
    if run is None:
        raise HTTPException(404)
    return _html(case, "finding.html", run=run, title=run.title, **_part(run.rows, asked, case))


def _callers(case: ServedCase, asked: Request, form: dict[str, str]) -> Response:
    rows = case.audit().tables.get("callers", EMPTY_ROWS)
    return _html(case, "rows.html", title="Callers", **_part(rows, asked, case))


def _worklist(case: ServedCase, asked: Request, form: dict[str, str]) -> Response:
    audit, now = case.audit(), datetime.now(UTC)
    zone = Zone(audit.case.timezone)
    rows = waiting_at(audit.tables.get("worklist", EMPTY_ROWS), now, zone)
    blocks = worklist(
        rows, zone, now, 1_000, is_incomplete=is_doubtful(audit), undue=undue(audit), doubts=doubts(audit)
    )
    return _html(case, "blocks.html", title="Work-list", blocks=blocks)


def _zone(case: ServedCase) -> Zone:
    return Zone(case.audit().case.timezone)


def _part(rows: Rows, asked: Request, case: ServedCase) -> dict[str, Any]:
    """One page of a table: its rows with the times of the case, and the numbers of the pages before and
    after."""
    text = asked.query_params.get("page", "1")
    last = max(1, -(-rows.length // ROWS))
    page = min(int(text), last) if text.isdecimal() and len(text) < 9 and int(text) else 1
    begin = (page - 1) * ROWS
    zone = _zone(case)
    shown = local_rows(islice(rows, begin, begin + ROWS), times_of(rows), zone)
    return {
        "columns": [name.removesuffix("_utc") for name in rows.columns], "zone": zone.sentence, "rows": shown,
        "length": rows.length, "begin": begin + 1 if shown else 0,
        "end": begin + len(shown), "before": page - 1, "after": page + 1 if page < last else 0,
    }  # fmt: skip


def _find(case: ServedCase, asked: Request, form: dict[str, str]) -> Response:
    found: tuple[Answer, ...] = ()
    logs, zone = "", _zone(case)
    if asked.method == "POST":
        wanted = Wanted(
            form.get("number", "").strip(),
            _moment(form.get("at", "").strip()),
            600,
            form.get("cell", "").strip(),
            form.get("id", "").strip(),
        )
        with asked_file(case.folder) as database:
            found, logs = find(case.folder, database, wanted), looked_in(database)
        found = tuple(_local(section, zone) for section in found)
    # A number that was asked for is not sent back: it would be in clear on a page of tokens.
    shown: dict[str, Any] = {
        "found": found,
        "nothing": "" if any(section.rows for section in found) else NOTHING,
        "logs": logs,
        "zone": zone.sentence,
        "form": {**form, "number": ""},
    }
    return _html(case, "find.html", title="Find a call", **shown)


def _local(section: Answer, zone: Zone) -> Answer:
    """The same answer with its times in `zone`."""
    columns = tuple((name.removesuffix("_utc"), kind) for name, kind in section.columns)
    is_time = [kind.startswith("TIMESTAMP") for _, kind in section.columns]
    return replace(section, columns=columns, rows=local_rows(section.rows, is_time, zone))


def _moment(text: str) -> datetime | None:
    return moment(text) if text else None


def _sql(case: ServedCase, asked: Request, form: dict[str, str]) -> Response:
    query = form.get("query", "").strip()
    values: dict[str, Any] = {"columns": (), "rows": (), "total": 0, "error": None}
    if query:
        with asked_file(case.folder) as database, _ONE_AT_A_TIME:
            sandbox = Sandbox(database, _LIMITS)
            try:
                result = sandbox.run(query, keep=ROWS)
                values["rows"] = result.rows()
                values |= {"columns": [name for name, _ in result.columns], "total": result.total}
            except QueryError as error:
                values["error"] = error
            finally:
                sandbox.close()
    return _html(case, "sql.html", title="Ask in SQL", query=query, **values)


def _reports(case: ServedCase, asked: Request, form: dict[str, str]) -> Response:
    return _html(case, "reports.html", title="Reports", formats=FORMATS)


def _report(case: ServedCase, asked: Request, form: dict[str, str]) -> Response:
    """A report, made now and masked: files in the case's folder may hold numbers in clear."""
    format_ = asked.path_params["format"]
    if format_ not in FORMATS:
        raise HTTPException(404)
    if case.is_live:
        raise UsageError("reports are made of a finished run", hint="`auditor run` the case")
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        with read_audit(case.folder) as audit:
            (path,) = write_reports(audit, Path(folder), [format_])
            record_export(case.folder, f"page: report {format_}", [path], run=audit.run)
        if path.is_dir():
            packed = Path(folder) / "csv.zip"
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in sorted(path.iterdir()):
                    archive.write(file, file.name)
            path = packed
        content, name = path.read_bytes(), path.name
    # Always to be saved: its own script must not run at this address.
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_MEDIA[format_], headers=headers)


def _request(case: ServedCase, asked: Request, form: dict[str, str]) -> Response:
    document = request(case.audit())
    if "save" in asked.query_params:
        text = as_sections(document, {section.key for section in document.sections})
        headers = {"content-disposition": 'attachment; filename="request.md"'}
        return PlainTextResponse(f"{text}\n", media_type="text/markdown", headers=headers)
    return _html(
        case, "letter.html", title="Data requests", document=document, count=len(needs(case.audit()))
    )


def _first_of(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
    except ValueError:  # more fields than any form of these pages has
        raise HTTPException(400) from None
    return {name: values[0] for name, values in fields.items()}


def _not_here(asked: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse("There is no such page." if code == 404 else "This cannot be done here.", code)


def _crashed(asked: Request, error: Exception) -> Response:
    return PlainTextResponse(f"An error of the tool: {type(error).__name__}.", 500)
