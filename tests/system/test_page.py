"""The HTML report in a real browser: silent, asking nothing, usable by mouse, keyboard and screen reader, and
true to audit.json."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from axe_core_python.selenium import Axe
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from auditor.report import write_reports
from tests.report.audits import hostile_audit, rich_audit
from tests.system.browser import chromium, requests_of

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    with chromium() as window:
        yield window


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    made = {name: folder / name for name in ("rich", "hostile", "public", "executive", "large")}
    write_reports(rich_audit(), made["rich"], ["html", "json"])
    write_reports(hostile_audit(), made["hostile"], ["html"])
    write_reports(rich_audit(240), made["public"], ["html"], public_k=5)
    write_reports(rich_audit(), made["executive"], ["html"], profile="executive")
    return made


def _open(driver: Any, folder: Path) -> Path:
    page = next(folder.glob("*.html"))
    driver.get_log("performance"), driver.get_log("browser")
    driver.get(page.as_uri())
    return page


def _until(found: Callable[[], Any], seconds: float = 300) -> Any:
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return value


def _rows_told(driver: Any) -> int:
    return int(
        _until(lambda: driver.find_elements(By.CSS_SELECTOR, "dialog .count[data-rows]"))[0].get_attribute(
            "data-rows"
        )
    )


@pytest.mark.parametrize("name", ["rich", "hostile", "public", "executive"])
def test_a_page_is_silent_and_asks_nothing_of_any_network(
    driver: Any, pages: dict[str, Path], name: str
) -> None:
    page = _open(driver, pages[name])
    driver.find_element(By.CSS_SELECTOR, "[data-measure='callers.failed']").click()
    _until(lambda: driver.find_element(By.CSS_SELECTOR, "dialog[open]"))
    assert driver.get_log("browser") == []
    assert requests_of(driver, page) == []
    assert (
        driver.execute_script(
            "return document.scripts.length - document.querySelectorAll('script[type]').length"
        )
        == 1
    )


@pytest.mark.holds("property.4")
def test_the_figures_of_the_page_are_those_of_the_json(driver: Any, pages: dict[str, Path]) -> None:
    _open(driver, pages["rich"])
    measures = json.loads((pages["rich"] / "audit.json").read_bytes())["measures"]
    shown = {
        link.get_attribute("data-measure"): link.text
        for link in driver.find_elements(By.CSS_SELECTOR, "[data-measure]")
    }
    assert len(shown) > 15
    assert shown == {name: f"{measures[name]['value']:,}" for name in shown}


@pytest.mark.holds("property.5")
def test_a_figure_opens_its_definition_its_sql_and_as_many_rows_as_it_says(
    driver: Any, pages: dict[str, Path]
) -> None:
    _open(driver, pages["rich"])
    for name in ("callers.failed", "attempts.failed", "welfare.missing", "episodes.failed"):
        link = driver.find_element(By.CSS_SELECTOR, f"[data-measure='{name}']")
        figure = int(link.text)
        driver.execute_script("arguments[0].click()", link)
        assert _rows_told(driver) == figure
        assert "SELECT" in driver.find_element(By.CSS_SELECTOR, "dialog pre").text
        assert "The number of" in driver.find_element(By.CSS_SELECTOR, "dialog .body").text
        driver.find_element(By.CSS_SELECTOR, "dialog .close").click()


def test_rows_are_searched_sorted_and_paged(driver: Any, pages: dict[str, Path]) -> None:
    _open(driver, pages["rich"])
    link = driver.find_element(By.CSS_SELECTOR, "[data-measure='attempts.total']")
    driver.execute_script("arguments[0].click()", link)
    assert _rows_told(driver) == 112
    drawn = "return document.querySelectorAll('dialog tbody tr').length"
    assert driver.execute_script(drawn) == 50
    back, forth = driver.find_elements(By.CSS_SELECTOR, "dialog .tools button")
    forth.click(), forth.click()
    assert driver.execute_script(drawn) == 12
    assert not forth.is_enabled()
    back.click()
    assert driver.find_element(By.CSS_SELECTOR, "dialog .count").text == "Rows 51 to 100 of 112"
    driver.find_element(By.CSS_SELECTOR, "dialog input").send_keys("0000000a")
    _until(lambda: "found among" in driver.find_element(By.CSS_SELECTOR, "dialog .count").text)
    assert driver.execute_script(drawn) == 1
    driver.find_element(By.CSS_SELECTOR, "dialog input").send_keys(Keys.CONTROL, "a", Keys.DELETE)
    _until(lambda: "found among" not in driver.find_element(By.CSS_SELECTOR, "dialog .count").text)
    head = driver.find_element(By.CSS_SELECTOR, "dialog thead button")
    head.click(), head.click()
    assert driver.find_element(By.CSS_SELECTOR, "dialog tbody td").text.startswith("0000006f")
    assert driver.find_element(By.CSS_SELECTOR, "dialog thead th").get_attribute("aria-sort") == "descending"


def test_callers_are_filtered_and_findings_are_searched(driver: Any, pages: dict[str, Path]) -> None:
    _open(driver, pages["rich"])
    driver.execute_script("document.querySelector('#callers button.show').click()")
    _until(lambda: driver.find_elements(By.CSS_SELECTOR, "#callers .count[data-rows]"))
    drawn = "return document.querySelectorAll('#callers tbody tr').length"
    everyone = driver.execute_script(drawn)
    labels = driver.find_elements(By.CSS_SELECTOR, "#callers .tools label")
    (region,) = [label for label in labels if label.text.startswith("region")]
    Select(region.find_element(By.TAG_NAME, "select")).select_by_visible_text("Victoria")
    assert 0 < driver.execute_script(drawn) < everyone
    found = driver.find_element(By.CSS_SELECTOR, "#findings .searched")
    found.find_element(By.TAG_NAME, "input").send_keys("WC-001")
    assert found.find_element(By.CLASS_NAME, "count").text == "1 of 3"


def test_everything_can_be_reached_and_left_by_keyboard(driver: Any, pages: dict[str, Path]) -> None:
    _open(driver, pages["rich"])
    body = driver.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    assert driver.switch_to.active_element.text == "Skip to the report"
    link = driver.find_element(By.CSS_SELECTOR, "[data-measure='callers.failed']")
    link.send_keys(Keys.ENTER)
    _rows_told(driver)
    assert driver.switch_to.active_element.get_attribute("id") == "sheet-title"
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    _until(lambda: not driver.find_elements(By.CSS_SELECTOR, "dialog[open]"))
    assert driver.switch_to.active_element.get_attribute("data-measure") == "callers.failed"


@pytest.mark.parametrize(
    ("name", "scheme"), [("rich", "light"), ("rich", "dark"), ("hostile", "light"), ("public", "light")]
)
def test_the_accessibility_checker_finds_nothing(
    driver: Any, pages: dict[str, Path], name: str, scheme: str
) -> None:
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    _open(driver, pages[name])
    driver.execute_script("document.querySelectorAll('details.numbers').forEach((d) => { d.open = true; })")
    found = Axe().run(driver, options={"resultTypes": ["violations"]})["violations"]
    driver.find_element(By.CSS_SELECTOR, "[data-measure='callers.failed']").click()
    _until(lambda: driver.find_element(By.CSS_SELECTOR, "dialog[open]"))
    found += Axe().run(driver, context="dialog", options={"resultTypes": ["violations"]})["violations"]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


def test_dark_mode_is_dark_and_light_is_light(driver: Any, pages: dict[str, Path]) -> None:
    tones = {}
    for scheme in ("light", "dark"):
        driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        _open(driver, pages["rich"])
        tones[scheme] = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert tones == {"light": "rgb(255, 254, 251)", "dark": "rgb(22, 24, 26)"}


def test_nothing_runs_off_a_phone_and_charts_are_drawn_for_it(driver: Any, pages: dict[str, Path]) -> None:
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 375, "height": 800, "deviceScaleFactor": 2, "mobile": True},
    )
    for name in ("rich", "hostile", "executive"):
        _open(driver, pages[name])
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 375
        widths = driver.execute_script(
            "return [...document.querySelectorAll('.chart svg')].map((s) => s.getBoundingClientRect())"
            ".filter((box) => box.width).map((box) => box.right)"
        )
        assert widths
        assert max(widths) <= 375
        assert not driver.execute_script("return document.querySelector('details.contents').open")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_page_prints_with_its_figures_and_without_its_buttons(
    driver: Any, pages: dict[str, Path]
) -> None:
    _open(driver, pages["rich"])
    printed = pypdf.PdfReader(
        io.BytesIO(base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {})["data"]))
    )
    text = "\n".join(page.extract_text() for page in printed.pages)
    assert "Callers whose calls failed" in text
    assert "Show the rows" not in text


@pytest.mark.holds("fault.66", "fault.68")
def test_hostile_text_stays_text(driver: Any, pages: dict[str, Path]) -> None:
    _open(driver, pages["hostile"])
    assert (
        driver.execute_script(
            "return document.querySelectorAll('[onload],[onmouseover],main"
            " script,a[href^=javascript]').length"
        )
        == 0
    )
    assert "<script>alert(1)</script>" in driver.find_element(By.TAG_NAME, "h1").text
    for button in driver.find_elements(By.CSS_SELECTOR, "button.show"):
        button.click()
    _until(lambda: len(driver.find_elements(By.CSS_SELECTOR, ".listing .count[data-rows]")) == 3)
    assert "\\u202e" in driver.find_element(By.TAG_NAME, "main").text
    assert driver.get_log("browser") == []


def test_a_hundred_thousand_failed_callers_fit_and_can_be_searched(
    driver: Any, pages: dict[str, Path]
) -> None:
    write_reports(rich_audit(134_000), pages["large"], ["html"])
    page = _open(driver, pages["large"])
    assert page.stat().st_size <= 25_000_000
    link = driver.find_element(By.CSS_SELECTOR, "[data-measure='callers.failed']")
    figure = int(link.text.replace(",", ""))
    assert figure > 100_000
    link.click()
    assert _rows_told(driver) == figure
    driver.find_element(By.CSS_SELECTOR, "dialog input").send_keys("Victoria missing")
    _until(lambda: "found among" in driver.find_element(By.CSS_SELECTOR, "dialog .count").text)
    assert driver.get_log("browser") == []
