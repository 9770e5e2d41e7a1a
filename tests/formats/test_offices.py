"""What the exchanges of offices, switches and clouds log of a world is that world."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from auditor.containers.member import Damage, members
from auditor.errors import AuditorError
from auditor.formats.detect import asked_for, detect, open_file, recognise
from auditor.formats.reader import Lines
from auditor.pipeline import audit
from auditor.scaffold import scaffold
from tests.formats.offices import FORMS, Form, calls, canonical
from tests.ingest.loading import Loaded, load, write_case

each = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


def encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def shown(loaded: Loaded, columns: tuple[str, ...]) -> list[tuple[object, ...]]:
    named = (f"{name}_utc" if name.endswith("_at") else name for name in columns)
    return loaded.rows(f"SELECT {', '.join(named)} FROM attempt_record ORDER BY ALL")


@pytest.mark.holds("property.19")
@each
def test_a_world_is_that_of_its_canonical_file(tmp_path: Path, form: Form) -> None:
    for seed in (1,):
        made = calls(seed)
        own = load(tmp_path / f"o{seed}", {form.name: form.write(made)}, [{"path": form.name, **form.keys}])
        plain = load(tmp_path / f"p{seed}", {"a.csv": canonical(made)})
        assert [(f.status, f.rejected) for f in own.files] == [("loaded", 0)]
        assert shown(own, form.shows) == shown(plain, form.shows)
        assert own.files[0].loaded == plain.files[0].loaded > 0


@each
def test_it_is_told_from_every_other(tmp_path: Path, form: Form) -> None:
    (tmp_path / "log.txt").write_bytes(encoded(form.write(calls(3, 9))))
    (member,) = (m for m in members(tmp_path / "log.txt") if m.inner in (None, "cdr", "acc"))
    found = detect("log.txt", member.head(1 << 16), "attempts")
    assert found.layout.name == form.layout
    assert found.confidence >= 0.9


@each
def test_what_is_cut_or_flipped_ends_in_the_ledger(tmp_path: Path, form: Form) -> None:
    chance = random.Random(form.name)
    whole = encoded(form.write(calls(4, 6)))
    read = refused = 0
    for n in range(60):
        data = bytearray(whole)
        if n % 3 == 0:
            del data[chance.randrange(len(data)) :]
        else:
            for _ in range(chance.randrange(1, 4)):
                data[chance.randrange(len(data))] = chance.choice((0, 10, 34, 44, 255, chance.randrange(256)))
        (tmp_path / "log.txt").write_bytes(bytes(data))
        try:
            for member in members(tmp_path / "log.txt"):
                if member.inner not in (None, "cdr", "acc"):
                    continue  # a table of a dump that is no log
                asked = asked_for("log.txt", "attempts")
                file = open_file(member, recognise(member.head(1 << 16), asked), asked)
                if isinstance(file.rows, Lines):
                    b"".join(file.rows.chunks(1 << 16))
            read += 1
        except (Damage, AuditorError):
            refused += 1
    assert read > 0, "one strange byte must not cost the whole file"
    assert read + refused == 60


@each
def test_a_record_that_is_cut_is_no_other_record(tmp_path: Path, form: Form) -> None:
    made = calls(5, 12)
    whole = encoded(form.write(made))
    before = load(tmp_path / "whole", {form.name: whole}, [{"path": form.name, **form.keys}])
    records = set(shown(before, form.shows))
    for n, cut in enumerate((len(whole) - 3, len(whole) * 2 // 3)):
        loaded = load(tmp_path / f"cut{n}", {form.name: whole[:cut]}, [{"path": form.name, **form.keys}])
        assert len([row for row in shown(loaded, form.shows) if row not in records]) <= 1


@each
def test_init_leaves_at_most_zone_and_regime_to_fill_in(tmp_path: Path, form: Form) -> None:
    (tmp_path / form.name).write_bytes(encoded(form.write(calls(6, 30))))
    draft = scaffold(tmp_path, "au")
    assert draft.sources == 1
    assert draft.to_fill <= form.to_fill


@pytest.mark.parametrize("name", ["lines.json", "acc.csv", "oracle.csv"])
def test_its_measures_are_those_of_the_canonical_file(tmp_path: Path, name: str) -> None:
    form = next(form for form in FORMS if form.name == name)
    made = calls(8, 40)
    own = measured(tmp_path / "own", {name: form.write(made)}, {"path": name, **form.keys})
    plain = measured(tmp_path / "plain", {"a.csv": canonical(made, form.shows)}, {"path": "a.csv"})
    assert own == plain
    assert own["attempts.total"] == (sum(call.dialled in ("000", "112") for call in made),) * 2


def measured(folder: Path, files: dict[str, str | bytes], source: dict[str, object]) -> dict[str, object]:
    with audit(write_case(folder, files, [source])) as found:
        return {
            name: (measure.value, measure.high)
            for name, measure in found.measures.items()
            if name.partition(".")[0] in ("attempts", "callers", "episodes", "records")
        }
