"""Every address, by everyone, with the keys of others: each door opens to whom docs/access.md says.

`make test` tries each address with a few of those whom it refuses, in turn, on the first engine:
what decides asks nothing of either. `make security` sets RIGHTS_HUB_WHOLE_MATRIX and tries them
all on both.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import event, literal_column, select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from config import Settings
from hub.domain.access import SHOWN, Relation, Shown, reach
from hub.domain.actors import Role
from hub.domain.permissions import ROLES_WITH, Permission
from hub.domain.session_limits import LONGEST
from hub.extensions import db
from hub.models.member import Member, TokenScope
from hub.models.member_session import MemberSession
from tests.access_document import Line, lines_written
from tests.conftest import ENGINES
from tests.web.access_world import (
    HOUSE_ROLES,
    HUB_ROLES,
    SIREN_OF,
    Side,
    World,
    build_world,
    case_for,
)

WHOLE = bool(os.environ.get("RIGHTS_HUB_WHOLE_MATRIX"))
AT_ONCE = 3
"""How many of those whom an address refuses are tried in a short run."""

HOUSE = tuple(f"{role.value}_a" for role in HOUSE_ROLES)
HUB = tuple(role.value for role in HUB_ROLES)
PROGRAMS = tuple(f"{scope.value}_a" for scope in TokenScope)
TURNED_AWAY = ("anonymous", "expired", "suspended", "expired_visit", "revoked_a")
VISITORS = ("asked_a", "opted_a")
CONTACTS = ("contact_a",)
EVERYONE = (*TURNED_AWAY, *HOUSE, *HUB, *PROGRAMS, *VISITORS, *CONTACTS)

BY_LINK = {"anyone"}
NOT_HERE = {
    "/reponse/documents/<uuid:document_id>": "the case of this link has no file",
    "/reponse/telechargement/<ticket>": "the case of this link has no file",
    "/reponse/lettre/<uuid:answer_id>.pdf": "the case of this link has no answer",
    "/demonstration/comptes": "a hub without demonstration",
    "/demonstration/courriels": "a hub without demonstration",
    "/demonstration/courriels/<mail_id>": "a hub without demonstration",
    "/connexion/aide": "closed",
    "/connexion/choix": "closed",
    "/connexion/qr.svg": "during set-up alone",
    "/identite/retour/<provider>": "for who has left alone",
    "/api/v1/announced/<token>": "signed for one call: the tests of the API hold it",
} | {
    line.path: "a hub without demonstration"
    for line in lines_written()
    if line.path.startswith("/demonstration/fournisseur/")
}
LOOKED_AT = {
    "audit_event": None,
    "answer": {"letter_key", "letter_sha256", "letter_size"},
    "document": {"opened_at"},
    "referral": {"opened_at"},
}
"""What a page may write: that somebody looked, and the letter it set for the first time."""
USED = LOOKED_AT | {"download_ticket": None}
"""And the ticket of the file that its own holder saves, once."""
LEFT: Mapping[str, set[str] | None] = {"member_session": None}
"""A session that lets nobody in any more is forgotten when its browser comes back."""
LED_BACK = {"/suivre/telechargement/<ticket>", "/reponse/telechargement/<ticket>"}
"""Who brings a ticket that is over, or another's, is led back to her own case and told so."""
OTHER_METHODS = ("OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "CONNECT")
NOTHING: Mapping[str, set[str] | None] = {}
SAID = dict.fromkeys(
    ("text", "words", "reason", "why", "statement", "note"), "Un texte assez long pour être lu."
)
"""What any form asks in words."""
SAID_BY_PROGRAMS = {
    "answer": {"outcome": "granted", "text": "Voici."},
    "decline": {"text": "Pas nous."},
    "extend": {"cause": "scattered_data", "reasons": "Trois centres."},
    "pause": {"doubt": "Deux homonymes."},
    "transfer": {"siren": SIREN_OF["b"]},
    "uploads": {"name": "donnees.pdf", "size": 10},
}
ENDS_A_SESSION = {"/connexion/code"}
"""The library signs out a member who comes to the second step without the first."""
NOT_HERS = {
    ("hub_agent", "/saisie/mandants"): "the hub's own organisation has no mandators",
    ("hub_agent", "/saisie/reprise/<uuid:batch_id>"): "the backlog of a controller is its own",
}
"""Pages that a role may open in some organisations, and not in this one."""
FILE = {"name": "donnees.pdf", "size": "10"}
"""What the page of an answer says of a file to come."""
ENDS_A_LINK = re.compile(r"^/(en-mon-nom|essai|tache|invitation|confirmer)/")


@pytest.fixture(scope="module", params=ENGINES if WHOLE else ENGINES[:1])
def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    engines: Any,
    compiled_pages: Any,
) -> Iterator[World]:
    """One hub for all these tests, on each engine: they change nothing, and say so."""
    folder = tmp_path_factory.mktemp("world")
    url = engines.fresh(request.param, folder)
    with capture_logs():
        built = build_world(Settings.for_tests(folder, database_url=url), compiled_pages)
    with built.app.app_context(), capture_logs():
        yield built
        db.session.remove()
        db.engine.dispose()
    engines.drop(request.param, url)


def lines(*, but: frozenset[str] = frozenset(BY_LINK)) -> list[Line]:
    """The addresses of the document, without those that are open to all."""
    return [line for line in lines_written() if line.who not in but]


def may(who: str, line: Line) -> bool:
    """Whether the document lets somebody call an address."""
    badge, _, wanted = line.who.partition(":")
    if badge == "anyone":
        return True
    if badge == "holder":
        return who == f"{case_for(line.path)}_a"
    if badge == "by_link":
        return who in CONTACTS
    if badge == "api_client":
        return who == f"{wanted}_a"
    return bool(roles_of(who) & ROLES_WITH[Permission(wanted)])


def roles_of(who: str) -> frozenset[Role]:
    """The roles of a member; none for anyone else."""
    if who not in (*HOUSE, *HUB):
        return frozenset()
    return frozenset({Role(who.removesuffix("_a"))})


def whoever_may(line: Line) -> list[str]:
    """Everybody who may call an address, with the visit that it is tried on."""
    return [who for who in dict.fromkeys((*EVERYONE, f"{case_for(line.path)}_a")) if may(who, line)]


def refused(position: int, line: Line) -> list[str]:
    """Those whom an address refuses: all of them, or a few in turn, anonymous always."""
    strangers = [who for who in EVERYONE if not may(who, line)]
    if line.who == "holder":
        strangers = [who for who in strangers if who not in VISITORS]
    if WHOLE:
        return strangers
    turn = position * AT_ONCE
    return list({strangers[(turn + step) % len(strangers)] for step in range(AT_ONCE)})


def is_led_away(answer: TestResponse, door: str) -> bool:
    """Whether an answer leads to where one says who one is."""
    return answer.status_code == 302 and (answer.location or "").startswith(door)


def is_refused(answer: TestResponse, who: str, line: Line) -> bool:
    """Whether an answer is the refusal that the document means."""
    badge = line.who.partition(":")[0]
    if badge == "holder":
        return is_led_away(answer, "/suivre?")
    if badge == "by_link":
        return is_led_away(answer, "/reponse/")
    if badge == "api_client":
        return answer.status_code == (403 if who in PROGRAMS else 401)
    if who in (*HOUSE, *HUB):
        return answer.status_code == 403
    return is_led_away(answer, "/connexion")


def said_by(answer: TestResponse) -> str:
    """All that an answer holds, in small letters; workbooks and archives opened."""
    content = answer.data
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    return (content + str(answer.headers).encode()).decode("utf-8", "replace").casefold()


def marks_in(answer: TestResponse, marks: frozenset[str]) -> set[str]:
    """The marks that an answer holds."""
    said = said_by(answer)
    return {mark for mark in marks if mark in said}


def kept(world: World, *, but: Mapping[str, set[str] | None] = NOTHING) -> dict[str, str]:
    """A checksum of each table, `but` for some or for some of their columns."""
    db.session.rollback()
    found = {}
    for table in db.metadata.sorted_tables:
        left_out = but.get(table.name, set())
        if left_out is not None:
            names = [one.name for one in table.columns if one.name not in left_out]
            columns = [literal_column(f'"{name}"') for name in names]
            rows = sorted(map(repr, db.session.execute(select(*columns).select_from(table)).all()))
            found[table.name] = sha256("\n".join(rows).encode()).hexdigest()
    return found


def open_sessions(world: World) -> set[str]:
    """The sessions that let somebody in, as they are kept."""
    db.session.rollback()
    wanted = (
        select(MemberSession.__table__)
        .join(Member, Member.id == MemberSession.member_id)
        .where(Member.active, MemberSession.opened_at > world.clock.now() - LONGEST)
    )
    return {repr(row) for row in db.session.execute(wanted)}


def test_no_door_opens_to_whom_it_is_not_for(world: World) -> None:
    before, wrong, tried = kept(world, but=LEFT), [], 0
    sessions = open_sessions(world)
    marks = world.a.marks | world.b.marks
    for position, line in enumerate(lines()):
        address = world.address(line.path, world.a)
        for who in refused(position, line):
            with capture_logs() as entries:
                answer = world.open(who, line.method, address)
            tried += 1
            events = [one for one in entries if one["event"] == "access_refused"]
            if not is_refused(answer, who, line) or marks_in(answer, marks) or len(events) != 1:
                wrong.append((who, line.method, address, answer.status, len(events)))
    assert not wrong, "\n".join(map(str, wrong))
    assert kept(world, but=LEFT) == before
    assert open_sessions(world) == sessions
    print(f"doors tried by whom they are not for: {tried}")  # noqa: T201


def test_the_things_of_others_are_as_if_they_did_not_exist(world: World) -> None:
    before, wrong, tried = kept(world, but=LOOKED_AT), [], 0
    for line in lines():
        if "<" not in line.path or line.path.startswith("/connexion/"):
            continue
        sides = (world.b, None) if is_of_one_side(line) else (None,)
        for who in whoever_may(line) if WHOLE else whoever_may(line)[:1]:
            for side in (None,) if watches_over_all(who, line) else sides:
                address = world.address(line.path, side)
                with capture_logs() as entries:
                    answer = world.open(who, line.method, address, **body_of(world, line))
                tried += 1
                logged = [one["event"] for one in entries].count("access_refused")
                if not is_absent(answer, line) or logged != (answer.status_code == 404):
                    wrong.append((who, line.method, address, answer.status, logged))
    assert not wrong, "\n".join(map(str, wrong))
    assert kept(world, but=LOOKED_AT) == before
    print(f"things of others asked for: {tried}")  # noqa: T201


def test_the_holder_of_another_request_finds_nothing(world: World) -> None:
    wrong = []
    for line in lines():
        if line.who == "holder" and "<" in line.path:
            for who in (f"{case_for(line.path)}_b", "mandate_a"):
                address = world.address(line.path, world.a)
                answer = world.open(who, line.method, address, **body_of(world, line))
                if not is_absent(answer, line) or marks_in(answer, world.a.marks):
                    wrong.append((who, line, answer.status))
    assert not wrong, wrong


def test_each_link_opens_what_it_was_made_for_alone(world: World) -> None:
    wrong = []
    for line in lines_written():
        names = re.findall(r"<(?:\w+:)?(\w+)>", line.path)
        if line.who != "anyone" or "token" not in names or line.path.startswith("/connexion"):
            continue
        forged = [world.address(line.path, None)]
        if len(names) > 1:
            other = replace_last(world.address(line.path, world.b), line, world, world.a)
            forged.append(other)
        for address in forged:
            answer = world.open("anonymous", line.method, address)
            if answer.status_code not in (404, 410) or marks_in(answer, all_marks(world)):
                wrong.append((line.method, address, answer.status))
    assert not wrong, wrong


def test_nothing_of_others_is_served_whatever_an_address_a_header_or_a_cookie_names(
    world: World,
) -> None:
    """Lists, counts, exports, searches and calendars too; nor does a page change anything.

    Each page opens to whom it is for: else the refusals above would prove nothing.
    """
    before, wrong, tried = kept(world, but=USED), [], 0
    with statements_that_write() as written:
        for line in lines(but=frozenset()):
            if line.method != "GET" or line.path in NOT_HERE or ENDS_A_LINK.match(line.path):
                continue
            for who in whoever_may(line) if WHOLE else whoever_may(line)[:2]:
                if line.path in ENDS_A_SESSION and who in (*HOUSE, *HUB):
                    continue
                if is_elsewhere(who, line):
                    continue
                address = world.address(line.path, world.a)
                written.clear()
                answer = world.open(who, "GET", address, **pointing_at(world, world.b))
                tried += 1
                found = marks_in(answer, not_for(world, who, line))
                if found or set(written) - set(USED) or not has_opened(answer, line):
                    wrong.append((who, address, answer.status, found, set(written)))
    assert not wrong, "\n".join(map(str, wrong))
    assert kept(world, but=USED) == before
    print(f"pages read with the keys of others beside: {tried}")  # noqa: T201


def is_absent(answer: TestResponse, line: Line) -> bool:
    """As if there were nothing; who watches over the whole hub may be led back to her list."""
    is_led_back = line.path in LED_BACK or (not is_of_one_side(line) and line.method == "POST")
    return answer.status_code == 404 or (is_led_back and answer.status_code == 302)


def has_opened(answer: TestResponse, line: Line) -> bool:
    """Whether a page was shown, or led on; one that asks for more (422) was open too."""
    if line.path in LED_BACK:
        return answer.status_code == 200
    led = is_led_away(answer, "/connexion?") or is_led_away(answer, "/suivre?")
    return answer.status_code in (200, 302, 422) and not led


def is_elsewhere(who: str, line: Line) -> bool:
    """Whether this page is for others of the same role alone, with the reason in the table."""
    return any(who == role and line.path.startswith(path) for role, path in NOT_HERS)


def watches_over_all(who: str, line: Line) -> bool:
    """Whether somebody comes to the cases of every organisation by this address."""
    badge, _, wanted = line.who.partition(":")
    return badge == "member" and Relation.ELSEWHERE in reach(roles_of(who), Permission(wanted))


def is_nowhere(answer: TestResponse) -> bool:
    """Whether the hub has no such address as it runs here."""
    return answer.status_code == 404


def is_of_one_side(line: Line) -> bool:
    """Whether what the address names belongs to one organisation or person."""
    badge, _, wanted = line.who.partition(":")
    if badge != "member":
        return True
    permission = Permission(wanted)
    roles = ROLES_WITH[permission]
    if roles <= frozenset(HUB_ROLES):
        return False
    return Relation.ELSEWHERE not in reach(roles - frozenset(HUB_ROLES), permission)


def body_of(world: World, line: Line) -> dict[str, Any]:
    """A body that names the things of B, where the method has one."""
    sender = {"headers": {"Upload-Token": world.b.upload_token}}
    if line.path.startswith("/api/"):
        return sender | {"json": SAID_BY_PROGRAMS.get(line.path.rpartition("/")[2], {})}
    if line.method == "GET":
        return {}
    keys = {name: str(value) for name, value in named(world, world.b).items()}
    return sender | {"data": keys | SAID | FILE}


def pointing_at(world: World, side: Side) -> dict[str, Any]:
    """A query and headers that name a side's things, in every way that programs have of it."""
    keys = named(world, side)
    elsewhere = f"/dossiers/{side.cases['asked'].referral_id}"
    return {
        "query_string": {name: str(value) for name, value in keys.items()},
        "headers": {
            "X-Original-URL": elsewhere,
            "X-Rewrite-URL": elsewhere,
            "X-HTTP-Method-Override": "DELETE",
            "X-Forwarded-User": f"all@{side.letter}.example",
            "X-Organisation": str(side.organisation_id),
            "X-Member-Id": str(side.ids["keeper_id"]),
            "X-Forwarded-Host": "elsewhere.example",
            "Forwarded": "for=127.0.0.1;host=elsewhere.example",
        },
    }


def named(world: World, side: Side) -> dict[str, Any]:
    """The names under which an address could point at a side."""
    case = side.cases["answered"]
    return {
        "referral_id": case.referral_id,
        "referral": case.referral_id,
        "rights_request_id": case.receipt.rights_request_id,
        "reference": case.receipt.reference,
        "organisation_id": side.organisation_id,
        "organisation": side.organisation_id,
        "organisme": side.organisation_id,
        "member_id": side.ids["keeper_id"],
        "answer_id": side.ids["answer_of_answered"],
        "document_id": side.ids["document_id"],
        "q": "dubois",
        "recherche": "dubois",
        "etagere": "tous",
        "vue": "all",
        "role": "operator",
    }


def not_for(world: World, who: str, line: Line) -> frozenset[str]:
    """The marks that somebody must not be shown by an address."""
    badge, _, wanted = line.who.partition(":")
    a, b = world.a, world.b
    if badge == "anyone":
        return all_marks(world)
    if badge in {"holder", "by_link"}:
        return b.marks | {a.note_mark, a.register_mark}
    if badge == "api_client":
        return b.marks - ({b.person_mark} if wanted == "opt_outs" else set())
    if who in HUB:
        shown = SHOWN[Permission(wanted)]
        read = {a.register_mark, b.register_mark} if line.path.startswith("/incidents") else set()
        return frozenset() if shown is Shown.CONTENT else all_marks(world) - read
    return b.marks


def all_marks(world: World) -> frozenset[str]:
    """The marks of both sides."""
    return world.a.marks | world.b.marks


def replace_last(address: str, line: Line, world: World, side: Side) -> str:
    """An address of one side, with the secret of the other."""
    own = str(world.ids_for(line.path, world.b)("token"))
    return address.replace(own, str(world.ids_for(line.path, side)("token")))


class statements_that_write:  # noqa: N801  (used as `with statements_that_write()`)
    """The tables that statements write to, while it is open."""

    VERB = re.compile(r"^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.I)

    def __enter__(self) -> list[str]:
        self.found: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self.found

    def __exit__(self, *_: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _: Any, __: Any, statement: str, *___: Any) -> None:
        if verb := self.VERB.match(statement):
            self.found.append(verb[1])


def test_no_act_is_done_without_the_token_of_its_form(world: World) -> None:
    """Whoever is signed in elsewhere in her browser presses no button of ours without knowing."""
    before, wrong, tried = kept(world), [], 0
    for line in lines_written():
        if line.method == "GET" or line.path.startswith("/api/"):
            continue
        who = whoever_may(line)[0]
        for forged in ({}, {"csrf_token": "x" * 90}):
            address = world.address(line.path, world.a)
            answer = world.open(
                who, line.method, address, data=SAID | forged, headers={"X-CSRFToken": ""}
            )
            tried += 1
            if answer.status_code != 400 and not (line.path in NOT_HERE and is_nowhere(answer)):
                wrong.append((who, line.method, address, answer.status))
    assert not wrong, "\n".join(map(str, wrong))
    assert kept(world) == before
    print(f"forms sent without their token: {tried}")  # noqa: T201


def test_a_program_is_known_by_its_token_alone_never_by_a_cookie(world: World) -> None:
    wrong = []
    for line in lines_written():
        if line.who.startswith("api_client:"):
            answer = world.open("administrator_a", line.method, world.address(line.path, world.a))
            if answer.status_code != 401:
                wrong.append((line, answer.status))
    assert not wrong, wrong


def test_no_address_takes_a_method_that_it_does_not_name(world: World) -> None:
    wrong, tried = [], 0
    methods: dict[str, set[str]] = {}
    for line in lines_written():
        methods.setdefault(line.path, {"GET", "HEAD"} & {line.method, "HEAD"}).add(line.method)
    for path, named_ones in methods.items():
        address = world.address(path, None)
        for method in OTHER_METHODS if WHOLE else OTHER_METHODS[:3]:
            if method in named_ones:
                continue
            answer = world.open("anonymous", method, address)
            tried += 1
            refusals = {405, 404} if path in NOT_HERE else {405}
            told = answer.headers.get("Allow", "")
            if answer.status_code not in refusals or "OPTIONS" in told:
                wrong.append((method, address, answer.status))
    assert not wrong, "\n".join(map(str, wrong))
    print(f"methods refused: {tried}")  # noqa: T201
