"""Captures made here, one for each thing that must not be counted twice, or not at all."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from auditor.containers.member import Damage
from auditor.formats.sip.capture import COLUMNS, read
from tests.formats.made import (
    BORDER,
    CALLER,
    CENTRE,
    FALLBACK,
    START,
    TH_SYN,
    calls,
    capture,
    datagram,
    dpkt,
    fragments,
    fragments6,
    in_ethernet,
    invite,
    member_of,
    message,
    packet,
    pcap_bytes,
    quoted_in_icmp,
    reply,
    segment,
)

TRY = (0.0, invite(), CALLER, BORDER)


def test_a_refused_call_has_its_start_its_end_and_its_status(tmp_path: Path) -> None:
    (row,) = capture(
        tmp_path, calls(TRY, (2.5, reply(503, Reason='Q.850;cause=38;text="down"'), BORDER, CALLER))
    ).rows
    assert tuple(row) == COLUMNS
    assert (row["call_id"], row["dialled"], row["calling_number"]) == (
        "call-1",
        "urn:service:sos",
        "+61491570156",
    )
    assert (row["started_at"], row["released_at"]) == (
        "2024-03-12T17:00:00.000000+00:00",
        "2024-03-12T17:00:02.500000+00:00",
    )
    assert (row["sip_status"], row["release_cause"], row["answered_at"]) == ("503", "38", "")
    assert (row["element"], row["route"], row["is_test"]) == (BORDER, "", "")


def test_an_answered_call_ends_with_its_bye(tmp_path: Path) -> None:
    bye = message("BYE sip:centre SIP/2.0", to_tag="b", branch="z9hG4bK9", cseq="2 BYE")
    row = capture(
        tmp_path,
        calls(
            TRY, (1, reply(180), BORDER, CALLER), (3, reply(200), BORDER, CALLER), (60, bye, CALLER, BORDER)
        ),
    ).rows[0]
    assert (row["sip_status"], row["ringing_at"][17:19], row["answered_at"][17:19]) == ("200", "01", "03")
    assert row["released_at"].startswith("2024-03-12T17:01:00")


@pytest.mark.holds("fault.64")
def test_retransmissions_and_farther_hops_are_the_same_record(tmp_path: Path) -> None:
    onward = invite(branch="z9hG4bK2", Record_Route="<sip:border>")
    found = capture(
        tmp_path,
        calls(
            TRY,
            (0.5, invite(), CALLER, BORDER),
            (1.5, invite(), CALLER, BORDER),
            (1.6, onward, BORDER, CENTRE),
        ),
    )
    assert found.summary.dialogs == 1
    assert (found.rows[0]["invites"], found.rows[0]["route"]) == ("4", CENTRE)


def test_a_hop_that_makes_its_own_from_tag_is_still_the_same_record(tmp_path: Path) -> None:
    onward = invite(tag="border", branch="z9hG4bK2", cseq=200)
    found = capture(
        tmp_path,
        calls(
            TRY, (0.1, onward, BORDER, CENTRE), (5, invite(tag="other", branch="z9hG4bK3"), BORDER, FALLBACK)
        ),
    )
    assert found.summary.dialogs == 1


def test_two_calls_are_two_records_in_order_of_their_start(tmp_path: Path) -> None:
    later = (9.0, invite(call_id="call-2", branch="z9hG4bK7"), CALLER, BORDER)
    assert [r["call_id"] for r in capture(tmp_path, calls(TRY, later)).rows] == ["call-1", "call-2"]


def test_a_reinvite_of_either_side_is_no_new_record(tmp_path: Path) -> None:
    again = message("INVITE sip:centre SIP/2.0", to_tag="b", branch="z9hG4bK8", cseq="2 INVITE")
    theirs = message("INVITE sip:caller SIP/2.0", tag="b", to_tag="a", branch="z9hG4bKx", cseq="1 INVITE")
    found = capture(
        tmp_path,
        calls(TRY, (1, reply(200), BORDER, CALLER), (2, again, CALLER, BORDER), (3, theirs, BORDER, CALLER)),
    )
    assert (found.summary.dialogs, found.summary.reinvites) == (1, 2)


def test_an_invite_inside_a_call_that_began_before_the_capture_is_counted_and_makes_no_row(
    tmp_path: Path,
) -> None:
    found = capture(tmp_path, calls((0, message("INVITE sip:centre SIP/2.0", to_tag="b"), CALLER, BORDER)))
    assert (found.rows, found.summary.mid_dialog) == ((), 1)


def test_sip_quoted_in_an_icmp_error_never_counts(tmp_path: Path) -> None:
    refused = datagram(invite())
    found = capture(
        tmp_path, [(0, in_ethernet(quoted_in_icmp(refused))), (1, in_ethernet(quoted_in_icmp(refused)))]
    )
    assert (found.summary.dialogs, found.summary.icmp_quoted, found.summary.sip_messages) == (0, 2, 0)


@pytest.mark.holds("fault.64")
def test_a_route_that_answers_after_another_refused_makes_an_answered_call(tmp_path: Path) -> None:
    # The border tries the centre, then the fall-back; the caller only sees the end of it.
    first, second = invite(branch="z9hG4bK2"), invite(branch="z9hG4bK3")
    refused, answered = reply(503, branch="z9hG4bK2"), reply(200, branch="z9hG4bK3")
    found = capture(
        tmp_path,
        calls(
            TRY,
            (0.1, first, BORDER, CENTRE),
            (1, refused, CENTRE, BORDER),
            (1.1, second, BORDER, FALLBACK),
            (2, answered, FALLBACK, BORDER),
            (2.1, reply(200), BORDER, CALLER),
        ),
    )
    assert [(r["sip_status"], r["route"]) for r in found.rows] == [("200", FALLBACK)]


def test_a_caller_that_tries_another_target_itself_is_answered_there(tmp_path: Path) -> None:
    second = invite(branch="z9hG4bK2", cseq=2)
    found = capture(
        tmp_path,
        calls(
            TRY,
            (1, reply(503), BORDER, CALLER),
            (1.1, second, CALLER, FALLBACK),
            (2, reply(200, branch="z9hG4bK2", cseq="2 INVITE"), FALLBACK, CALLER),
        ),
    )
    assert [(r["sip_status"], r["answered_at"][17:19]) for r in found.rows] == [("200", "02")]


def test_a_challenge_is_not_the_end_of_a_call(tmp_path: Path) -> None:
    second = invite(branch="z9hG4bK2", cseq=2)
    found = capture(tmp_path, calls(TRY, (1, reply(407), BORDER, CALLER), (1.1, second, CALLER, BORDER)))
    assert [(r["sip_status"], r["released_at"]) for r in found.rows] == [("", "")]


def test_a_new_try_of_the_origin_after_its_refusal_is_a_new_record_under_a_new_tag(tmp_path: Path) -> None:
    again = invite(tag="new", branch="z9hG4bK2", cseq=1)
    found = capture(
        tmp_path,
        calls(
            TRY,
            (1, reply(503), BORDER, CALLER),
            (4, again, CALLER, BORDER),
            (5, reply(486, branch="z9hG4bK2", tag="new"), BORDER, CALLER),
        ),
    )
    assert [r["sip_status"] for r in found.rows] == ["503", "486"]


@pytest.mark.parametrize(("after", "records"), [(120, 1), (120.001, 2)])
def test_tries_under_one_tag_are_one_record_for_two_minutes(
    tmp_path: Path, after: float, records: int
) -> None:
    again = invite(branch="z9hG4bK2", cseq=2)
    assert (
        len(
            capture(
                tmp_path, calls(TRY, (1, reply(503), BORDER, CALLER), (after, again, CALLER, BORDER))
            ).rows
        )
        == records
    )


def test_an_answer_that_the_border_keeps_to_itself_is_no_answer(tmp_path: Path) -> None:
    onward = invite(branch="z9hG4bK2")
    (row,) = capture(
        tmp_path,
        calls(TRY, (0.1, onward, BORDER, CENTRE), (3, reply(200, branch="z9hG4bK2"), CENTRE, BORDER)),
    ).rows
    assert (row["sip_status"], row["answered_at"], row["answered_beyond_at"][17:19]) == ("", "", "03")


def test_a_caller_who_gives_up_is_released_at_the_cancel(tmp_path: Path) -> None:
    cancel = message("CANCEL urn:service:sos SIP/2.0", cseq="1 CANCEL", Reason="Q.850;cause=16")
    (row,) = capture(
        tmp_path, calls(TRY, (1.5, cancel, CALLER, BORDER), (1.7, reply(487), BORDER, CALLER))
    ).rows
    assert (row["sip_status"], row["released_at"][17:23], row["release_cause"]) == ("487", "01.500", "16")


def test_a_cancel_that_crosses_the_answer_leaves_it_answered(tmp_path: Path) -> None:
    cancel = message("CANCEL urn:service:sos SIP/2.0", cseq="1 CANCEL")
    (row,) = capture(
        tmp_path, calls(TRY, (1, cancel, CALLER, BORDER), (1.1, reply(200), BORDER, CALLER))
    ).rows
    assert (row["sip_status"], row["released_at"]) == ("200", "")


@pytest.mark.holds("fault.64")
def test_an_invite_without_a_call_id_is_a_record_of_its_own(tmp_path: Path) -> None:
    found = capture(
        tmp_path,
        calls(
            (0, invite(call_id=None), CALLER, BORDER),
            (0.5, invite(call_id=None), CALLER, BORDER),
            (1, reply(500, call_id=None), BORDER, CALLER),
        ),
    )
    assert [(r["call_id"], r["sip_status"]) for r in found.rows] == [("", "500")]
    assert found.summary.malformed == 3


@pytest.mark.parametrize(
    ("more", "number"),
    [
        ({}, "+61491570156"),
        ({"caller": '"Anonymous" <sip:anonymous@anonymous.invalid>'}, ""),
        ({"caller": "<sip:alice@example.com>"}, ""),
        (
            {
                "caller": "<sip:anonymous@anonymous.invalid>",
                "P_Asserted_Identity": "<sip:border@x>, <tel:+61-491-570-006>",
            },
            "+61491570006",
        ),
        ({"caller": "sip:0491570156@example.com;user=phone"}, "0491570156"),
        ({"caller": '"+61 400 <old>" <sip:+61491570156;cpc=ordinary@example.com>'}, "+61491570156"),
    ],
)
def test_the_calling_number_is_the_asserted_one_else_that_of_from(
    tmp_path: Path, more: dict[str, Any], number: str
) -> None:
    (row,) = capture(tmp_path, calls((0, invite(**more), CALLER, BORDER))).rows
    assert row["calling_number"] == number


def test_an_identity_made_of_an_imsi_is_no_number(tmp_path: Path) -> None:
    own = "<sip:505013485279384@ims.mnc001.mcc505.3gppnetwork.org>"
    (row,) = capture(
        tmp_path,
        calls(
            (
                0,
                invite(
                    caller=own, Contact='<sip:x@10.0.0.1>;+sip.instance="<urn:gsma:imei:35291107-123456-0>"'
                ),
                CALLER,
                BORDER,
            )
        ),
    ).rows
    assert (row["calling_number"], row["imsi"], row["imei"]) == ("", "505013485279384", "352911071234560")


@pytest.mark.parametrize(
    ("uri", "to", "dialled", "other"),
    [
        (
            "urn:service:sos.police;phone-context=ims.mnc001.mcc505",
            "<sip:000@x>",
            "urn:service:sos.police",
            "000",
        ),
        ("sip:border@10.0.0.2", "urn:service:sos", "urn:service:sos", ""),
        ("sip:000;phone-context=au@example.com;user=phone", "<sip:000@example.com>", "000", ""),
        ("tel:112", "<tel:112>", "112", ""),
        ("sip:+61280000000@trunk", "<sip:000@example.com>", "+61280000000", "000"),
        ("sip:11@trunk", "<sip:911@example.com>", "11", "911"),
        ("sip:911@trunk", "<sip:11@example.com>", "911", "11"),
        ("sip:+61280000000@trunk", "<urn:service:sos.fire>", "urn:service:sos.fire", "+61280000000"),
        ("urn:service:sos", "<urn:service:sos.fire>", "urn:service:sos", "urn:service:sos.fire"),
        ("sip:urn%3Aservice%3Asos@x", "<sip:000@x>", "urn:service:sos", "000"),
        ("sip:%30%30%30@x", "<sip:reception@x>", "000", ""),
        ("sip:reception@x", "<sip:000@x>", "000", ""),
        ("sip:911", "<sip:9911@x>", "911", "9911"),
        ("sip:000@trunk", "<sip:0000@pbx>", "000", "0000"),
        ("sip:+61-2-8000-0000@trunk", "<sip:+61280000000@x>", "+61280000000", ""),
        ("sip:reception@example.com", "<sip:desk@example.com>", "reception", ""),
        ("sip:10.0.0.2", "<sip:10.0.0.2>", "", ""),
    ],
)
def test_what_was_dialled_survives_a_translation(
    tmp_path: Path, uri: str, to: str, dialled: str, other: str
) -> None:
    (row,) = capture(tmp_path, calls((0, message(f"INVITE {uri} SIP/2.0", to=to), CALLER, BORDER))).rows
    assert (row["dialled"], row["dialled_other"]) == (dialled, other)


def test_a_test_call_is_marked(tmp_path: Path) -> None:
    (row,) = capture(tmp_path, calls((0, invite("urn:service:test.sos.fire"), CALLER, BORDER))).rows
    assert (row["dialled"], row["is_test"]) == ("urn:service:test.sos.fire", "true")


def test_a_test_call_is_marked_by_to_alone(tmp_path: Path) -> None:
    other = message("INVITE urn:service:sos SIP/2.0", to="<urn:service:test.sos>")
    (row,) = capture(tmp_path, calls((0, other, CALLER, BORDER))).rows
    assert (row["dialled"], row["dialled_other"], row["is_test"]) == (
        "urn:service:sos",
        "urn:service:test.sos",
        "true",
    )


@pytest.mark.parametrize(
    ("header", "access", "cell"),
    [
        ("3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=5050123AB45CD67", "4g", "5050123AB45CD67"),
        ("3GPP-NR-TDD;utran-cell-id-3gpp=505", "5g", "505"),
        ("3GPP-NR-SAT;utran-cell-id-3gpp=505", "satellite", "505"),
        ("3GPP-UTRAN-FDD; utran-cell-id-3gpp=77", "3g", "77"),
        ('3GPP-GERAN;cgi-3gpp="88"', "2g", "88"),
        ("IEEE-802.11;i-wlan-node-id=aabbccddeeff", "wifi", ""),
        ("GPON;dsl-location=x", "fixed", ""),
        ("unheard-of", "", ""),
    ],
)
def test_access_and_cell_come_from_the_access_network_header(
    tmp_path: Path, header: str, access: str, cell: str
) -> None:
    (row,) = capture(tmp_path, calls((0, invite(P_Access_Network_Info=header), CALLER, BORDER))).rows
    assert (row["access"], row["cell_id"]) == (access, cell)


@pytest.mark.holds("fault.64")
def test_folded_compact_and_oddly_spelt_headers_are_read(tmp_path: Path) -> None:
    sip = (
        b'INVITE sip:000@x SIP/2.0\r\nv: SIP/2.0/TCP 10.0.0.1\r\nf:  "A, B"\r\n'
        b" <sip:0491570156@x>\r\n\t;tag=1\r\nt: sip:000@x\r\ni : a@@b\r\nCseq: 7   INVITE\r\nno colon"
        b" here\r\nl: 0\r\n\r\n"
    )
    (row,) = capture(
        tmp_path,
        calls(
            (0, sip, CALLER, BORDER),
            (1, sip.replace(b"INVITE sip:000@x SIP/2.0", b"SIP/2.0 404 No"), BORDER, CALLER),
        ),
    ).rows
    assert (row["call_id"], row["calling_number"], row["sip_status"]) == ("a@@b", "0491570156", "404")


@pytest.mark.parametrize("size", [1, 7, 50, 400, 4000])
def test_tcp_segments_of_any_size_give_the_same_messages(tmp_path: Path, size: int) -> None:
    stream = b"\r\n\r\n" + invite() + invite(call_id="call-2", body="x" * 900) + invite(call_id="call-3")
    parts = [stream[i : i + size] for i in range(0, len(stream), size)]
    packets = [(0.0, in_ethernet(segment(b"", 2**32 - 301, flags=TH_SYN)))]
    packets += [
        (1 + i / 1000, in_ethernet(segment(part, 2**32 - 300 + i * size))) for i, part in enumerate(parts)
    ]
    found = capture(tmp_path, packets)
    assert [r["call_id"] for r in found.rows] == ["call-1", "call-2", "call-3"]
    assert found.summary.lost == 0


@pytest.mark.parametrize("size", [1, 3, 7, 23, 30, 39, 50])
def test_a_connection_that_began_before_the_capture_is_read_wherever_its_segments_are_cut(
    tmp_path: Path, size: int
) -> None:
    stream = invite() + invite(call_id="call-2")
    parts = [stream[i : i + size] for i in range(0, len(stream), size)]
    found = capture(
        tmp_path,
        [(i / 1000, in_ethernet(segment(part, 1000 + i * size))) for i, part in enumerate(parts)],
    )
    assert [r["call_id"] for r in found.rows] == ["call-1", "call-2"]
    assert found.summary.not_opened == ()


def test_half_a_start_line_that_no_more_comes_of_is_no_message_and_is_counted(tmp_path: Path) -> None:
    found = capture(tmp_path, [(0, in_ethernet(segment(b"INVITE sip:", 1000)))])
    assert (found.rows, found.summary.not_opened) == ((), (("unknown over TCP", 1),))


def test_tcp_segments_out_of_order_twice_and_overlapping_are_put_right(tmp_path: Path) -> None:
    stream = invite() + invite(call_id="call-2")
    order = [(0, 100), (300, len(stream)), (0, 100), (250, 320), (80, 260)]
    found = capture(
        tmp_path, [(i / 10, in_ethernet(segment(stream[a:b], 1000 + a))) for i, (a, b) in enumerate(order)]
    )
    assert [r["call_id"] for r in found.rows] == ["call-1", "call-2"]


def test_a_lost_segment_costs_its_message_and_no_other(tmp_path: Path) -> None:
    one, two, three = invite(), invite(call_id="call-2"), invite(call_id="call-3")
    packets = [
        (0, segment(one, 0)),
        (1, segment(two[200:], len(one) + 200)),
        (2, segment(three, len(one) + len(two))),
    ]
    found = capture(tmp_path, [(t, in_ethernet(p)) for t, p in packets])
    assert [(r["call_id"], r["started_at"][17:19]) for r in found.rows] == [
        ("call-1", "00"),
        ("call-3", "02"),
    ]
    assert found.summary.lost > 0


def test_a_content_length_that_lies_does_not_swallow_the_next_message(tmp_path: Path) -> None:
    long = invite().replace(b"Content-Length: 5", b"Content-Length: 900")
    found = capture(
        tmp_path,
        [(0, in_ethernet(segment(long, 0))), (1, in_ethernet(segment(invite(call_id="call-2"), len(long))))],
    )
    assert len(found.rows) == 2


def test_the_answer_in_order_before_its_invite_is_still_its_answer(tmp_path: Path) -> None:
    # A gap holds the INVITE's direction back until the capture ends; the other direction goes on.
    packets = [
        (0, segment(b"INVITE sip:x SIP/2.0\r\nVia: gone\r\n", 0)),
        (1, segment(invite(), 500)),
        (2, segment(reply(503), 0, BORDER, CALLER)),
    ]
    found = capture(tmp_path, [(t, in_ethernet(p)) for t, p in packets])
    assert ("call-1", "503") in [(r["call_id"], r["sip_status"]) for r in found.rows]


def test_ipv6_vlan_ip_in_ip_and_other_link_layers_are_opened(tmp_path: Path) -> None:
    plain = datagram(invite())
    six = datagram(invite(), "2001:db8::1", "2001:db8::2")
    vlan = struct.pack(">HHHH", 0x88A8, 5, 0x8100, 6)
    mpls = b"\x00\x01\x00\x40" + b"\x00\x02\x01\x40"
    made = {
        "ethernet": (1, in_ethernet(plain)),
        "ipv6": (1, in_ethernet(six)),
        "two vlan tags": (1, in_ethernet(plain, tags=vlan)),
        "mpls": (1, in_ethernet(mpls + plain, kind=0x8847)),
        "pppoe": (1, in_ethernet(b"\x11\x00\x00\x01" + struct.pack(">HH", len(plain) + 2, 0x21) + plain,
        kind=0x8864)),
        "raw": (101, plain),
        "raw 12": (12, six),
        "null": (0, struct.pack("<I", 2) + plain),
        "ppp": (9, b"\xff\x03\x00\x21" + plain),
        "cooked": (113, b"\x00" * 14 + b"\x08\x00" + plain),
        "cooked 2": (276, b"\x08\x00" + b"\x00" * 18 + plain),
        "ip in ip": (1, in_ethernet(packet(plain, "192.0.2.1", "192.0.2.2", 4))),
        "six in four": (1, in_ethernet(packet(six, "192.0.2.1", "192.0.2.2", 41))),
        "gre": (1, in_ethernet(packet(b"\x20\x00\x08\x00\x00\x00\x00\x07" + plain, "192.0.2.1", "192.0.2.2",
        47))),
        "hop-by-hop": (
            101,
            six[:6] + b"\x00\x40" + six[8:40] + b"\x11\x00" + b"\x01\x04\x00\x00\x00\x00" + six[40:],
        ),
    }  # fmt: skip
    made["hop-by-hop"] = (
        101,
        made["hop-by-hop"][1][:4] + struct.pack(">H", len(six) - 40 + 8) + made["hop-by-hop"][1][6:],
    )
    dialogs = {
        name: capture(tmp_path, [(0.0, data)], link).summary.dialogs for name, (link, data) in made.items()
    }
    assert dialogs == dict.fromkeys(made, 1)


@pytest.mark.holds("fault.63")
@pytest.mark.parametrize("order", ["forwards", "backwards", "twice"])
def test_fragments_are_joined_in_any_order(tmp_path: Path, order: str) -> None:
    for whole, cut in (
        (datagram(invite()), fragments),
        (datagram(invite(), "2001:db8::1", "2001:db8::2"), fragments6),
    ):
        parts = cut(whole)
        parts = (
            parts[::-1]
            if order == "backwards"
            else [p for p in parts for _ in (0, 1)][:-1]
            if order == "twice"
            else parts
        )
        found = capture(tmp_path, [(i / 100, in_ethernet(part)) for i, part in enumerate(parts)])
        assert (found.summary.dialogs, found.summary.fragments, found.summary.lost) == (1, len(parts), 0)


@pytest.mark.parametrize("size", [64, 1480])
def test_a_datagram_whose_fragments_are_not_all_there_is_read_as_far_as_it_goes_and_said_to_be_lost(
    tmp_path: Path, size: int
) -> None:
    for whole, cut in (
        (datagram(invite(body="x" * 1500)), fragments),
        (datagram(invite(body="x" * 1500), "2001:db8::1", "2001:db8::2"), fragments6),
    ):
        packets = [(i, in_ethernet(part)) for i, part in enumerate(cut(whole, size)[:-1])]
        found = capture(tmp_path, [*packets, (99, in_ethernet(datagram(reply(503), BORDER, CALLER)))])
        assert [(r["call_id"], r["sip_status"]) for r in found.rows] == [("call-1", "503")]
        assert (found.summary.dialogs, found.summary.lost) == (1, 1)


def test_first_fragments_alone_are_as_many_calls_even_under_one_number(tmp_path: Path) -> None:
    # A filter by port keeps first fragments only, and their numbers come again before the first is given up.
    first = [
        fragments(datagram(invite(call_id=f"call-{i % 3}", branch=f"z9hG4bK{i % 3}", body="x" * 1500)), 1480)[
            0
        ]
        for i in range(4)
    ]
    found = capture(tmp_path, [(i, in_ethernet(part)) for i, part in enumerate(first)])
    assert [r["call_id"] for r in found.rows] == ["call-0", "call-1", "call-2"]
    assert (found.summary.lost, found.summary.sip_messages) == (4, 4)


def test_a_first_fragment_that_ends_within_its_head_is_read_when_no_other_comes(tmp_path: Path) -> None:
    long = invite(Identity="x" * 3000, Contact="<sip:x@y>")
    first, *_ = fragments(datagram(long), 1480)
    found = capture(tmp_path, [(0, in_ethernet(first)), *calls((1, reply(503), BORDER, CALLER))])
    assert [(r["call_id"], r["sip_status"], r["started_at"][17:19]) for r in found.rows] == [
        ("call-1", "503", "00")
    ]
    assert found.summary.lost == 1


def test_fragments_a_minute_apart_are_not_put_together(tmp_path: Path) -> None:
    first, *rest = fragments(datagram(invite(body="x" * 100)))
    found = capture(tmp_path, [(0, in_ethernet(first)), *((61, in_ethernet(part)) for part in rest)])
    assert found.summary.lost == 2


@pytest.mark.holds("fault.63")
def test_a_packet_cut_by_the_snap_length_gives_the_headers_that_are_whole(tmp_path: Path) -> None:
    frame = in_ethernet(datagram(invite()))
    head = frame.index(b"CSeq: 1 INVITE") + len("CSeq: 1 INVITE\r\n") + 3
    found = capture(tmp_path, [(0, frame[:head])])
    assert ([r["call_id"] for r in found.rows], found.summary.truncated) == (["call-1"], 1)


@pytest.mark.holds("fault.63")
@pytest.mark.parametrize("is_pcapng", [False, True])
def test_a_capture_cut_at_any_byte_of_its_last_packet_is_read_up_to_there(
    tmp_path: Path, is_pcapng: bool
) -> None:
    packets = calls(TRY, (1, reply(503), BORDER, CALLER), (2, invite(call_id="call-2"), CALLER, BORDER))
    whole = (
        (_pcapng(packets), _pcapng(packets[:-1]))
        if is_pcapng
        else (pcap_bytes(packets), pcap_bytes(packets[:-1]))
    )
    for size in range(len(whole[1]) + 1, len(whole[0])):
        found = read(member_of(tmp_path, whole[0][:size]))
        assert [(r["call_id"], r["sip_status"]) for r in found.rows] == [("call-1", "503")]
        assert (found.summary.packets, found.summary.truncated) == (2, 1)


def test_each_interface_of_a_pcapng_keeps_its_link_type_and_its_clock(tmp_path: Path) -> None:
    section = bytes(dpkt.pcapng.SectionHeaderBlockLE())
    nano = dpkt.pcapng.PcapngOptionLE(code=9, data=b"\x09", len=1)
    end = dpkt.pcapng.PcapngOptionLE()
    interfaces = [
        dpkt.pcapng.InterfaceDescriptionBlockLE(linktype=1),
        dpkt.pcapng.InterfaceDescriptionBlockLE(linktype=101, opts=[nano, end]),
    ]
    blocks = [
        _packet_block(0, START * 10**6, in_ethernet(datagram(invite()))),
        _packet_block(1, START * 10**9 + 5 * 10**8, datagram(invite(call_id="call-2"))),
    ]
    drops = struct.pack("<IIIIIHHQHHI", 5, 40, 1, 0, 0, 5, 8, 3, 0, 0, 40)
    found = read(member_of(tmp_path, section + b"".join(map(bytes, [*interfaces, *blocks])) + drops))
    assert [(r["call_id"], r["started_at"][17:23]) for r in found.rows] == [
        ("call-1", "00.000"),
        ("call-2", "00.500"),
    ]
    assert found.summary.dropped == 3


@pytest.mark.holds("fault.63")
def test_nanosecond_and_big_endian_captures_are_read(tmp_path: Path) -> None:
    frame = in_ethernet(datagram(invite()))
    (nano,) = read(member_of(tmp_path, pcap_bytes([(0.25, frame)], is_nano=True))).rows
    big = (
        struct.pack(">IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
        + struct.pack(">IIII", START, 250_000, len(frame), len(frame))
        + frame
    )
    (swapped,) = read(member_of(tmp_path, big)).rows
    assert nano["started_at"] == swapped["started_at"] == "2024-03-12T17:00:00.250000+00:00"


@pytest.mark.holds("fault.63")
@pytest.mark.parametrize(
    ("place", "value"),
    [(24 + 8, b"\xff\xff\xff\x7f"), (24 + 8, b"\x00\x00\x0f\x00"), (24 + 4, b"\xff\xff\xff\xff")],
    ids=["length", "length beyond the packet", "microseconds"],
)
def test_a_packet_header_that_cannot_be_true_is_damage_with_its_place(
    tmp_path: Path, place: int, value: bytes
) -> None:
    data = bytearray(pcap_bytes(calls(TRY, TRY)))
    data[place : place + 4] = value
    with pytest.raises(Damage) as caught:
        read(member_of(tmp_path, bytes(data)))
    assert (caught.value.reason, caught.value.offset) == ("bit_error", 40)


def test_hep_is_unwrapped_with_its_own_addresses_and_time(tmp_path: Path) -> None:
    def chunk(kind: int, data: bytes) -> bytes:
        return struct.pack(">HHH", 0, kind, 6 + len(data)) + data

    chunks = b"".join(
        (
            chunk(3, bytes([10, 0, 0, 1])),
            chunk(4, bytes([10, 0, 0, 2])),
            chunk(7, struct.pack(">H", 5060)),
            chunk(9, struct.pack(">I", START - 60)),
            chunk(10, struct.pack(">I", 250_000)),
            chunk(11, b"\x01"),
            chunk(15, invite()),
        )
    )
    wrapped = b"HEP3" + struct.pack(">H", len(chunks) + 6) + chunks
    found = capture(
        tmp_path,
        calls((0, wrapped, "192.0.2.7", "192.0.2.8"), (1, b"HEP3\xff\xff\x00\x00", "192.0.2.7", "192.0.2.8")),
    )
    assert [(r["started_at"], r["element"]) for r in found.rows] == [
        ("2024-03-12T16:59:00.250000+00:00", BORDER)
    ]
    assert found.summary.hep == 1


def _pcapng(packets: list[tuple[float, bytes]]) -> bytes:
    blocks = [_packet_block(0, int((START + after) * 10**6), data) for after, data in packets]
    return (
        bytes(dpkt.pcapng.SectionHeaderBlockLE())
        + bytes(dpkt.pcapng.InterfaceDescriptionBlockLE(linktype=1))
        + b"".join(map(bytes, blocks))
    )


def _packet_block(interface: int, ticks: int, data: bytes) -> Any:
    return dpkt.pcapng.EnhancedPacketBlockLE(
        iface_id=interface,
        ts_high=ticks >> 32,
        ts_low=ticks & 0xFFFFFFFF,
        caplen=len(data),
        pkt_len=len(data),
        pkt_data=data,
    )
