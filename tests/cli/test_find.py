"""`auditor find` on the command line."""

from __future__ import annotations

from tests.called import call


def test_a_number_on_the_command_line_is_refused_with_what_to_do() -> None:
    done = call("find", ".", "0491570156")
    assert done.returncode == 2
    assert "put the number on standard input" in done.stderr
    assert "0491570156" not in done.stderr
