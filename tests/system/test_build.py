"""The package is built to the same bytes, wherever and whenever, and holds the list of its components."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.system
ROOT = Path(__file__).resolve().parents[2]


def _checkout(target: Path) -> Path:
    """The tracked files in another place, all with another time."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    moment = time.time() - 86_400 * len(target.name)
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
            (target / name).chmod((ROOT / name).stat().st_mode & 0o755)
            os.utime(target / name, (moment, moment))
    return target


def _built(checkout: Path) -> dict[str, bytes]:
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", "out"]
    subprocess.run(command, cwd=checkout, env=env, capture_output=True, check=True)
    return {path.name: path.read_bytes() for path in (checkout / "out").iterdir()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _built(_checkout(tmp_path_factory.mktemp("one") / "here"))


def _hashes(files: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_two_builds_in_two_places_give_one_hash(built: dict[str, bytes], tmp_path: Path) -> None:
    again = _built(_checkout(tmp_path / "another-place"))
    assert sorted(Path(name).suffix for name in built) == [".gz", ".whl"]
    assert _hashes(again) == _hashes(built)


def test_a_wheel_made_from_the_sdist_is_the_wheel(built: dict[str, bytes], tmp_path: Path) -> None:
    (archive,) = [name for name in built if name.endswith(".tar.gz")]
    (tmp_path / archive).write_bytes(built[archive])
    # Python 3.11.0 to 3.11.3 know no filter; 3.12 warns without one.
    if hasattr(tarfile, "data_filter"):
        shutil.unpack_archive(tmp_path / archive, tmp_path / "unpacked", filter="data")
    else:
        shutil.unpack_archive(tmp_path / archive, tmp_path / "unpacked")
    (folder,) = (tmp_path / "unpacked").iterdir()
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "out"]
    subprocess.run(command, cwd=folder, env=env, capture_output=True, check=True)
    (wheel,) = (folder / "out").iterdir()
    assert wheel.read_bytes() == built[wheel.name]


def _bill(wheel: bytes, folder: Path) -> tuple[str, bytes]:
    (folder / "w.whl").write_bytes(wheel)
    with zipfile.ZipFile(folder / "w.whl") as file:
        (name,) = [name for name in file.namelist() if "/sboms/" in name]
        return name, file.read(name)


def test_the_wheel_lists_every_locked_requirement(built: dict[str, bytes], tmp_path: Path) -> None:
    (wheel,) = [content for name, content in built.items() if name.endswith(".whl")]
    name, content = _bill(wheel, tmp_path)
    assert name.endswith(".dist-info/sboms/auditor.cdx.json")
    bill = json.loads(content)
    lock = (ROOT / "requirements.txt").read_text()
    locked = set(re.findall(r"^([a-z0-9._-]+)==([^ ;]+)", lock, re.MULTILINE))
    assert {(each["name"], each["version"]) for each in bill["components"]} == locked
    (digest,) = [p["value"] for p in bill["metadata"]["properties"] if p["name"] == "auditor:lock:sha256"]
    assert digest == hashlib.sha256((ROOT / "requirements.txt").read_bytes()).hexdigest()
    assert len(set(re.findall("sha256:[0-9a-f]{64}", content.decode()))) == len(
        set(re.findall("sha256:[0-9a-f]{64}", lock))
    )
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")


def test_every_requirement_of_the_package_is_locked(built: dict[str, bytes]) -> None:
    def locked(pattern: str) -> set[str]:
        texts = [path.read_text() for path in ROOT.glob(pattern)]
        return {name for text in texts for name in re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE)}

    wanted = importlib.metadata.requires("emergency-call-auditor") or []
    names = {
        re.split(r"[<>=!; \[]", each)[0].lower().replace("_", "-"): "extra ==" in each for each in wanted
    }
    assert {name for name, is_extra in names.items() if not is_extra} <= locked("requirements.txt")
    assert {name for name, is_extra in names.items() if is_extra} <= locked("requirements-*.txt")
    assert any(names.values())
