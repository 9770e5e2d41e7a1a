"""What is used again for another call: a Call-ID, a pair of ports. And answers whose call is not in the
file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.formats.made import (
    BORDER,
    CALLER,
    CENTRE,
    FALLBACK,
    TH_SYN,
    calls,
    capture,
    in_ethernet,
    invite,
    message,
    reply,
    segment,
)

TRY = (0.0, invite(), CALLER, BORDER)
ANSWER = (1.0, reply(200), BORDER, CALLER)
BYE = (30.0, message("BYE sip:centre SIP/2.0", to_tag="b", branch="z9hG4bK9", cseq="2 BYE"), CALLER, BORDER)
OTHER = "<sip:+61491570006@example.com>"


def again(at_s: float, status: int = 503, **more: Any) -> list[tuple[float, bytes, str, str]]:
    """Another INVITE under the same Call-ID, and its refusal a second later."""
    more = {"tag": "new", "branch": "z9hG4bK2", **more}
    source = more.pop("source", CALLER)
    return [(at_s, invite(**more), source, BORDER), (at_s + 1, reply(status, **more), BORDER, source)]


def statuses(folder: Path, *messages: tuple[float, bytes, str, str]) -> list[str]:
    return [row["sip_status"] for row in capture(folder, calls(*messages)).rows]


def test_a_call_id_after_an_answered_call_is_a_new_call(tmp_path: Path) -> None:
    assert statuses(tmp_path, TRY, ANSWER, BYE, *again(31)) == ["200", "503"]
    assert statuses(tmp_path, TRY, ANSWER, BYE, *again(31, source=FALLBACK)) == ["200", "503"]
    assert statuses(tmp_path, TRY, ANSWER, BYE, *again(31, caller=OTHER)) == ["200", "503"]


def test_a_call_id_after_an_answered_call_whose_end_was_not_captured_is_a_new_call(tmp_path: Path) -> None:
    assert statuses(tmp_path, TRY, ANSWER, *again(31)) == ["200", "503"]


def test_a_call_id_long_after_a_call_without_any_answer_is_a_new_call(tmp_path: Path) -> None:
    assert statuses(tmp_path, TRY, *again(600)) == ["", "503"]
    assert statuses(tmp_path, TRY, *again(600, branch="z9hG4bK1", tag="a")) == ["", "503"]
    assert statuses(tmp_path, TRY, *again(119, tag="a")) == ["503"]


@pytest.mark.parametrize("before", [(), (ANSWER,), ((1.0, reply(486), BORDER, CALLER),)])
def test_a_call_id_of_another_caller_is_a_new_call_whatever_came_of_the_first(
    tmp_path: Path, before: tuple[Any, ...]
) -> None:
    for source in (CALLER, FALLBACK):
        rows = capture(tmp_path, calls(TRY, *before, *again(9, caller=OTHER, source=source))).rows
        assert [row["calling_number"] for row in rows] == ["+61491570156", "+61491570006"]
        assert rows[1]["sip_status"] == "503"
        assert rows[0]["sip_status"] != "503"


@pytest.mark.parametrize(
    "caller", ["<sip:0491570156@x>", "<sip:61491570156@x>", "<sip:anonymous@anonymous.invalid>"]
)
def test_the_same_caller_spelt_another_way_is_no_other_caller(tmp_path: Path, caller: str) -> None:
    onward = invite(tag="border", branch="z9hG4bK2", caller=caller)
    assert (
        len(capture(tmp_path, calls(TRY, (0.1, onward, BORDER, CENTRE), (3, onward, FALLBACK, CENTRE))).rows)
        == 1
    )


def test_an_element_that_passes_a_call_on_under_a_number_of_its_own_makes_no_call(tmp_path: Path) -> None:
    onward = invite(tag="border", branch="z9hG4bK2", caller=OTHER)
    # From where the call arrived, at any time; from another address of the same element, at once.
    assert len(capture(tmp_path, calls(TRY, (20, onward, BORDER, CENTRE))).rows) == 1
    assert len(capture(tmp_path, calls(TRY, (0.2, onward, FALLBACK, CENTRE))).rows) == 1


def test_a_proxy_that_still_tries_after_two_minutes_makes_no_call(tmp_path: Path) -> None:
    vias = "SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK7, SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1"
    onward = invite().replace(b"SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1", vias.encode())
    assert len(capture(tmp_path, calls(TRY, (130, onward, BORDER, CENTRE))).rows) == 1


def test_each_answer_goes_to_its_own_call_also_when_they_cross(tmp_path: Path) -> None:
    second = again(2, caller=OTHER, status=486)
    late = (9.0, reply(503), BORDER, CALLER)
    assert statuses(tmp_path, TRY, *second, late) == ["503", "486"]
    bye = message("BYE sip:c SIP/2.0", tag="new", to_tag="b", branch="z9hG4bKb", cseq="2 BYE")
    rows = capture(
        tmp_path, calls(TRY, ANSWER, *again(2, caller=OTHER, status=200), (8, bye, CALLER, BORDER), BYE)
    ).rows
    assert [row["released_at"][17:19] for row in rows] == ["30", "08"]


def test_farther_hops_of_the_second_call_are_its_own(tmp_path: Path) -> None:
    onward = invite(tag="new", branch="z9hG4bK3")
    beyond = reply(200, tag="new", branch="z9hG4bK3")
    rows = capture(
        tmp_path,
        calls(
            TRY, ANSWER, BYE, again(600)[0], (600.1, onward, BORDER, CENTRE), (601, beyond, CENTRE, BORDER)
        ),
    ).rows
    assert [bool(row["answered_beyond_at"]) for row in rows] == [False, True]


def test_an_answer_of_a_call_before_the_file_is_not_the_answer_of_the_next_under_its_call_id(
    tmp_path: Path,
) -> None:
    loose = (0.0, reply(503), BORDER, CALLER)
    found = capture(tmp_path, calls(loose, (600, invite(), CALLER, BORDER)))
    assert ([row["sip_status"] for row in found.rows], found.summary.loose_answers) == ([""], 1)


def test_final_answers_without_an_invite_are_counted_once_each(tmp_path: Path) -> None:
    refused = reply(503, call_id="call-2")
    others = (
        reply(180, call_id="call-3"),
        reply(407, call_id="call-4"),
        reply(200, call_id="call-5", cseq="7 REGISTER"),
    )
    messages = [
        TRY,
        ANSWER,
        (2, refused, BORDER, CALLER),
        (3, refused, BORDER, CALLER),
        *((4.0, other, BORDER, CALLER) for other in others),
    ]
    assert capture(tmp_path, calls(*messages)).summary.loose_answers == 1


def test_the_answer_of_a_reinvite_in_a_call_from_before_the_file_is_not_loose(tmp_path: Path) -> None:
    inside = message("INVITE sip:centre SIP/2.0", to_tag="b")
    found = capture(tmp_path, calls((0, inside, CALLER, BORDER), (1, reply(200), BORDER, CALLER)))
    assert (found.summary.mid_dialog, found.summary.loose_answers) == (1, 0)


def test_answers_without_an_invite_are_counted_however_many_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import auditor.formats.sip.loose as loose

    monkeypatch.setattr(loose, "_MAX_CALLS", 10)
    monkeypatch.setattr(loose, "_MAX_OF_ONE", 2)
    messages = [
        (i / 10, reply(503, call_id=f"call-{i // 3}", branch=f"z9hG4bK{i}"), BORDER, CALLER)
        for i in range(90)
    ]
    assert capture(tmp_path, calls(*messages)).summary.loose_answers == 90


def test_what_messages_without_an_invite_say_is_handed_on(tmp_path: Path) -> None:
    cancel = message("CANCEL urn:service:sos SIP/2.0", call_id="call-2", cseq="1 CANCEL")
    messages = [
        (1.0, reply(503, Reason="Q.850;cause=34"), BORDER, CALLER),
        (2, reply(407, call_id="x"), BORDER, CALLER),
    ]
    messages += [
        (3, cancel, CALLER, BORDER),
        (4, reply(200, call_id="call-3"), BORDER, CALLER),
        BYE,
        BYE,
        (40, invite(), CALLER, BORDER),
    ]
    found = capture(tmp_path, calls(*messages))
    assert [
        (a.call_id, a.kind, a.sip_status, a.release_cause, a.at[17:19])
        for a in sorted(found.loose, key=lambda a: (a.call_id, a.kind))
    ] == [
        ("call-1", "bye", "", "", "30"),
        ("call-1", "final", "503", "34", "01"),
        ("call-2", "cancel", "", "", "03"),
        ("call-3", "answered", "200", "", "04"),
    ]


def tcp(*segments: tuple[bytes, int]) -> list[tuple[float, bytes]]:
    return [(i, in_ethernet(segment(data, sequence))) for i, (data, sequence) in enumerate(segments)]


NEXT = invite(call_id="call-2", branch="z9hG4bK2")


@pytest.mark.parametrize("sequence", [0, 3, 4500, 5000, 5001, 2**31 + 5200, 2**32 - 9])
@pytest.mark.parametrize("size", [4000, 300])
def test_a_pair_of_ports_used_again_without_a_captured_syn_loses_no_call(
    tmp_path: Path, sequence: int, size: int
) -> None:
    first = [(invite(), 5000), (message("ACK sip:x SIP/2.0", cseq="1 ACK"), 5000 + len(invite()))]
    second = [(NEXT[i : i + size], sequence + i) for i in range(0, len(NEXT), size)]
    third = invite(call_id="call-3", branch="z9hG4bK3")
    found = capture(tmp_path, tcp(*first, *second, (third, sequence + len(NEXT))))
    assert [row["call_id"] for row in found.rows] == ["call-1", "call-2", "call-3"]


def test_segments_that_are_sent_again_are_no_new_connection(tmp_path: Path) -> None:
    one, two = invite(), NEXT
    both = one + two
    order = [
        (both, 0),
        (one, 0),
        (two, len(one)),
        (both[:300], 0),
        (two[:200], len(one)),
        (invite(call_id="call-3"), len(both)),
    ]
    found = capture(tmp_path, tcp(*order))
    assert [(row["call_id"], row["invites"]) for row in found.rows] == [
        ("call-1", "1"),
        ("call-2", "1"),
        ("call-3", "1"),
    ]
    assert found.summary.lost == 0


def test_a_message_that_comes_late_behind_a_gap_that_was_given_up_is_read(tmp_path: Path) -> None:
    late = invite(call_id="late")
    packets = [(invite(), 0)]
    place = len(invite()) + len(late)
    for i in range(70):
        other = invite(call_id=f"call-{i + 2}")
        packets.append((other, place))
        place += len(other)
    found = capture(tmp_path, tcp(*packets, (late, len(invite())), (invite(call_id="last"), place)))
    assert len(found.rows) == 73
    assert found.summary.lost == 1


def test_a_new_syn_ends_what_was_not_whole(tmp_path: Path) -> None:
    cut = invite()[:-40]
    packets = [(0, segment(cut, 1)), (1, segment(b"", 700, flags=TH_SYN)), (2, segment(NEXT, 701))]
    found = capture(tmp_path, [(t, in_ethernet(p)) for t, p in packets])
    assert [row["call_id"] for row in found.rows] == ["call-1", "call-2"]


def test_what_a_syn_already_carries_is_read(tmp_path: Path) -> None:
    assert len(capture(tmp_path, [(0, in_ethernet(segment(invite(), 9, flags=TH_SYN)))]).rows) == 1
