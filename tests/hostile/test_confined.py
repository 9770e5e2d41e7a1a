"""A process for each file that a parser takes apart: it reaches nothing, and however it ends, one file is
damaged and the others are read."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil as untyped_psutil
import pytest

from auditor.confinement import landlock_version
from auditor.containers import confined
from auditor.containers.confined import Conversation, facts_of
from auditor.containers.member import Damage, Member, members
from auditor.errors import AuditorError
from auditor.formats import detect as detection
from tests.called import call
from tests.formats.events import BORDER as BORDER_ELEMENT
from tests.formats.events import event, world
from tests.formats.made import BORDER, CALLER, calls, invite, pcap_bytes, reply
from tests.hostile import dying
from tests.hostile.running import assert_gone, readers_of_files
from tests.ingest.loading import attempts, load

psutil: Any = untyped_psutil


def made() -> Conversation:
    return Conversation("tests.hostile.jobs:job", "-", "evil.log")


def content_of(conversation: Conversation, member: Member) -> Iterator[bytes]:
    for answer in conversation.ask(("echo", facts_of(member), 1 << 20), {"": member}):
        assert isinstance(answer, bytes)
        yield answer


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    yield
    assert_gone(readers_of_files())


@pytest.mark.holds("trust.22")
@pytest.mark.skipif(not landlock_version(), reason="this kernel has no Landlock")
def test_it_reaches_no_file_no_program_and_no_network(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence.csv"
    evidence.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (said,) = made().ask(("reach", str(evidence), str(tmp_path), port, os.getpid()), {})
    assert isinstance(said, dict)
    assert len(said.pop("descriptors")) == 1, "the channel alone"
    assert not {name for name in said.pop("environment") if "AUDITOR" in name or "HOME" in name}
    assert set(said.values()) == {"PermissionError"}
    assert evidence.read_text() == "secret"
    assert os.listdir(tmp_path) == ["evidence.csv"]


def test_it_gets_the_blocks_of_a_file_and_gives_them_back(tmp_path: Path) -> None:
    content = os.urandom(3 << 20)
    (tmp_path / "a.bin").write_bytes(content)
    (member,) = members(tmp_path / "a.bin")
    conversation = made()
    assert b"".join(content_of(conversation, member)) == content
    head, whole = conversation.ask(("some", facts_of(member)), {"": member})
    assert (head, whole) == (content[:4], content)
    # A request that is given up half-way is followed by another.
    answers = conversation.ask(("echo", facts_of(member), 1 << 16), {"": member})
    assert bytes(next(answers)) == content[: 1 << 16]  # type: ignore[arg-type]
    assert b"".join(content_of(conversation, member)) == content
    conversation.close()


def test_what_is_wrong_with_the_file_itself_is_said_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"x" * 100)
    (member,) = members(tmp_path / "a.bin")

    def cut(size: int, on_raw: object) -> Iterator[bytes]:
        yield b"x"
        raise Damage("truncated", "it is cut", path="a.bin", offset=1, hint="get it anew")

    with closing(made()) as conversation, pytest.raises(Damage, match="it is cut") as caught:
        list(conversation.ask(("echo", facts_of(member), 10), {"": member.read_by(cut)}))
    assert (caught.value.reason, caught.value.offset, caught.value.hint) == ("truncated", 1, "get it anew")
    assert str(caught.value.where) == "a.bin"


@pytest.mark.holds("crash.9", "trust.22")
@pytest.mark.holds("trust.22")
@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (("die", signal.SIGKILL), "ended by signal 9"),
        (("crash",), "ended by signal 11"),
        (("leave",), "ended before it had read the file"),
        (("grow",), "takes more than 256 MB of memory"),
        (("spin",), "takes more than 1 s of processor time"),
        (("stop",), "said nothing for 1 s"),
        (("fail",), "failed with KeyError in jobs.py"),
        (("babble", b"\0" * 64), "said something that cannot be read"),
        (("babble", b"j\xff\xff\xff\xff"), "sent a message of more than"),
        (("babble", b"j\0\0\0\x02[["), "said something that cannot be read"),
        (("babble", b'n\0\0\0\x0c{"pass": 99}'), "said something that cannot be read"),
        (("babble", b"f\0\0\0\x02{}"), "said something that cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_however_it_ends_the_file_is_damaged_and_named(
    deed: tuple[Any, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "MEMORY_MB", 256)
    if deed == ("spin",):
        monkeypatch.setattr(confined, "CPU_S", 1)
    if deed == ("stop",):
        monkeypatch.setattr(confined, "SILENT_S", 1)
    with closing(made()) as conversation, pytest.raises(AuditorError) as caught:
        list(conversation.ask(deed, {}))
    assert isinstance(caught.value, Damage)
    assert said in caught.value.message
    assert (str(caught.value.where), bool(caught.value.hint)) == ("evil.log", True)
    assert "61491570156" not in str(caught.value), "what stands in the file is not repeated"


def test_it_ends_when_nothing_refers_to_it_any_more_and_when_it_is_closed() -> None:
    for is_closed in (False, True):
        conversation = made()
        assert next(conversation.ask(("die", 0), {})) == b"begun"
        found = readers_of_files()
        assert len(found) == 1
        if is_closed:
            conversation.close()
        del conversation
        assert_gone(found)


def test_where_the_process_that_makes_them_was_killed_another_takes_its_place() -> None:
    first = made()
    assert next(first.ask(("die", 0), {})) == b"begun"
    (helper,) = [p for p in psutil.Process().children() if "confined/child.py" in " ".join(p.cmdline())]
    begun = helper.children()
    helper.kill()
    assert_gone(begun)
    with pytest.raises(Damage, match="ended before"):
        list(first.ask(("die", 0), {}))
    assert next(made().ask(("die", 0), {})) == b"begun"


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection, "READERS", (dying, *detection.READERS))


@pytest.mark.holds("trust.22")
@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("how", ["at once", "by a signal", "by a fault"])
def test_a_file_that_kills_its_reader_is_rolled_back_and_named_and_the_others_are_read(
    how: str, tmp_path: Path
) -> None:
    good = pcap_bytes(calls((0, invite(), CALLER, BORDER), (1, reply(503), BORDER, CALLER)))
    files: dict[str, str | bytes] = {"a.log": f"DIE\n{how}\n", "b.csv": attempts(5), "c.pcap": good}
    loaded = load(tmp_path, files)
    assert [(f.path, f.status, f.loaded) for f in loaded.files] == [
        ("a.log", "rolled_back", 0), ("b.csv", "loaded", 5), ("c.pcap", "loaded", 1),
    ]  # fmt: skip
    assert "its reader" in loaded.file("a.log").problem
    assert "61491570156" not in loaded.file("a.log").problem
    assert loaded.rows("SELECT count(*) FROM attempt_record") == [(6,)]
    loaded.store.close()
    done = call("run", tmp_path, "-q")
    assert done.returncode == 3


def test_many_small_files_take_one_process_each_and_one_that_makes_them(tmp_path: Path) -> None:
    files = {
        f"{n:02}.pcap": pcap_bytes(
            [(at + n * 60, data) for at, data in calls((0, invite(call_id=f"call-{n}"), CALLER, BORDER))]
        )
        for n in range(20)
    }
    loaded = load(tmp_path, files, [{"path": "*.pcap"}])
    assert [f.loaded for f in loaded.files] == [1] * 20
    helpers = [p for p in psutil.Process().children() if "confined/child.py" in " ".join(p.cmdline())]
    assert len(helpers) == 1
    assert_gone(readers_of_files())


def test_files_that_are_read_together_are_read_by_one_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    start = Conversation.__init__

    def counted(self: Conversation, job: str, prepared: str, name: str, size: int = 0) -> None:
        begun.append(name)
        start(self, job, prepared, name, size)

    monkeypatch.setattr(Conversation, "__init__", counted)
    files = {
        f"{call.number}.json": json.dumps(event("CallStart", call, BORDER_ELEMENT, 0)) for call in world(1, 8)
    }
    loaded = load(tmp_path, files, [{"path": "*.json"}])
    assert {f.status for f in loaded.files} == {"loaded"}
    assert len(begun) == 1
