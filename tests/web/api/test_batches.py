"""Filing for many mandators at once: each line alone, once for its key, with clear reasons."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM
from hub.domain.lifecycle import RequestState
from hub.models.member import TokenScope
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest
from hub.services.tokens import create_token
from tests.factories import add_organisation, add_processing

HEADER = (
    "key;right;processings;given_names;family_name;birth_date;postal_address;"
    "representative_name;representative_capacity;representative_rights;"
    "representative_ends_on;representative_answer_to"
)


@pytest.fixture
def association(unit):
    """A database of a hospital, and the filing token of an association."""
    with unit(SYSTEM) as work:
        processing = add_processing(work, add_organisation(work, "CHU de Rennes"))
        token = create_token(
            work, add_organisation(work, "Association"), [TokenScope.FILE], "mandators"
        )
    return processing, token


def line(processing, key="a-1", **changes):
    cells = {
        "right": "access",
        "processings": str(processing),
        "given_names": "Angèle",
        "family_name": "Dubois",
        "birth_date": "1965-03-08",
        "postal_address": "4 rue des Lilas",
        "name": "Association",
        "capacity": "association",
        "rights": "access erasure",
        "ends_on": "2026-12-31",
        "answer_to": "representative",
    } | changes
    return ";".join([key, *cells.values()])


def send(client, association, *lines, encoding="utf-8", header=HEADER):
    return client.post(
        "/api/v1/requests:batch",
        data="\n".join([header, *lines]).encode(encoding),
        headers={"Authorization": f"Bearer {association[1]}", "Content-Type": "text/csv"},
    )


def count(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(RightsRequest))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
def test_each_line_is_filed_with_its_receipt(client, association, session, encoding):
    said = send(client, association, line(association[0]), encoding=encoding)
    assert said.status_code == 200, said.text
    (told,) = said.json["lines"]
    assert (told["line"], told["key"], told["result"]) == (2, "a-1", "filed")
    assert told["receipt"]["secret"]
    assert told["receipt"]["referrals"][0]["clock"]["due_on"] == "2026-10-14"
    assert count(session) == 1


def test_a_bad_line_fails_alone_and_says_which_field(client, association, session):
    said = send(
        client,
        association,
        line(association[0], "a-1"),
        line(association[0], "a-2", birth_date="hier"),
        line(association[0], "a-3", right="everything"),
        line(association[0], ""),
        line("01a20e95-c8bf-71a8-aec1-1006b4fa65eb", "a-5"),
    )
    assert (said.json["filed"], said.json["refused"]) == (1, 4)
    fields = [one["errors"][0].get("field") for one in said.json["lines"][1:]]
    assert fields == ["person.birth_date", "right", "key", "processings"]
    assert "hier" not in said.text, "a report repeats no value of a person"
    assert count(session) == 1


def test_a_silent_mandate_is_filed_and_gives_who_files_no_code_x15_decree_art_77(
    client, association, session
):
    reached = line(association[0], "a-2", answer_to="")
    nowhere = line(association[0], "a-3", answer_to="", postal_address="")
    said = send(client, association, line(association[0], "a-1"), reached, nowhere)
    assert [one["result"] for one in said.json["lines"]] == ["filed", "filed", "refused"]
    given, kept, refused = said.json["lines"]
    assert given["receipt"]["secret"]
    assert kept["receipt"]["secret"] is None
    assert refused["errors"][0]["field"] == "person.email"
    assert count(session) == 2


def test_the_same_key_gives_the_same_receipt_and_doubles_nothing(client, association, session):
    first = send(client, association, line(association[0])).json["lines"][0]
    again = send(client, association, line(association[0]), line(association[0], "a-2")).json
    assert again["lines"][0]["receipt"] == first["receipt"]
    assert count(session) == 2
    changed = send(client, association, line(association[0], given_names="Paul")).json
    assert changed["lines"][0]["errors"] == [{"reason": "key_used_otherwise"}]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"ends_on": "2026-09-13"}, "mandate_expired"), ({"rights": "erasure"}, "mandate_silent_on")],
)
def test_a_line_whose_mandate_does_not_hold_is_refused_with_its_ground_x14_decree_art_77(
    client, association, session, changes, reason
):
    said = send(client, association, line(association[0], **changes))
    (error,) = said.json["lines"][0]["errors"]
    assert error["reason"].startswith(reason)
    assert error["ground"] == "ALL-MANDATE"
    session.rollback()
    assert session.scalar(select(RightsRequest.state)) is RequestState.INADMISSIBLE
    assert session.scalar(select(Referral)) is None, "it was passed on to nobody"
    good = send(client, association, line(association[0])).json["lines"][0]
    assert good["result"] == "filed", "corrected, the line is filed under its own number"


def test_a_database_outside_the_mandate_is_left_out_and_the_line_goes_on_x14_decree_art_77(
    client, association, unit, session
):
    with unit(SYSTEM) as work:
        other = add_processing(work, add_organisation(work, "Registre des cancers"))
    header = f"{HEADER};representative_processings"
    asked = line(association[0], processings=f"{association[0]} {other}", scope=str(association[0]))
    (told,) = send(client, association, asked, header=header).json["lines"]
    assert told["result"] == "filed"
    (refused,) = told["receipt"]["refused"]
    assert refused["processings"] == [str(other)]
    assert refused["ground"] == "ALL-MANDATE"
    assert [one["processings"] for one in told["receipt"]["referrals"]] == [[str(association[0])]]


def test_what_is_no_table_is_refused_whole(client, association, session):
    assert send(client, association, header="un;deux").status_code == 422
    assert send(client, association, header="%PDF-1.7").status_code == 422
    assert send(client, association, '"' + "x" * 200_000).status_code == 422
    assert send(client, association, header=f"{HEADER};key").status_code == 422
    many = [line(association[0], f"k-{n}") for n in range(501)]
    assert send(client, association, *many).status_code == 422
    assert count(session) == 0


def test_without_a_filing_token_nothing_is_read(client, association):
    assert send(client, (association[0], "rh_unknown"), line(association[0])).status_code == 401
