"""`auditor init` on logs that nobody described: what it finds by their content, what it asks, and that the
answers
make a case that runs."""

from __future__ import annotations

import io
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from auditor.case import read_case
from auditor.cli import auditor
from auditor.errors import AuditorError, EvidenceError, UsageError
from auditor.ingest import check_heads
from auditor.scaffold import FILL_IN, Question, scaffold
from tests.called import call
from tests.formats.events import BORDER, events_of, world, written

CALLS = [
    "Rufliste Netz;;;;;",
    "Stand 13.03.2024;;;;;",
    "Vorgang;Datum;Uhrzeit;Anschluss;Gewaehlt;Ausgang",
    *(f"V{i};13.03.2024;04:{i:02}:07;04915701{i:02};{n};{word}" for i, n, word in (
        (1, "000", "Netz gestoert"), (2, "0398765001", "durchgestellt"), (3, "000", "durchgestellt"),
        (4, "0398765002", "durchgestellt"),
    )),
    "Summe;4;;;;",
]  # fmt: skip
CENTRE = [
    f"E{i}\t2024-03-13T04:{i:02}:09+11:00\t2024-03-13T04:{i:02}:15+11:00\t04915701{i:02}\ttaken"
    for i in (3, 5)
]
CHECKS = [
    ["Follow up of failed calls"],
    ["Job", "When made", "Customer phone", "How", "What came of it"],
    ["J1", "2024-03-13 10:05:00", "0491570101", "Phone call", "Spoke to customer"],
    ["J2", "2024-03-13 10:06:00", "0491570102", "Text message", "Left voicemail"],
]


def put(folder: Path, name: str, text: str | bytes) -> None:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def workbook(rows: list[list[str]], title: str = "Follow up") -> bytes:
    from xlsxwriter import Workbook

    made = io.BytesIO()
    with Workbook(made) as book:
        book.add_worksheet("Info").write(0, 0, "Prepared by the desk")
        sheet = book.add_worksheet(title)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return made.getvalue()


def said_by(folder: Path, ask: Callable[[Question], str] | None = None) -> dict[str, dict[str, Any]]:
    """The drafted case.toml: path of each source -> its table. The head is under ""."""
    draft = scaffold(folder, ask=ask)
    put(folder, "case.toml", draft.text)
    table = tomllib.loads(draft.text)
    return {"": table["case"], **{source["path"]: source for source in table.get("source", [])}}


def ran(*arguments: str) -> tuple[int, str]:
    """The exit code of a command, and what it printed."""
    done = CliRunner().invoke(auditor, arguments, standalone_mode=False)
    if isinstance(done.exception, AuditorError):
        raise done.exception
    return getattr(done.exception, "exit_code", done.return_value) or 0, done.output


def answering(answers: Mapping[str, str], asked: list[Question]) -> Callable[[Question], str]:
    """What a person says: the answer to the first text that stands in the question, else what Enter gives."""

    def ask(question: Question) -> str:
        asked.append(question)
        return next((said for part, said in answers.items() if part in question.text), question.default)

    return ask


def test_three_files_of_an_unknown_vendor_are_described_by_questions_alone(tmp_path: Path) -> None:
    put(tmp_path, "anrufe.csv", "\r\n".join(CALLS) + "\r\n")
    put(tmp_path, "centre.txt", "\n".join(CENTRE) + "\n")
    put(tmp_path, "checks.xlsx", workbook(CHECKS))
    asked: list[Question] = []
    answers = {
        "centre.txt: what does it hold": "centre",
        "anrufe.csv: which column holds disposition": "Ausgang",
        "centre.txt: which column holds centre_call_id": "column_1",
        "centre.txt: which column holds disposition": "column_5",
        "gestoert": "failed",
        "durchgestellt": "answered",
        "taken": "answered",
    }
    said = said_by(tmp_path, answering(answers, asked))
    assert said[""]["regime"] == "au"
    assert len(asked) < 25
    assert all(question.lines for question in asked)
    assert FILL_IN not in (tmp_path / "case.toml").read_text().replace("say FILL IN", "")
    assert check_heads(read_case(tmp_path)).problems == ()
    assert ran("run", "-q", str(tmp_path))[0] == 1
    found = json.loads((tmp_path / "reports" / "audit.json").read_text())
    figures = {name: found["measures"][name]["value"] for name in ("attempts.failed", "attempts.delivered")}
    assert figures == {"attempts.failed": 1, "attempts.delivered": 1}
    assert found["measures"]["welfare.records"]["value"] == 2


def test_without_input_what_no_log_decides_is_marked_and_the_rest_is_guessed(tmp_path: Path) -> None:
    put(tmp_path, "anrufe.csv", "\n".join(CALLS) + "\n")
    put(tmp_path, "centre.txt", "\n".join(CENTRE) + "\n")
    put(tmp_path, "checks.xlsx", workbook(CHECKS))
    said = said_by(tmp_path)
    calls = said["anrufe.csv"]
    assert (calls["role"], calls["skip_head"], calls["delimiter"]) == ("attempts", 2, ";")
    assert calls["columns"] == {"dialled": "Gewaehlt", "calling_number": "Anschluss"}
    assert calls["time_parts"] == {"started_at": ["Datum", "Uhrzeit"]}
    assert calls["timezone"] == FILL_IN
    assert said["centre.txt"]["role"] == FILL_IN
    checks = said["checks.xlsx"]
    assert (checks["role"], checks["sheet"], checks["header_row"]) == ("welfare", "Follow up", 2)
    assert checks["values"]["outcome"] == {"Spoke to customer": "contacted", "Left voicemail": "no_contact"}
    assert checks["values"]["method"] == {"Phone call": "call", "Text message": "sms"}
    text = (tmp_path / "case.toml").read_text()
    assert "Emergency numbers dialled in its first lines: 000 (au) 2." in text
    assert "Vorgang;Datum;Uhrzeit" in text
    assert "0491570101" not in text
    assert "do not have the fields of a record, for example: Summe;4;;;;" in text


def test_a_border_elements_log_is_attempts(tmp_path: Path) -> None:
    put(
        tmp_path,
        "bcf.csv",
        "timestamp,incident_id,call_id,element_id,from,to,sip_code\n"
        "2024-03-12T17:00:00Z,i1,k1@h,bcf1,sip:+61491570156@h,urn:service:sos,504\n",
    )
    source = said_by(tmp_path)["bcf.csv"]
    assert source["role"] == "attempts"
    assert source["columns"] == {
        "element": "element_id",
        "started_at": "timestamp",
        "calling_number": "from",
        "dialled": "to",
        "sip_status": "sip_code",
    }


def test_an_acc_table_is_attempts_and_lacks_its_dialled_number(tmp_path: Path) -> None:
    put(
        tmp_path,
        "acc.csv",
        "id,method,from_tag,to_tag,callid,sip_code,sip_reason,time\n"
        "1,INVITE,a,b,k1@h,503,Service Unavailable,2024-03-12 17:00:00\n"
        "2,BYE,a,b,k1@h,200,OK,2024-03-12 17:00:09\n",
    )
    source = said_by(tmp_path)["acc.csv"]
    assert source["role"] == "attempts"
    assert source["timezone"] == FILL_IN
    assert "Nothing in its first lines says who was dialled" in (tmp_path / "case.toml").read_text()


def test_a_constant_may_stand_for_the_column_that_is_missing(tmp_path: Path) -> None:
    put(tmp_path, "acc.csv", "callid,sip_code,time\nk1@h,503,2024-03-12T17:00:00Z\n")
    ask = answering({"which column holds dialled": "=000", "Which jurisdiction": "au"}, [])
    source = said_by(tmp_path, ask)["acc.csv"]
    assert source["constants"] == {"dialled": "000"}
    assert check_heads(read_case(tmp_path)).problems == ()


def test_extensions_choose_no_jurisdiction(tmp_path: Path) -> None:
    rows = "".join(f"2024-03-12T17:00:0{i}Z,10{i},10{i + 1}\n" for i in range(1, 8))
    put(tmp_path, "pbx.csv", "started_at,calling_number,dialled\n" + rows)
    assert said_by(tmp_path)[""]["regime"] == FILL_IN


def test_two_jurisdictions_that_share_a_number_are_asked_for(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", "started_at,calling_number,dialled\n2024-03-12T17:00:00Z,12025550123,911\n")
    assert said_by(tmp_path)[""]["regime"] == FILL_IN
    asked: list[Question] = []
    assert said_by(tmp_path, answering({"Which jurisdiction": "us"}, asked))[""]["regime"] == "us"
    (question,) = (q for q in asked if "Which jurisdiction" in q.text)
    assert {"ca", "us"} <= set(question.choices)


@pytest.mark.parametrize(("local", "zone"), [("18:01:00", "UTC"), ("05:01:00", "Australia/Sydney")])
def test_the_zone_of_an_asterisk_log_is_read_from_its_ids(tmp_path: Path, local: str, zone: str) -> None:
    day = "2024-03-12" if zone == "UTC" else "2024-03-13"
    put(
        tmp_path,
        "cdr.csv",
        "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,"
        f"uniqueid\n{day} {local},x,0491570156,000,c,SIP/1,SIP/2,Dial,SIP/t/000,2,0,FAILED,1710266460.1\n",
    )
    source = said_by(tmp_path)["cdr.csv"]
    assert source["timezone"] == zone


@pytest.mark.parametrize(
    ("name", "content", "key", "value"),
    [
        ("a.json", json.dumps({"value": [{"startTime": "2024-03-12T17:00:00Z", "to": {"number": "000"}}]}),
         "unwrap", "value"),
        ("a.csv", "started_at,dialled,clid\n2024-03-12T17:00:00Z,000,\"Desk \"7\" <0491>\"\n",
         "quotes", "loose"),
        ("a.csv", "x\nstarted_at,dialled\n2024-03-12T17:00:00Z,000\n", "skip_head", 1),
        ("a.csv", "started_at,dialled\n2024-03-12T17:00:00Z,000\n".encode("utf-16"), "role", "attempts"),
    ],
)  # fmt: skip
def test_how_a_file_is_written_is_found_and_read_so(
    tmp_path: Path, name: str, content: str | bytes, key: str, value: object
) -> None:
    put(tmp_path, name, content)
    said = said_by(tmp_path)
    assert said[name][key] == value
    assert check_heads(read_case(tmp_path)).problems == ()


def test_a_file_that_is_to_be_left_out_is(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", "started_at,dialled\n2024-03-12T17:00:00Z,000\n")
    put(tmp_path, "prices.csv", "item,price\napple,3\n")
    asked: list[Question] = []
    said = said_by(tmp_path, answering({}, asked))
    assert list(said) == ["", "log.csv"]
    assert [question.text.partition("?")[0] for question in asked] == [
        "prices.csv: what does it hold",
        "log.csv: which column holds network (network that carried it, or the source's own; empty where a"
        " clock's records name none)",
    ]


def test_a_required_column_that_none_may_hold_is_asked_for_with_all_columns_and_their_values(
    tmp_path: Path,
) -> None:
    put(
        tmp_path, "ecp.csv", "Job No,Answered At,Handed to,Rung\n" + "7,2024-03-12T17:00:00Z,Police,000\n" * 2
    )
    put(tmp_path, "log.csv", "started_at,dialled\n2024-03-12T17:00:00Z,000\n")
    asked: list[Question] = []
    answers = {
        "holds presented_at": "Answered At",
        "log.csv: which column holds network": "=Southern Mobile",
    }
    said = said_by(tmp_path, answering(answers, asked))
    (question,) = (q for q in asked if "holds presented_at" in q.text)
    assert question.lines == (
        "Job No: 7",
        "Answered At: ####-##-##x##:##:##x",
        "Handed to: Police",
        "Rung: ###",
    )
    assert question.choices == ("Job No", "Answered At", "Handed to", "Rung")
    assert said["ecp.csv"]["columns"]["presented_at"] == "Answered At"
    assert said["log.csv"]["network"] == "Southern Mobile"
    assert "constants" not in said["log.csv"]


def test_a_new_file_is_added_at_the_end_and_nothing_else_is_changed(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", "started_at,dialled\n2024-03-12T17:00:00Z,000\n")
    before = '[case]\ntitle = "t"\nregime = "au"\n[[source]]\nrole = "attempts"\npath = "log.csv"\n'
    put(tmp_path, "case.toml", before)
    put(tmp_path, "new.csv", "presented_at,centre_call_id\n2024-03-12T17:00:00Z,e1\n")
    arguments = ["init", str(tmp_path), "--add", str(tmp_path / "new.csv"), "--no-input"]
    assert ran(*arguments)[0] == 0
    assert (tmp_path / "case.toml").read_text().startswith(before)
    assert [(s.role, s.path) for s in read_case(tmp_path).sources] == [
        ("attempts", "log.csv"),
        ("centre", "new.csv"),
    ]


def test_adding_needs_a_case_and_a_file_inside_it(tmp_path: Path) -> None:
    inside = tmp_path / "case"
    inside.mkdir()
    put(tmp_path, "new.csv", "presented_at,centre_call_id\n2024-03-12T17:00:00Z,e1\n")
    arguments = ["init", str(inside), "--add", str(tmp_path / "new.csv")]
    with pytest.raises(UsageError, match="there is no"):
        ran(*arguments)
    put(inside, "case.toml", "[case]\ntitle = 't'\nregime = 'au'\n")
    with pytest.raises(UsageError, match="lies outside the case"):
        ran(*arguments)


UNREAD = {
    "asterisk_cel_csv": "Asterisk event log",
    "acme_sbc_columns": "lists the columns of an Oracle/Acme SBC log",
    "eido": "EIDO",
    "pidf_lo": "XML",
}


@pytest.mark.parametrize("folder", UNREAD)
def test_a_known_kind_that_is_not_read_is_said_in_one_sentence(
    real: Path, tmp_path: Path, folder: str
) -> None:
    for path in (real / folder).iterdir():
        put(tmp_path, path.name, path.read_bytes())
    with pytest.raises(EvidenceError, match=UNREAD[folder]):
        scaffold(tmp_path)


@pytest.mark.parametrize("folder", ["asterisk_exports", "asterisk_master_csv", "freeswitch_csv"])
def test_real_logs_run_with_nothing_to_fill_in_but_the_jurisdiction(
    real: Path, tmp_path: Path, folder: str
) -> None:
    for path in (real / folder).iterdir():
        if path.name != "asterisk__buggy.csv":
            put(tmp_path, path.name, path.read_bytes())
    draft = scaffold(tmp_path, "us")
    assert draft.to_fill == 0
    put(tmp_path, "case.toml", draft.text)
    assert ran("run", "-q", str(tmp_path))[0] in (0, 1)


@pytest.mark.parametrize("is_captured", [False, True])
def test_the_roles_of_a_log_of_events_are_drafted_by_its_elements(
    is_captured: bool, real: Path, tmp_path: Path
) -> None:
    if is_captured:
        name = "CHFE_007__TC_CHFE_007_pass.pcap"
        put(tmp_path, name, (real / "nena_i3_logevent_pcap" / name).read_bytes())
    else:
        put(tmp_path, "x.log", written([e for call in world(1, 20) for e in events_of(call)], "lines"))
    draft = scaffold(tmp_path, "us")
    assert (draft.sources, draft.to_fill) == (2, 0)
    put(tmp_path, "case.toml", draft.text)
    case = read_case(tmp_path)
    assert [source.role for source in case.sources] == ["attempts", "centre"]
    (centre,) = case.centres
    assert [name.partition(".")[0] for name in centre.elements] == ["chfe"]
    # The capture holds packets of another kind, which a gate names.
    assert ran("run", "-q", str(tmp_path))[0] == (3 if is_captured else 1)


def test_a_folder_with_one_event_a_file_is_one_source_in_each_role(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    for n, event in enumerate(e for one in world(1, 4) for e in events_of(one)):
        put(tmp_path, f"log/{n:03}.json", written([event], "objects"))
    draft = scaffold(tmp_path, "us")
    put(tmp_path, "case.toml", draft.text)
    sources = read_case(tmp_path).sources
    assert [(s.role, s.path) for s in sources] == [("attempts", "log/0*.json"), ("centre", "log/0*.json")]


def test_events_of_border_elements_alone_are_attempts(tmp_path: Path) -> None:
    events = [e for call in world(1, 5) for e in events_of(call) if e["elementId"] == BORDER]
    put(tmp_path, "psap.json", written(events, "signed"))
    draft = scaffold(tmp_path, "us")
    put(tmp_path, "case.toml", draft.text)
    assert [source.role for source in read_case(tmp_path).sources] == ["attempts"]
    assert f"# Elements whose events are in the logs: {BORDER}." in draft.text
    assert "payload" not in draft.text


FRENCH = {
    "appels.csv": [
        "reference;date_heure;appelant;numero_compose;duree;cause",
        *(f"A{i};02/06/2021 16:4{i}:01;063998000{i};{n};0;34"
          for i, n in enumerate(("112", "15", "18", "112"))),
        "A9;28/06/2021 16:40:01;0639980009;112;0;34",
    ],
    "centre_urgence.csv": [
        "fiche;arrivee;decroche;fin;telephone;service;operateur",
        *(f"F{i};02/06/2021 16:4{i}:05;02/06/2021 16:4{i}:09;02/06/2021 16:5{i}:00;063998000{i};Pompiers;p{i}"
          for i in range(4)),
    ],
    "rappels.csv": [
        "dossier;telephone;rappel_le;moyen;suite;agent",
        *(f"D{i};063998000{i};03/06/2021 09:1{i}:00;Appel;Joint, va bien;Martin" for i in range(4)),
    ],
}  # fmt: skip
GERMAN = {
    "anrufe.csv": [
        "Vorgang;Beginn;Anrufer;Zielnummer;Dauer",
        *(f"V{i};02.06.2021 16:4{i}:01;0151270000{i};{n};0"
          for i, n in enumerate(("112", "112", "110", "112"))),
        "V9;28.06.2021 16:40:01;01512700009;030901820;5",
    ],
    "leitstelle.csv": [
        "Einsatz;Eingang;Rufnummer;Weitergabe",
        *(f"E{i};02.06.2021 16:4{i}:05;0151270000{i};Feuerwehr" for i in range(4)),
    ],
    "rueckrufe.csv": [
        "Nr;Datum;Anrufer;Ziel;Art;Ergebnis",
        *(f"R{i};03.06.2021 09:1{i}:00;0309018200;0151270000{i};Anruf;erreicht" for i in range(4)),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("files", "name", "likeliest"),
    [
        (FRENCH, "rappels.csv", "welfare"),
        (GERMAN, "rueckrufe.csv", "welfare"),
    ],
)
def test_a_role_that_is_not_sure_is_left_open_with_those_it_may_be(
    tmp_path: Path, files: Mapping[str, list[str]], name: str, likeliest: str
) -> None:
    for each, lines in files.items():
        put(tmp_path, each, "\n".join(lines) + "\n")
    said = said_by(tmp_path)
    assert said[name]["role"] == FILL_IN
    calls = next(iter(files))
    assert said[calls]["role"] == "attempts"
    (line,) = (
        before
        for before, after in pairwise((tmp_path / "case.toml").read_text().splitlines())
        if after == f'path = "{name}"'
    )
    assert f"not sure: {likeliest} or " in line
    assert "5g" not in (tmp_path / "case.toml").read_text()


@pytest.mark.parametrize(("files", "name"), [(FRENCH, "centre_urgence.csv"), (GERMAN, "leitstelle.csv")])
def test_the_log_of_a_centre_is_known_by_its_columns_in_other_languages(
    tmp_path: Path, files: Mapping[str, list[str]], name: str
) -> None:
    put(tmp_path, name, "\n".join(files[name]) + "\n")
    assert said_by(tmp_path)[name]["role"] == "centre"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            "ID appel;Date début;Numéro appelant;Numéro composé;Durée;Statut",
            ("Répondu", "Sans réponse", "Échec"),
        ),
        (
            "Ruf-ID;Beginn;A-Rufnummer;Gewählte Nummer;Dauer;Ergebnis",
            ("Angenommen", "Keine Antwort", "Fehlgeschlagen"),
        ),
        (
            "id_llamada;fecha_hora;número_origen;número_marcado;duración;estado",
            ("contestada", "sin respuesta", "fallida"),
        ),
        (
            "ID chiamata;Data ora;Chiamante;Numero chiamato;Durata;Esito",
            ("Risposta", "Nessuna risposta", "Fallita"),
        ),
    ],
    ids=["fr", "de", "es", "it"],
)
def test_the_columns_and_words_of_a_log_are_known_in_other_languages(
    tmp_path: Path, header: str, words: tuple[str, ...]
) -> None:
    rows = [f"c{i};2024-03-12T17:00:0{i}Z;063998000{i};112;{i};{words[i % 3]}" for i in range(6)]
    put(tmp_path, "log.csv", "\n".join([header, *rows]) + "\n")
    said = said_by(tmp_path)["log.csv"]
    names = ("call_id", "started_at", "calling_number", "dialled", "duration_s", "disposition")
    assert said["columns"] == dict(zip(names, header.split(";"), strict=True))
    assert said["values"]["disposition"] == dict(zip(words, ("answered", "no_answer", "failed"), strict=True))


@pytest.mark.parametrize(
    ("dialled", "regime"),
    [
        (["110"], FILL_IN),
        (["110", "112", "112"], FILL_IN),
        (["112"], FILL_IN),
        (["999"], FILL_IN),
        (["999", "112"], "gb"),
        (["110", "119"], "jp"),
        (["000"], "au"),
        (["15", "17", "112", "112"], "fr"),
    ],
)
def test_one_number_of_many_countries_shows_no_jurisdiction(
    tmp_path: Path, dialled: list[str], regime: str
) -> None:
    rows = "".join(f"2024-03-12T17:00:0{i}Z,0151270000{i},{n}\n" for i, n in enumerate(dialled))
    put(tmp_path, "log.csv", "started_at,calling_number,dialled\n" + rows)
    assert said_by(tmp_path)[""]["regime"] == regime


def test_a_word_that_fits_alone_is_no_reason_for_a_value_map(tmp_path: Path) -> None:
    put(
        tmp_path,
        "log.csv",
        "started_at,calling_number,dialled,disposition\n"
        + "".join(
            f"2024-03-12T17:00:0{i}Z,049157010{i},000,{word}\n"
            for i, word in enumerate(("besetzt", "durchgestellt", "Netz gestoert", "aufgelegt"))
        ),
    )
    words = said_by(tmp_path)["log.csv"]["values"]["disposition"]
    assert set(words.values()) == {FILL_IN}


PERSONS = ("0491570158", "0491570159", "0491570179", "0491570180")


@pytest.mark.holds("property.25", "trust.16")
def test_no_number_of_a_person_is_written_into_the_draft(tmp_path: Path) -> None:
    header = "call_id,network,started_at,calling_number,dialled,sip_status,access"
    calls = (("alpha", "0491570158"), ("0491570159", "Jane Citizen"), ("alpha", "4g"))
    lines = [
        f"c{n},{network},2024-03-12T18:0{n}:00Z,+61491570156,000,503,{word}"
        for n, (network, word) in enumerate(calls)
    ]
    put(tmp_path, "a.csv", "\n".join([header, *lines, ""]))
    record = {"call_id": "c9", "network": "alpha", "started_at": "2024-03-12T18:00:00Z", "dialled": "000"}
    put(tmp_path, "b.jsonl", json.dumps({**record, "0491570179": {"0491570180": 1}}) + "\n")
    code, said = ran("init", str(tmp_path), "--no-input")
    assert code == 0
    draft = (tmp_path / "case.toml").read_text()
    digits = re.sub(r"\W", "", draft + said)
    assert [number for number in PERSONS if number[2:] in digits] == []
    assert (
        '# networks = ["alpha"]  # those seen in the logs\' first lines, without 1 that could be a' in draft
    )
    assert "# 1 word(s) of access could be persons' numbers and are left out" in draft
    values = [source.get("values") for source in tomllib.loads(draft)["source"]]
    assert values == [{"access": {"Jane Citizen": FILL_IN}}, None]
    done = call("check", tmp_path)
    assert done.returncode == 2
    assert re.search(r'1 line\(s\) are not filled in: line \d+ \(for "Jane Citizen"\)', done.stderr)


def test_a_column_with_a_number_for_its_name_is_to_be_filled_in(tmp_path: Path) -> None:
    record = {"call_id": "c9", "started_at": "2024-03-12T18:00:00Z", "0491570180": "000"}
    put(tmp_path, "a.jsonl", f"{json.dumps(record)}\n" * 3)
    assert ran("init", str(tmp_path), "--no-input")[0] == 0
    draft = (tmp_path / "case.toml").read_text()
    assert "0491570180" not in draft
    assert tomllib.loads(draft)["source"][0]["columns"]["dialled"] == FILL_IN


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'values = { access = { "0491570158" = "FILL IN", "Jane Citizen" = "FILL IN" } }',
            '(for "•••••158" and "Jane Citizen")',
        ),
        ("values = { access = { '04 91 57 01 58' = \"FILL IN\" } }", "(for '•••••158')"),
        ('role = "FILL IN"', "(for role)"),
    ],
)
def test_a_line_to_fill_in_is_named_by_its_number_and_whole_keys(
    line: str, said: str, tmp_path: Path
) -> None:
    put(tmp_path, "case.toml", f'[case]\ntitle = "t"\nregime = "au"\n[[source]]\npath = "a.csv"\n{line}\n')
    done = call("check", tmp_path)
    assert done.returncode == 2
    assert f"1 line(s) are not filled in: line 6 {said}" in done.stderr


def test_a_word_that_could_be_a_number_is_masked_and_its_count_is_not(tmp_path: Path) -> None:
    header = "call_id,network,started_at,dialled,sip_status,access\n"
    put(tmp_path, "a.csv", header + "c1,alpha,2024-03-12T18:00:00Z,000,503,0491570158\n")
    assert call("init", tmp_path, "--no-input").returncode == 0
    said = call("check", tmp_path)
    assert "count as unknown: '•••••158' (in 1 record(s))" in said.stdout + said.stderr
