"""Random calls, and how the exchanges of offices, switches and clouds log them: written here by hand from
what
their makers publish, and sharing no code with the readers."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

START = 1710262800
"""2024-03-12T17:00:00Z"""


@dataclass(frozen=True)
class Call:
    """One call: times in seconds of UTC; `cause` is Q.850, `status` is SIP."""

    number: int
    start: int
    answer: int | None
    end: int
    caller: str
    dialled: str
    cause: int
    status: int


def calls(seed: int, count: int = 60) -> list[Call]:
    """Calls of distinct callers, a good part of them emergencies, some of which fail."""
    chance = random.Random(seed)
    made = []
    start = START
    for n in range(count):
        start += chance.randrange(1, 30)
        answer = start + chance.randrange(2, 20) if chance.random() < 0.5 else None
        end = (answer or start) + chance.randrange(1, 60)
        cause, status = (16, 200) if answer else chance.choice(((41, 503), (17, 486), (34, 503), (1, 404)))
        dialled = chance.choice(("000", "112", "000", "0398765432"))
        made.append(Call(n, start, answer, end, f"+6149157{n:04}", dialled, cause, status))
    return made


def iso(at: int | None) -> str:
    """A moment as ISO 8601 writes it; "" for none."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(at: int | None) -> str:
    """A moment as databases write it, in UTC; "" for none."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def lines(rows: Sequence[Sequence[object]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Rows as delimited text."""
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return made.getvalue()


CANONICAL = (
    "call_id",
    "started_at",
    "answered_at",
    "released_at",
    "calling_number",
    "dialled",
    "release_cause",
    "sip_status",
)


def canonical(made: Sequence[Call], columns: Sequence[str] = CANONICAL) -> str:
    """The calls in the contract's own columns."""
    rows = [
        dict(
            zip(
                CANONICAL,
                (
                    f"k{c.number}",
                    iso(c.start),
                    iso(c.answer),
                    iso(c.end),
                    c.caller,
                    c.dialled,
                    c.cause,
                    "" if c.answer else c.status,
                ),
                strict=True,
            )
        )
        for c in made
    ]
    return lines([list(columns), *([row[name] for name in columns] for row in rows)])


@dataclass(frozen=True)
class Form:
    """How an exchange logs calls: `write` gives the file, `shows` are the columns in which it must say the
    same as
    the canonical file, `keys` those of its source."""

    name: str
    layout: str
    write: Callable[[Sequence[Call]], str | bytes]
    shows: tuple[str, ...]
    keys: Mapping[str, object] = field(default_factory=dict)
    to_fill: int = 0
    """Lines of a draft that a person must fill in, besides the regime."""


CUCM = (
    "cdrRecordType globalCallID_callManagerId globalCallID_callId origLegCallIdentifier dateTimeOrigination"
    " origNodeId origSpan origIpAddr callingPartyNumber callingPartyUnicodeLoginUserID origCause_location"
    " origCause_value origPrecedenceLevel origMediaTransportAddress_IP origMediaTransportAddress_Port"
    " origMediaCap_payloadCapability origMediaCap_maxFramesPerPacket origMediaCap_g723BitRate"
    " origVideoCap_Codec origVideoCap_Bandwidth origVideoCap_Resolution origVideoTransportAddress_IP"
    " origVideoTransportAddress_Port origRSVPAudioStat origRSVPVideoStat destLegIdentifier "
    "destNodeId destSpan"
    " destIpAddr originalCalledPartyNumber finalCalledPartyNumber finalCalledPartyUnicodeLoginUserID"
    " destCause_location destCause_value destPrecedenceLevel destMediaTransportAddress_IP"
    " destMediaTransportAddress_Port destMediaCap_payloadCapability destMediaCap_maxFramesPerPacket"
    " destMediaCap_g723BitRate destVideoCap_Codec destVideoCap_Bandwidth destVideoCap_Resolution"
    " destVideoTransportAddress_IP destVideoTransportAddress_Port destRSVPAudioStat destRSVPVideoStat"
    " dateTimeConnect dateTimeDisconnect lastRedirectDn pkid originalCalledPartyNumberPartition"
    " callingPartyNumberPartition finalCalledPartyNumberPartition lastRedirectDnPartition duration"
    " origDeviceName destDeviceName globalCallId_ClusterID"
).split()


def cucm_row(call: Call, **changed: object) -> list[object]:
    """A record of CUCM for a call, in the order of `CUCM`."""
    values: dict[str, object] = {
        "cdrRecordType": 1,
        "globalCallID_callManagerId": 2,
        "globalCallID_callId": 900 + call.number,
        "dateTimeOrigination": call.start,
        "callingPartyNumber": call.caller,
        "origCause_value": 0,
        "originalCalledPartyNumber": call.dialled,
        "finalCalledPartyNumber": call.dialled,
        "destCause_value": call.cause,
        "dateTimeConnect": call.answer or 0,
        "dateTimeDisconnect": call.end,
        "pkid": f"ed56fecd-bd2d-48d4-ae03-{call.number:012x}",
        "duration": call.end - call.answer if call.answer else 0,
        "origDeviceName": "SEPCC7F750586B7",
        "destDeviceName": "trunk-1",
        "globalCallId_ClusterID": "east",
    }
    values |= changed
    return [values.get(name, "" if "Number" in name or "Dn" in name or "ID" in name else 0) for name in CUCM]


def cucm(made: Sequence[Call]) -> str:
    """A file with names and types."""
    kinds = ["VARCHAR(50)" if "Number" in name else "INTEGER" for name in CUCM]
    rows = [cucm_row(call) for call in made]
    return lines([CUCM], quoting=csv.QUOTE_ALL) + lines([kinds, *rows])


NAMES = {
    16: "NORMAL_CLEARING",
    17: "USER_BUSY",
    34: "NORMAL_CIRCUIT_CONGESTION",
    1: "UNALLOCATED_NUMBER",
    41: "NORMAL_TEMPORARY_FAILURE",
}


def freeswitch_record(call: Call) -> dict[str, object]:
    """The caller's leg: of a call that nobody answered it says only that the caller was let go."""
    said = {
        "direction": "inbound",
        "uuid": f"00000000-0000-4000-8000-{call.number:012x}",
        "sip_call_id": f"k{call.number}",
        "start_uepoch": f"{call.start}000000",
        "answer_uepoch": f"{call.answer or 0}{'000000' * bool(call.answer)}",
        "end_uepoch": f"{call.end}000000",
        "start_epoch": str(call.start),
        "answer_epoch": str(call.answer or 0),
        "sip_from_user": "100",
        "sip_req_user": call.dialled,
        "hangup_cause": "NORMAL_CLEARING",
        "hangup_cause_q850": "16",
        "sip_gateway_name": "gw1",
    }
    if not call.answer:
        said |= {"last_bridge_hangup_cause": NAMES[call.cause], "answer_uepoch": "0"}
        said["last_bridge_proto_specific_hangup_cause"] = f"sip:{call.status}"
    profile = {"caller_id_number": call.caller, "destination_number": call.dialled}
    return {
        "core-uuid": "feef0b51-7fdf-4c4a-878e-aff233752de2",
        "switchname": "fs1",
        "channel_data": {"state": "CS_REPORTING"},
        "variables": said,
        "app_log": {"applications": []},
        "callflow": [{"dialplan": "XML", "caller_profile": profile}],
    }


def xml_of(name: str, value: object) -> str:
    """A value as an element, percent-encoded as the switch does."""
    if isinstance(value, dict):
        return f"<{name}>{''.join(xml_of(n, v) for n, v in value.items())}</{name}>"
    if isinstance(value, list):
        return "".join(xml_of(name, each) for each in value) if value else f"<{name}/>"
    return f"<{name}>{quote(str(value), safe='')}</{name}>"


def freeswitch_xml(made: Sequence[Call]) -> str:
    """Documents one after the other."""
    return "".join(
        '<?xml version="1.0"?>\n<cdr core-uuid="x" switchname="fs1">\n'
        + "\n".join(
            xml_of(name, record[name]) for name in ("channel_data", "variables", "app_log", "callflow")
        )
        + "</cdr>\n"
        for record in map(freeswitch_record, made)
    )


def kazoo(made: Sequence[Call]) -> str:
    """A page of the call records of Kazoo."""
    return json.dumps(
        {
            "data": [
                {
                    "call_id": f"k{c.number}",
                    "caller_id_number": c.caller,
                    "to": f"{c.dialled}@realm.example",
                    "timestamp": c.start + 62167219200,
                    "duration_seconds": c.end - c.start,
                    "billing_seconds": c.end - c.answer if c.answer else 0,
                    "hangup_cause": NAMES[c.cause],
                    "other_leg_call_id": "",
                    "call_direction": "inbound",
                }
                for c in made
            ]
        }
    )


def fusion(made: Sequence[Call]) -> str:
    """The table v_xml_cdr, exported."""
    names = (
        "xml_cdr_uuid",
        "sip_call_id",
        "direction",
        "caller_id_number",
        "destination_number",
        "start_epoch",
        "answer_epoch",
        "end_epoch",
        "duration",
        "billsec",
        "hangup_cause",
        "hangup_cause_q850",
    )  #
    rows = [
        (
            f"u{c.number}",
            f"k{c.number}",
            "inbound",
            c.caller,
            c.dialled,
            c.start,
            c.answer or "",
            c.end,
            c.end - c.start,
            c.end - c.answer if c.answer else 0,
            NAMES[c.cause],
            c.cause,
        )
        for c in made
    ]
    return lines([names, *rows], quoting=csv.QUOTE_ALL)


ACC = (
    *("id", "method", "from_tag", "to_tag", "callid", "sip_code", "sip_reason", "time", "src_user"),
    *("dst_ouser", "dst_user", "setuptime"),
)


def acc_rows(made: Sequence[Call]) -> list[list[object]]:
    """Rows as they are written: at the end of each transaction, those of one call between those of others.
    A call
    that failed was first tried elsewhere, or asked for a password; the BYE has its tags swapped."""
    rows: list[tuple[int, int, list[object]]] = []
    for c in made:
        tags = f"f{c.number}", f"t{c.number}"
        who = [c.caller, c.dialled, f"9{c.dialled}"]
        invite = ["INVITE", *tags, f"k{c.number}"]
        if c.answer:
            rows.append(
                (
                    c.start,
                    c.number,
                    [*invite, "407", "Proxy Authentication Required", stamp(c.start), *who, 0],
                )
            )
            if c.number % 3 == 0:
                rows.append(
                    (c.start, c.number, [*invite, "503", "Service Unavailable", stamp(c.start), *who, 0])
                )
            rows.append(
                (c.answer, c.number, [*invite, "200", "OK", stamp(c.answer), *who, c.answer - c.start])
            )
            bye = ["BYE", *tags[::-1], f"k{c.number}", "200", "OK", stamp(c.end), "", "", "", 0]
            rows.append((c.end, c.number, bye))
        else:
            rows.append((c.end, c.number, [*invite, c.status, "No", stamp(c.end), *who, c.end - c.start]))
    return [[n, *row] for n, (_, _, row) in enumerate(sorted(rows, key=lambda r: r[:2]), 1)]


def acc_dump(made: Sequence[Call]) -> str:
    """The table acc in a dump of its database."""
    columns = ", ".join(f"`{name}` varchar(99) NOT NULL DEFAULT ''" for name in ACC[1:])
    rows = ",\n".join(f"({', '.join(repr(v) for v in row)})" for row in acc_rows(made))
    return (
        "-- MariaDB dump 10.19\n/*!40103 SET TIME_ZONE='+00:00' */;\n"
        f"CREATE TABLE `acc` (`id` int NOT NULL AUTO_INCREMENT, {columns}) ENGINE=InnoDB;\n"
        f"INSERT INTO `acc` VALUES\n{rows};\nCREATE TABLE `version` (`id` int);\nINSERT INTO "
        f"`version` VALUES (1);\n"
    )


def acc_syslog(made: Sequence[Call]) -> str:
    """Lines of syslog among others."""
    names = (
        "method",
        "from_tag",
        "to_tag",
        "call_id",
        "code",
        "reason",
        "timestamp",
        "src_user",
        "dst_ouser",
        "dst_user",
        "setuptime",
    )
    return "".join(
        "Mar 12 17:00:00 sip kamailio[99]: INFO: something else\n"
        "Mar 12 17:00:00 sip kamailio[99]: NOTICE: acc [acc.c:287]: ACC: transaction answered: "
        + ";".join(f"{name}={value}" for name, value in zip(names, row[1:], strict=True))
        + "\n"
        for row in acc_rows(made)
    )


def teams(call: Call) -> dict[str, object]:
    """A call of Direct Routing; a time of the year 1 is none."""
    none = "0001-01-01T00:00:00Z"
    return {
        "id": f"t{call.number}",
        "correlationId": f"k{call.number}",
        "callType": "ByotOutEmergency" if call.dialled in ("000", "112") else "ByotOut",
        "inviteDateTime": iso(call.start),
        "startDateTime": iso(call.answer or call.start),
        "endDateTime": iso(call.end),
        "failureDateTime": none if call.answer else iso(call.end),
        "callerNumber": call.caller,
        "calleeNumber": call.dialled,
        "trunkFullyQualifiedDomainName": "sbc.example",
        "finalSipCode": 0 if call.answer else call.status,
        "successfulCall": bool(call.answer),
    }


def webex(call: Call) -> dict[str, str]:
    """A leg of the detailed call history."""
    reasons = {41: "TemporarilyUnavailable", 17: "UserBusy", 34: "Other", 1: "UnassignedNumber", 16: "Normal"}
    return {
        "Report ID": f"r{call.number}",
        "Correlation ID": f"k{call.number}",
        "Call type": "SIP_EMERGENCY" if call.dialled in ("000", "112") else "SIP_NATIONAL",
        "Start time": iso(call.start),
        "Answer time": iso(call.answer),
        "Answered": "true" if call.answer else "false",
        "Release time": stamp(call.end) + ".000",
        "Calling number": call.caller,
        "Called number": call.dialled,
        "Call outcome": "Success" if call.answer else "Failure",
        "Call outcome reason": reasons[call.cause],
        "Location": "Sydney",
    }


def table(records: Sequence[Mapping[str, object]]) -> str:
    """Records with a line of their names."""
    return lines([list(records[0]), *(list(record.values()) for record in records)])


def clock(at: int | None) -> str:
    """A time as gateways write it."""
    return (
        "0" if at is None else datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S.000 UTC %b %d %Y").upper()
    )


def oracle(made: Sequence[Call]) -> str:
    """Stop records among start records, with SIP headers in their quotes."""
    rows = []
    for c in made:
        fields = [""] * 175
        fields[0], fields[1], fields[174], fields[134], fields[16] = (
            "2",
            "192.0.2.1",
            str(c.number),
            "",
            str(c.cause),
        )
        fields[134] = "" if c.answer else str(c.status)
        fields[4], fields[5] = f"k{c.number}", f"e{c.number}"
        fields[9] = f'""A B" <sip:{c.caller}@192.0.2.9;user=phone>;tag=x"'
        fields[10] = f'"<sip:{c.dialled}@192.0.2.2:5060>"'
        fields[13], fields[14], fields[15] = clock(c.start), clock(c.answer), clock(c.end)
        rows.append(",".join(["1", *fields[1:116]]))
        rows.append(",".join(fields))
    return "\n".join(rows) + "\n"


def cube(made: Sequence[Call]) -> str:
    """Accounting of a gateway, with hexadecimal causes."""
    rows = [
        [
            c.end,
            c.number,
            1,
            2,
            f"{c.number:X} 1B 2C 3D",
            c.dialled,
            "",
            clock(c.start),
            "",
            clock(c.answer),
            clock(c.end),
            f"{c.cause:x}",
            "x",
            "originate",
            0,
            "speech",
            *[0] * 4,
            "",
            c.caller,
            c.dialled,
            *[""] * 102,
        ]
        for c in made
    ]
    return lines(rows)


def broadworks(made: Sequence[Call]) -> str:
    """Rows of many columns, commas with a backslash."""

    def digits(at: int | None) -> str:
        return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y%m%d%H%M%S.000")

    rows = [
        [
            f"r{c.number}",
            "Provider\\, Ltd",
            "Normal",
            "",
            "",
            "Originating",
            c.caller,
            "Public",
            c.dialled,
            digits(c.start),
            "1+110000",
            "Yes" if c.answer else "No",
            digits(c.answer),
            digits(c.end),
            f"{c.cause:03}",
            "VoIP",
            "",
            c.dialled,
            "",
            "",
            "",
            "",
            "remote",
            "Trunk",
            f"k{c.number}",
            'say "x"',
            *[""] * 380,
        ]
        for c in made
    ]
    return "".join(",".join(row) + "\n" for row in rows)


def avaya(made: Sequence[Call]) -> str:
    """Rows of IP Office in local time."""

    def lasted(c: Call) -> str:
        return f"00:00:{min(59, c.end - c.answer):02}" if c.answer else "00:00:00"

    rows = [
        [
            stamp(c.start).replace("-", "/"),
            lasted(c),
            3,
            c.caller,
            "O",
            c.dialled,
            c.dialled,
            "",
            0,
            1000 + c.number,
            0,
            "E100",
            "A",
            "T9001",
            "Line 1",
            0,
            0,
            *[""] * 13,
        ]
        for c in made
    ]
    return lines(rows).replace("\n", "\r\n")


def audiocodes(made: Sequence[Call]) -> str:
    """Rows of an SBC."""
    names = (
        "CDRReportType",
        "SIPCallId",
        "SessionId",
        "SetupTime",
        "ConnectTime",
        "ReleaseTime",
        "SrcURI",
        "DstURI",
        "SIPTrmReason",
    )
    rows = [
        (
            kind,
            f"k{c.number}",
            f"s{c.number}",
            clock(c.start),
            clock(c.answer),
            clock(c.end),
            f"{c.caller}@h",
            f"{c.dialled}@h",
            "" if c.answer else c.status,
        )
        for c in made
        for kind in ("CALL_START", "CALL_END")
    ]
    return lines([names, *rows], "|")


def ribbon(made: Sequence[Call]) -> str:
    """An ACT file: a START and a STOP of each call that was answered, an ATTEMPT of each other."""

    def day(at: int) -> str:
        return datetime.fromtimestamp(at, UTC).strftime("%m/%d/%Y")

    def hour(at: int) -> str:
        return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S.0")

    rows: list[list[object]] = []
    for c in made:
        common = ["gsx1", f"0x{c.number:08X}", c.number, "GMT", day(c.start), hour(c.start), 1, 2]
        kind, who = ["VOICE", "PSTN", "P", ""], [c.caller, c.dialled]
        if c.answer:
            ticks = 100 * (c.answer - c.start)
            end = [day(c.end), hour(c.end), 3, 100 * (c.end - c.answer), c.cause]
            rows.append(["START", *common, ticks, *kind, *who, *[""] * 9])
            rows.append(["STOP", *common, ticks, *end, *kind, *who, "", "", "", "", "R1", ""])
        else:
            end = [hour(c.end), 3, c.cause]
            rows.append(["ATTEMPT", *common, *end, *kind, *who, "", "", "", "", "R1", ""])
    head = "Sonus Networks, Inc.00000000FF600000000000000EST 060V09.02.01 ACT2024031217000000\n"
    return head + lines(rows) + "12032024 180000: File administratively closed.\n"


def radius(made: Sequence[Call]) -> str:
    """A detail file of a server: a Start and a Stop of each call."""

    def record(call: Call, kind: str) -> str:
        said = {
            "Acct-Status-Type": kind,
            "NAS-IP-Address": "192.0.2.1",
            "Acct-Session-Id": f'"s{call.number}"',
            "Acme-Session-Ingress-CallId": f'"k{call.number}"',
            "Calling-Station-Id": f'"<sip:{call.caller}@192.0.2.9>;tag=x"',
            "Called-Station-Id": f'"<sip:{call.dialled}@192.0.2.2>"',
            "h323-setup-time": f'"{clock(call.start)}"',
            "Acme-CDR-Sequence-Number": str(call.number),
        }
        if kind == "Stop":
            said |= {
                "h323-connect-time": f'"{clock(call.answer)}"',
                "h323-disconnect-time": f'"{clock(call.end)}"',
                "h323-disconnect-cause": f'"{call.cause}"',
                "Acme-SIP-Status": "" if call.answer else str(call.status),
            }
        rows = "".join(f"\t{name} = {value}\n" for name, value in said.items() if value)
        return f"Tue Mar 12 17:00:00 2024\n{rows}\n"

    return "".join(record(call, kind) for call in made for kind in ("Start", "Stop"))


def front_end(made: Sequence[Call]) -> str:
    """Rows of a billing front end: no names, a blank behind each comma."""
    return "".join(
        f"{c.caller}, name, {c.dialled}, {c.end - c.start}, {c.end - c.answer if c.answer else 0}, {c.cause},"
        f" 47bbf17a-95f4-11e1-84f9-{c.number:012x}, {c.start}\n"
        for c in made
    )


SIP_SHOWN = (*CANONICAL[:6], "sip_status")
UTC_ZONE = {"timezone": "UTC"}
FORMS = [
    Form("cdr_east_01_202403121700_7", "cucm_cdr", cucm, CANONICAL[1:7]),
    Form(
        "dump.sql",
        "csv",
        lambda made: (
            "-- MySQL dump 10\nCREATE TABLE `cdr` (`id` int);\n"
            + "".join(
                f"INSERT INTO cdr ({','.join(CANONICAL)}) VALUES ({','.join(map(repr, row))});\n"
                for row in list(csv.reader(io.StringIO(canonical(made))))[1:]
            )
        ),
        CANONICAL,
    ),
    Form(
        "a_1.cdr.json",
        "freeswitch_json",
        lambda m: "\n".join(json.dumps(freeswitch_record(c), indent=1) for c in m),
        (*CANONICAL[:6], "sip_status"),
    ),
    Form(
        "lines.json",
        "freeswitch_json",
        lambda m: "".join(json.dumps(freeswitch_record(c)) + "\n" for c in m),
        CANONICAL,
    ),
    Form("array.json", "freeswitch_json", lambda m: json.dumps([freeswitch_record(c) for c in m]), CANONICAL),
    Form("a.cdr.xml", "freeswitch_xml", freeswitch_xml, CANONICAL),
    Form("kazoo.json", "kazoo_json", kazoo, CANONICAL[:7]),
    Form("import.txt", "freeswitch_epoch", front_end, (CANONICAL[1], *CANONICAL[4:7])),
    Form("v_xml_cdr.csv", "freeswitch_named", fusion, CANONICAL[:7]),
    Form("acc.csv", "acc_table", lambda m: lines([ACC, *acc_rows(m)], ";"), SIP_SHOWN, UTC_ZONE, 1),
    Form("acc.sql", "acc_table", acc_dump, SIP_SHOWN, {**UTC_ZONE, "member": ["acc"]}, 1),
    Form(
        "acc.flat",
        "acc_flat",
        lambda m: lines([r[1:] for r in acc_rows(m)], "|"),
        SIP_SHOWN,
        {**UTC_ZONE, "header": list(ACC[1:]), "delimiter": "|"},
        1,
    ),
    Form("syslog", "acc_syslog", acc_syslog, SIP_SHOWN, UTC_ZONE, 1),
    Form(
        "teams.json",
        "teams_direct_routing_json",
        lambda m: json.dumps({"value": [teams(c) for c in m]}),
        SIP_SHOWN,
    ),
    Form("teams.csv", "teams_direct_routing", lambda m: table([teams(c) for c in m]), SIP_SHOWN),
    Form("webex.csv", "webex_calling", lambda m: table([webex(c) for c in m]), CANONICAL[:6]),
    Form(
        "webex.json",
        "webex_calling_json",
        lambda m: json.dumps({"items": [webex(c) for c in m]}, indent=1),
        CANONICAL[:6],
    ),
    Form("BroadSoft.txt", "broadworks", broadworks, CANONICAL[:7]),
    Form("oracle.csv", "oracle_sbc_stop", oracle, CANONICAL, UTC_ZONE, 1),
    Form("cube.txt", "cisco_cube", cube, CANONICAL[1:7], UTC_ZONE, 1),
    Form("smdr.txt", "avaya_smdr", avaya, (CANONICAL[1], *CANONICAL[4:6]), UTC_ZONE, 1),
    Form("audiocodes.txt", "audiocodes_sbc", audiocodes, SIP_SHOWN, UTC_ZONE, 1),
    Form("1000001.ACT", "ribbon_act", ribbon, CANONICAL[1:7], {}, 0),
    Form("detail-20240312", "radius_detail", radius, CANONICAL),
]
