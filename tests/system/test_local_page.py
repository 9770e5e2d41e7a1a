"""The local page in a real browser: opened by its link, used by keyboard, safe with hostile logs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.selenium import Axe
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from auditor.serve import Server, cases_in
from tests.called import call
from tests.system.browser import chromium

pytestmark = pytest.mark.system
TIDY = Path(__file__).parents[2] / "sample_logs" / "tidy_day"
HOSTILE = "<img src=x onerror=document.title='owned'>"
PAGES = ("", "findings", "callers", "worklist", "find", "sql", "reports", "request")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str]]:
    """A window that opened the link, and the address of the server."""
    folder = tmp_path_factory.mktemp("page") / "tidy"
    shutil.copytree(TIDY, folder, ignore=shutil.ignore_patterns("reports", "case.duckdb*", ".auditor"))
    case = folder / "case.toml"
    case.write_text(re.sub(r'^title = ".*"', f'title = "{HOSTILE}"', case.read_text(), flags=re.M))
    for log in folder.glob("attempts-*.csv"):
        log.write_text(log.read_text().replace("bravo-027", HOSTILE))
    assert call("run", folder, "-q").returncode in (0, 1, 3)
    server = Server(cases_in(folder))
    thread = server.start()
    with chromium() as driver:
        driver.get(server.address)
        yield driver, f"http://127.0.0.1:{server.port}"
    server.stop()
    thread.join(30)


def _shows(driver: Any, tag: str, text: str) -> bool:
    """Whether an element of the page that is being loaded comes to hold a text."""
    wait = WebDriverWait(
        driver, 300, ignored_exceptions=(StaleElementReferenceException, NoSuchElementException)
    )
    return bool(wait.until(lambda window: text in window.find_element(By.TAG_NAME, tag).text))


def test_the_link_opens_the_case_and_the_token_leaves_the_address(page: tuple[Any, str]) -> None:
    driver, address = page
    assert driver.current_url == f"{address}/case/tidy/"
    assert "Attempts that failed" in driver.find_element(By.TAG_NAME, "main").text


@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_is_text_nothing_is_asked_elsewhere_and_all_can_be_read(
    page: tuple[Any, str], name: str
) -> None:
    driver, address = page
    driver.get_log("browser")
    driver.get(f"{address}/case/tidy/{name}")
    assert driver.title != "owned"
    assert not driver.find_elements(By.TAG_NAME, "img")
    assert not driver.find_elements(By.TAG_NAME, "script")
    links = [a.get_attribute("href") for a in driver.find_elements(By.TAG_NAME, "a")]
    assert all(link.startswith(address) for link in links)
    errors = [entry for entry in driver.get_log("browser") if "favicon" not in entry["message"]]
    assert not [entry for entry in errors if "Content Security Policy" in entry["message"]], errors
    found = Axe().run(driver)["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_a_question_in_sql_is_asked_by_keyboard(page: tuple[Any, str]) -> None:
    driver, address = page
    driver.get(f"{address}/case/tidy/sql")
    field = driver.find_element(By.ID, "query")
    field.send_keys("SELECT state, count(*) AS n FROM attempt GROUP BY state ORDER BY state", Keys.TAB)
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert _shows(driver, "table", "failed")


def test_a_number_is_found_and_is_in_no_address(page: tuple[Any, str]) -> None:
    driver, address = page
    driver.get(f"{address}/case/tidy/find")
    driver.find_element(By.ID, "number").send_keys("0491570156", Keys.ENTER)
    assert _shows(driver, "main", "delivered")
    assert "491570156" not in driver.current_url + driver.page_source


def test_another_page_can_neither_read_nor_send(page: tuple[Any, str], tmp_path: Path) -> None:
    driver, address = page
    foreign = tmp_path / "foreign.html"
    foreign.write_text(
        f"<form method=post action='{address}/case/tidy/sql'><input name=query value='SELECT 1'></form>"
        "<script>document.forms[0].submit()</script>"
    )
    driver.get(foreign.as_uri())
    # The browser does not send the session with a form of another page.
    assert _shows(driver, "body", "This page needs the link")


def test_on_a_narrow_screen_nothing_sticks_out(page: tuple[Any, str]) -> None:
    driver, address = page
    driver.set_window_size(400, 800)
    for name in PAGES:
        driver.get(f"{address}/case/tidy/{name}")
        wide, room = driver.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= room, name
