"""`--keep all`: every well-formed record of the text files as Parquet in the state folder, all columns as
texts, with its record number."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from auditor.containers.buffer import Buffer
from auditor.errors import UsageError
from auditor.ingest.sql import LINE_DELIMITER, Projection
from auditor.ingest.text.split import Positions
from auditor.model import EvidenceFile
from auditor.private import clear, own_files, private_folder, refuse_link
from auditor.store import Store, quoted

FOLDER = "kept"
_PART = re.compile(r"(?:tmp_)?part-\d{5,}\.parquet")


def place_of(state: Path, path: str, role: str) -> Path:
    """The folder that holds the records of one file. The name of one in a folder or an archive ends with a
    part of its hash: `a/b.csv` and `a_b.csv` are two files."""
    flat = re.sub("[/!]", "_", path)
    own = flat if flat == path else f"{flat}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"
    return state / FOLDER / role / own


def take(made: Path, state: Path, path: str, role: str) -> None:
    """Move what was kept of a file from the folder `made` into the state, in place of what was there."""
    source, final = place_of(made, path, role), place_of(state, path, role)
    if not source.is_dir():
        return
    for folder in (state / FOLDER, final.parent, final):
        refuse_link(folder)
    _refuse_strangers(final)
    clear(final, _PART)
    private_folder(final)
    for part in own_files(source, _PART):
        shutil.move(part, final / part.name)


def keep_only(state: Path, files: Iterable[EvidenceFile]) -> None:
    """Leave what was kept of the files that are loaded now: what was kept of others, the copies of them too,
    would be counted beside it."""
    places = {place_of(state, file.path, file.role) for file in files if file.status == "loaded"}
    for folder in sorted((state / FOLDER).glob("*/*")):
        if folder not in places and not folder.parent.is_symlink():
            clear(folder, _PART)


class Keeper:
    """Writes the records of one file in parts; they get their name once the file is loaded, so that a part
    never passes for the whole."""

    def __init__(self, store: Store, state: Path, path: str, role: str) -> None:
        self._store = store
        self._final = place_of(state, path, role)
        self._partial = self._final.with_name(f".{self._final.name}.partial")
        self._buffer = Buffer()
        self._parts = 0
        for folder in (state / FOLDER, self._final.parent, self._final, self._partial):
            refuse_link(folder)
        _refuse_strangers(self._final, self._partial)
        clear(self._partial, _PART)
        private_folder(self._partial)

    def write(self, projection: Projection, data: bytes, numbers: Positions) -> None:
        """Keep the lines of `data`, whose record numbers are `numbers`."""
        if not len(numbers):
            return
        delimiter = projection.dialect.delimiter or LINE_DELIMITER
        lines = data.split(b"\n")[:-1]
        numbered = b"".join(
            [
                b"%d%b%b\n" % (n, delimiter, line.removesuffix(b"\r"))
                for n, line in zip(numbers.tolist(), lines, strict=True)
            ]
        )
        self.copy(projection, projection.lines(self._buffer.fill(numbered), is_numbered=True))

    def copy(self, projection: Projection, relation: str) -> None:
        """Keep all rows of `relation`, which gives `n` and the file's columns."""
        self._parts += 1
        target = quoted(str(self._partial / f"part-{self._parts:05}.parquet"))
        self._store.execute(
            f"COPY ({projection.kept(relation)}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)",
            name="records to keep",
        )

    def finish(self) -> None:
        """The file is loaded: put the parts where they belong, in place of those of before."""
        self._buffer.close()
        clear(self._final, _PART)
        self._partial.rename(self._final)

    def abandon(self) -> None:
        """The file is not loaded: leave nothing."""
        self._buffer.close()
        clear(self._partial, _PART)


def _refuse_strangers(*folders: Path) -> None:
    """UsageError where something that was not kept by a run is in the way: it is not ours to remove."""
    for folder in folders:
        held = list(folder.iterdir()) if folder.is_dir() else [folder] if folder.exists() else []
        if strange := [
            path for path in held if not _PART.fullmatch(path.name) or not path.is_file() or path.is_symlink()
        ]:
            raise UsageError(
                f"{strange[0]} was not written by the tool",
                hint=f"move it away: {folder} is where kept records go",
            )
