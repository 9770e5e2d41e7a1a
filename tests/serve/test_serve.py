"""The page: who may ask, what is refused, and that what it shows is what the audit says."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest

from auditor.errors import UsageError
from auditor.serve import Cases, ServedCase, Server, cases_in
from tests.called import call
from tests.report.audits import rich_audit

TIDY = Path(__file__).parents[2] / "sample_logs" / "tidy_day"
LEAST = shutil.ignore_patterns("reports", "case.duckdb*", ".auditor")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Visitor:
    """A program that asks the page. A header that is None is left out."""

    port: int
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str = "", /, **headers: str | None) -> Answer:
        given = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie or None}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in given.items():
                if value is not None:
                    connection.putheader(name, value)
            if body:
                connection.putheader("Content-Length", str(len(body.encode())))
            connection.endheaders(body.encode() if body else None)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str | None) -> Answer:
        return self.ask("GET", path, "", **headers)

    def post(self, path: str, fields: dict[str, str], **headers: str | None) -> Answer:
        origin = f"http://127.0.0.1:{self.port}"
        given: dict[str, str | None] = {"Origin": origin, **headers}
        return self.ask("POST", path, urlencode(fields), **given)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases: one audited, with a hostile title and cell; one never audited."""
    place = tmp_path_factory.mktemp("cases")
    shutil.copytree(TIDY, place / "tidy", ignore=LEAST)
    case = place / "tidy" / "case.toml"
    text = re.sub(r'^title = ".*"', 'title = "<script>alert(1)</script>"', case.read_text(), flags=re.M)
    case.write_text(text)
    for log in (place / "tidy").glob("attempts-*.csv"):
        log.write_text(log.read_text().replace("bravo-027", "<img src=x onerror=alert(1)>"))
    shutil.copytree(TIDY, place / "new", ignore=LEAST)
    assert call("run", place / "tidy", "-q").returncode == 1
    return place


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[tuple[Server, Visitor]]:
    server = Server(cases_in(folder))
    thread = server.start()
    visitor = Visitor(server.port)
    opened = visitor.get(server.address.partition(str(server.port))[2])
    assert opened.status == 303, opened
    visitor.cookie = opened.headers["set-cookie"].partition(";")[0]
    yield server, visitor
    server.stop()
    thread.join(30)
    assert not thread.is_alive()


@pytest.fixture
def visitor(served: tuple[Server, Visitor]) -> Visitor:
    return served[1]


PATHS = (
    "/", "/style.css", "/case/tidy/", "/case/tidy/findings", "/case/tidy/callers", "/case/tidy/worklist",
    "/case/tidy/find", "/case/tidy/sql", "/case/tidy/reports", "/case/tidy/reports/json",
    "/case/tidy/request", "/nothing", "/case/tidy/../../etc/passwd",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_answered_without_the_session(visitor: Visitor, path: str) -> None:
    for cookie in (None, "auditor=1", f"auditor-{visitor.port}=guess", "a" * 3_000, '=";,"'):
        answer = visitor.get(path, Cookie=cookie)
        assert answer.status == 403, cookie
        assert b"Attempts" not in answer.body
    assert visitor.ask("HEAD", path, Cookie=None).status == 403


def test_a_token_opens_one_session_and_is_then_spent(served: tuple[Server, Visitor]) -> None:
    server, _ = served
    stranger = Visitor(server.port)
    again = stranger.get(server.address.partition(str(server.port))[2])
    assert (again.status, again.headers.get("set-cookie")) == (403, None)
    assert stranger.get("/?token=").status == 403
    assert stranger.get("/?token=x").status == 403


def test_the_cookie_is_for_this_server_alone(folder: Path) -> None:
    server = Server(cases_in(folder))
    thread = server.start()
    cookie = Visitor(server.port).get(server.address.partition(str(server.port))[2]).headers["set-cookie"]
    server.stop()
    thread.join(30)
    assert cookie.startswith(f"auditor-{server.port}=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1.evil.example", "", None]
)
def test_a_foreign_name_that_leads_here_is_refused(visitor: Visitor, host: str | None) -> None:
    answer = visitor.get("/case/tidy/", Host=host)
    assert answer.status in (400, 403)
    assert b"Attempts" not in answer.body
    assert visitor.get("/", Host=f"localhost:{visitor.port}").status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_every_write_is_refused(visitor: Visitor, method: str) -> None:
    for path in PATHS:
        assert visitor.ask(method, path).status in (400, 405)


def test_a_form_is_taken_from_the_page_itself_and_only_where_it_asks(visitor: Visitor) -> None:
    query = {"query": "SELECT 1"}
    for path in ("/", "/case/tidy/", "/case/tidy/reports", "/case/tidy/callers"):
        assert visitor.post(path, query).status == 405
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": None},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ):
        assert visitor.post("/case/tidy/sql", query, **headers).status == 403
    assert visitor.post("/case/tidy/sql", {"query": "x" * 70_000}).status == 413
    assert visitor.post("/case/tidy/sql", query, Sec_Fetch_Site="same-origin").status == 200


def test_a_request_of_too_many_fields_is_refused_with_and_without_the_session(visitor: Visitor) -> None:
    many = "&".join(f"a{n}=1" for n in range(60))
    for cookie in (visitor.cookie, None):
        for path in ("/", "/case/tidy/callers"):
            assert visitor.get(f"{path}?{many}", Cookie=cookie).status == 400
    fields = {f"a{n}": "1" for n in range(30)}
    assert visitor.post("/case/tidy/find", fields).status == 400
    assert visitor.post("/case/tidy/sql", fields).status == 400


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_outside_the_calendar_is_no_fault_of_the_page(at: str, visitor: Visitor) -> None:
    answer = visitor.post("/case/tidy/find", {"at": at})
    assert (answer.status, "outside the calendar" in answer.text) == (400, True)


def test_a_form_of_two_lengths_is_refused(visitor: Visitor) -> None:
    """Its body ends where its chunks end: longer than the length that it gives."""
    for given in ({"Transfer-Encoding": "chunked"}, {"Transfer-Encoding": "chunked", "Content-Length": "10"}):
        connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=300)
        origin = f"http://127.0.0.1:{visitor.port}"
        connection.putrequest("POST", "/case/tidy/sql", skip_host=True)
        for name, value in {"Host": origin[7:], "Cookie": visitor.cookie, "Origin": origin, **given}.items():
            connection.putheader(name, value)
        chunk = b"query=" + b"x" * 4_000
        connection.endheaders(b"%x\r\n%s\r\n0\r\n\r\n" % (len(chunk), chunk))
        assert connection.getresponse().status == 400
        connection.close()


@pytest.mark.parametrize(
    "path",
    [
        "/case/other/", "/case/..%2Fnew/", "/case/%2e%2e/", "/case/tidy/reports/..%2Fcallers.csv",
        "/case/tidy/reports/callers.csv", "/case/tidy/reports/case.duckdb", "/case/tidy/findings/XX-1",
        "/case/tidy/case.toml", "/../../etc/passwd", "//etc/passwd", "/case/tidy/reports/exe",
    ],
)  # fmt: skip
def test_no_path_leads_outside(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status == 404, answer.text
    assert b"root:" not in answer.body


def test_a_page_may_run_and_load_nothing_and_is_kept_nowhere(visitor: Visitor) -> None:
    for path in PATHS:
        answer = visitor.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'")
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers


def test_the_headline_is_that_of_the_audit_and_hostile_text_stays_text(
    folder: Path, visitor: Visitor
) -> None:
    figures = json.loads((folder / "tidy" / "reports" / "audit.json").read_bytes())["measures"]
    page = visitor.get("/case/tidy/").text
    failed = re.search(r"Attempts that failed</dt><dd><span class=\"number\">([\d,]+)", page)
    assert failed is not None
    assert int(failed[1].replace(",", "")) == figures["attempts.failed"]["value"]
    for path in PATHS[:11]:
        answer = visitor.get(path)
        if answer.headers["content-type"].startswith("text/html"):
            assert "<script" not in answer.text
            assert "<img" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_callers_are_masked_everywhere(visitor: Visitor) -> None:
    for path in PATHS[:11]:
        assert "491570" not in visitor.get(path).text, path
    assert "•••••" in visitor.get("/case/tidy/callers").text
    asked = visitor.post("/case/tidy/sql", {"query": "SELECT caller_id, e164 FROM attempt ORDER BY 1"}).text
    assert "tel:" in asked
    assert "491570" not in asked


def test_find_finds_a_call_and_does_not_repeat_the_number(visitor: Visitor) -> None:
    page = visitor.post("/case/tidy/find", {"number": "0491570156"}).text
    assert "<h2>Attempts</h2>" in page
    assert "delivered" in page
    assert "0491570156" not in page
    assert "Nothing was found" not in page
    nothing = visitor.post("/case/tidy/find", {"number": "+61491570999"}).text
    assert "Nothing was found in these logs. A call may still have been made" in nothing
    assert "fits no reading of a number" in visitor.post("/case/tidy/find", {"number": "0491 57"}).text
    assert "nothing to look for is given" in visitor.post("/case/tidy/find", {"cell": ""}).text
    assert "has no offset" in visitor.post("/case/tidy/find", {"at": "2024-03-12T17:00"}).text


def test_every_table_has_the_times_of_the_case_and_names_the_zone(visitor: Visitor) -> None:
    pages = [visitor.get("/case/tidy/callers").text]
    pages.append(visitor.post("/case/tidy/find", {"number": "0491570156"}).text)
    pages += [visitor.get(f"/case/tidy/findings/{rule}").text for rule in ("EC-001", "WC-001")]
    for page in pages:
        assert "All times are those of Australia/Sydney." in page
        assert "_utc" not in page.partition("<details>")[0]
        assert not re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z", page)


@pytest.mark.parametrize(
    "query",
    [
        "COPY attempt TO '/tmp/stolen.csv'", "SELECT * FROM read_text('/etc/passwd')", "DROP TABLE attempt",
        "ATTACH '/tmp/x.duckdb'", "INSTALL httpfs", "SELECT getenv('HOME')", "SELECT 1; SELECT 2",
    ],
)  # fmt: skip
def test_a_query_can_only_read_the_case(visitor: Visitor, query: str) -> None:
    answer = visitor.post("/case/tidy/sql", {"query": query})
    assert answer.status == 200
    assert 'class="warning"' in answer.text
    assert "root:" not in answer.text
    assert not Path("/tmp/stolen.csv").exists()


def test_an_error_in_a_query_shows_its_place(visitor: Visitor) -> None:
    page = visitor.post("/case/tidy/sql", {"query": "SELECT stat FROM attempt"}).text
    assert "^" in page
    assert "state" in page


def test_reports_are_made_masked_to_be_saved(folder: Path, visitor: Visitor) -> None:
    answer = visitor.get("/case/tidy/reports/json")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.json"'
    kept = json.loads((folder / "tidy" / "reports" / "audit.json").read_bytes())
    assert json.loads(answer.body)["measures"] == kept["measures"]
    packed = zipfile.ZipFile(BytesIO(visitor.get("/case/tidy/reports/csv").body))
    assert "callers.csv" in packed.namelist()
    assert b"491570156" not in packed.read("callers.csv")
    assert visitor.get("/case/tidy/reports/html").headers["content-disposition"].startswith("attachment")


def test_a_revealed_report_in_the_folder_is_never_given(folder: Path, visitor: Visitor) -> None:
    assert call("run", folder / "tidy", "-q", "--reveal", "--reason", "a test").returncode == 1
    written = (folder / "tidy" / "reports").glob("*.csv")
    assert any("491570156" in path.read_text() for path in written)
    packed = zipfile.ZipFile(BytesIO(visitor.get("/case/tidy/reports/csv").body))
    assert b"491570156" not in packed.read("callers.csv")


def test_several_cases_stand_side_by_side_and_are_never_added(visitor: Visitor) -> None:
    page = visitor.get("/").text
    assert page.count('<th scope="col">') == 3
    assert "no audit has been run here" in page
    assert '<a href="/case/tidy/request">' in page
    assert visitor.get("/case/new/").status == 503


@pytest.mark.holds("fault.13")
def test_the_page_follows_the_next_run_and_never_locks_it_out(folder: Path, visitor: Visitor) -> None:
    before = visitor.get("/case/tidy/").text
    assert call("run", folder / "tidy", "-q", "-p", "match_after_s=61").returncode == 1
    after = visitor.get("/case/tidy/").text
    runs = [re.search("Run ([0-9a-f]{16})", page) for page in (before, after)]
    assert None not in runs
    assert len({run and run[1] for run in runs}) == 2


def test_every_page_says_that_the_case_has_changed_since_its_audit(folder: Path, visitor: Visitor) -> None:
    case = folder / "tidy" / "case.toml"
    said = "The case has changed since its last audit. What is shown is from before."
    pages = [f"/case/tidy/{page}" for page in ("", "findings", "worklist", "find", "sql")]
    assert not any(said in visitor.get(page).text for page in pages)
    text = case.read_text(encoding="utf-8")
    case.write_text(text.replace("within_h = 24", "within_h = 23"), encoding="utf-8")
    try:
        assert all(said in visitor.get(page).text for page in pages)
    finally:
        case.write_text(text, encoding="utf-8")
    assert not any(said in visitor.get(page).text for page in pages)


def test_only_this_machine_is_listened_to(served: tuple[Server, Visitor]) -> None:
    server, _ = served
    assert server.address.startswith("http://127.0.0.1:")
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    with pytest.raises(UsageError, match="cannot be used"):
        Server(cases_in(TIDY), taken.getsockname()[1])
    taken.close()


def test_a_folder_without_a_case_is_refused(tmp_path: Path) -> None:
    done = call("serve", tmp_path)
    assert done.returncode == 2
    assert "auditor init" in done.stderr


def test_the_page_of_a_watch_shows_the_latest_figures_and_loads_itself_anew(tmp_path: Path) -> None:
    live = ServedCase("now", tmp_path, is_live=True)
    server = Server(Cases({"now": live}), refresh_s=7)
    thread = server.start()
    visitor = Visitor(server.port)
    opened = visitor.get(server.address.partition(str(server.port))[2])
    visitor.cookie = opened.headers["set-cookie"].partition(";")[0]
    assert visitor.get("/case/now/").status == 503
    live.kept = rich_audit()
    page = visitor.get("/case/now/")
    assert page.status == 200
    assert '<meta http-equiv="refresh" content="7">' in page.text
    assert "refresh" not in visitor.get("/case/now/worklist").text
    assert visitor.get("/case/now/reports/html").status == 400
    server.stop()
    thread.join(30)
