"""The matrix of faults and properties (`make matrix`) has a test for each row."""

from __future__ import annotations

from pathlib import Path

from tests.matrix import by_row, held, rows


def test_every_row_of_the_matrix_has_a_test_and_every_mark_a_row() -> None:
    known, tests = rows(), by_row(held())
    assert [row for row in known if row not in tests] == []
    assert sorted(tests.keys() - known.keys()) == []


def test_rows_are_numbered_without_a_gap() -> None:
    counted: dict[str, list[int]] = {}
    for row in rows():
        part, number = row.split(".")
        counted.setdefault(part, []).append(int(number))
    assert {
        part: numbers == list(range(1, len(numbers) + 1)) for part, numbers in counted.items()
    } == dict.fromkeys(counted, True)
    assert (len(counted["fault"]), len(counted["property"])) == (78, 25)


def test_marks_are_found_on_functions_in_classes_and_on_parameters(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(
        "import pytest\npytestmark = pytest.mark.system\n"
        "class TestB:\n    @pytest.mark.holds('fault.1', 'crash.2')\n    def test_c(self): ...\n"
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.holds('trust.3'))])\n"
        "def test_d(x): ...\n"
        "def test_e(): ...\n"
    )
    assert [(test.test, test.rows, test.is_system) for test in held(tmp_path)] == [
        ("tests/test_a.py::TestB::test_c", ("fault.1", "crash.2"), True),
        ("tests/test_a.py::test_d", ("trust.3",), True),
    ]
