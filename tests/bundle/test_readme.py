"""The stranger's three commands of the README do what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bundle.sealed import Sealed

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.mark.skipif(not shutil.which("unzip"), reason="unzip is not installed")
def test_the_three_commands_of_a_stranger_verify_and_recompute(sealed: Sealed, tmp_path: Path) -> None:
    part = README.read_text(encoding="utf-8").partition("needs three commands:")[2]
    commands = re.findall(
        r"^(\S[^#\n]*?) *(?:#.*)?$", part.partition("```console")[2].partition("```")[0], re.M
    )
    assert len(commands) == 3
    shutil.copy(sealed.bundle, tmp_path / "audit.zip")
    shutil.copy(sealed.public, tmp_path / "auditor.key.pub")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    codes = [
        subprocess.run(
            command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        ).returncode
        for command in commands
    ]
    assert codes == [0, 0, 1], "the audit of the case has findings"
    (report,) = tmp_path.glob("audit-*/data/case/reports/audit.json")
    assert '"attempts.failed"' in report.read_text(encoding="utf-8")
