"""Searches for inputs that break the readers, guided by which of their lines are reached: `make fuzz`.

`python -m tests.fuzz.guided TARGET [SECONDS]` searches with one target until it is stopped or the time is
over. What it has found lies in `build/fuzz/TARGET` and is where the next search begins. An input that
breaks a reader is in a file `crash-...` there: put it into `tests/fuzz/corpus`, see a test fail, then mend
the reader."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["auditor"]):
    from auditor.bundle import bag, container
    from auditor.containers.archives import list_tar, list_zip, zip_blocks
    from auditor.containers.dump import list_tables
    from auditor.containers.member import Damage, Member
    from auditor.errors import AuditorError, EvidenceError
    from auditor.formats.detect import detect
    from auditor.formats.first_lines import dialect_of
    from auditor.formats.sip.capture import read
    from auditor.ingest.text.split import pieces

CORPUS = Path(__file__).parent / "corpus"
FOUND = Path(__file__).parents[2] / "build" / "fuzz"
HEADER = b"call_id,started_at,dialled\n"
_MOST_BYTES = 64 << 20
"""No archive of a few kilobytes may unpack to more in a search."""
_FILE = FOUND / f"input-{os.getpid()}"


def splitter(data: bytes) -> None:
    """The pieces of a text are the text, however it comes in chunks."""
    size, content = (data[0] % 40 + 1, data[1:]) if data else (1, b"")
    dialect = dialect_of(detect("a.csv", HEADER, "attempts"))
    offset = 0
    for piece in pieces((content[i : i + size] for i in range(0, len(content), size)), dialect):
        assert piece.offset == offset
        offset += len(piece.data)
    assert offset == len(content)


def detection(data: bytes) -> None:
    """A file is recognised, or it is said what was seen."""
    try:
        found = detect("a", data, "attempts")
    except (EvidenceError, Damage):
        return
    assert 0 < found.confidence <= 1


def capture(data: bytes) -> None:
    """A capture gives rows, or it is damaged."""
    try:
        found = read(Member(Path("a.pcap"), None, len(data), "", lambda size, _: iter([data])))
    except Damage:
        return
    assert found.summary.dialogs == len(found.rows) <= len(data) // 12


def archive(data: bytes) -> None:
    """An archive is listed or damaged, and the members of a zip can be read to their end or are damaged."""
    for listed in (list_tar, list_tables):
        with suppress(Damage):
            listed(iter([data]), "a")
    with suppress(Damage):
        for entry in list_zip(io.BytesIO(data), "a"):
            size = 0
            for block in zip_blocks(iter([data[entry.offset :]]), entry, 1 << 16, path="a"):
                size += len(block)
                assert size <= max(_MOST_BYTES, 2000 * len(data)), "so few bytes unpack to so many"


def bundle(data: bytes) -> None:
    """A bundle is checked to its end, or it is refused."""
    _FILE.write_bytes(data)
    try:
        with container.opened(_FILE) as opened:
            lines = list(bag.check(opened))
            assert len(lines) >= len([name for name in opened.names if name != bag.TAG_MANIFEST])
    except AuditorError:
        return


TARGETS: dict[str, tuple[Callable[[bytes], None], str]] = {
    "splitter": (splitter, "text"),
    "detection": (detection, "file"),
    "capture": (capture, "capture"),
    "archive": (archive, "file"),
    "bundle": (bundle, "bundle"),
}
"""What is searched, and the folder of the corpus that a search begins with."""


def main(name: str, seconds: int) -> None:
    target, kind = TARGETS[name]
    found = FOUND / name
    found.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={seconds}", "-max_len=20000", "-timeout=60", "-rss_limit_mb=4096"]
    quiet = ["-print_final_stats=1", "-verbosity=0", f"-artifact_prefix={found}/"]
    atheris.Setup([sys.argv[0], *limits, *quiet, str(found), str(CORPUS / kind)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
