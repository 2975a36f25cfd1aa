"""The list of objections, as a controller's program reads it for a project and a day (C19)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM
from hub.domain.audit_log import EventKind
from hub.domain.directory import ProcessingKind
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.models.audit_event import AuditEvent
from hub.models.columns import new_id
from hub.models.directory import Reuse
from hub.models.member import TokenScope
from hub.services.answering import AnswerDraft, ItemAnswer, answer, correct_answer
from hub.services.tokens import create_token
from tests.factories import PERSON, add_organisation, add_processing, open_case
from tests.retained import without_content
from tests.services.test_retention_of_lists import asked_again

LIST = "/api/v1/objections"
TODAY = "2026-09-14"


@pytest.fixture
def accepted(unit, ports):
    """An objection to a warehouse, accepted; a project of the hospital reuses it."""
    case = open_case(unit, ports, right=Right.OBJECTION)
    give(unit, case, Outcome.GRANTED)
    with unit(SYSTEM) as work:
        project = add_processing(
            work, case.organisation_id, title="Projet", kind=ProcessingKind.PROJECT
        )
        row = Reuse(id=new_id(), processing_id=project, reused_id=case.processing_id)
        work.session.add(row)
        token = create_token(work, case.organisation_id, [TokenScope.ANSWER], "Logiciel")
        other = create_token(work, add_organisation(work, "B"), [TokenScope.ANSWER], "Autre")
    return case, project, token, other


def give(unit, case, outcome, service=answer):
    with unit(case.agent) as work:
        service(
            work,
            case.referral_id,
            AnswerDraft("Voici.", (ItemAnswer(case.processing_id, outcome),)),
        )


def ask(client, token, **query):
    return client.get(LIST, query_string=query, headers={"Authorization": f"Bearer {token}"})


def match(client, token, processing, persons, on=TODAY):
    body = {"processing": str(processing), "on": on, "persons": persons}
    return client.post(f"{LIST}/matches", json=body, headers={"Authorization": f"Bearer {token}"})


def who(person=PERSON, **changes):
    return {
        "given_names": person.given_names,
        "family_name": person.family_name,
        "birth_date": person.birth_date.isoformat(),
    } | changes


def test_a_project_must_leave_out_who_objected_to_the_base_it_reuses_gdpr_21_lil_74(
    client, accepted, clock, session
):
    case, project, token, _ = accepted
    found = ask(client, token, processing=project, on=TODAY).json
    (one,) = found["items"]
    assert one["processing"] == str(case.processing_id)
    assert one["since_on"] == TODAY
    assert one["person"]["family_name"] == PERSON.family_name
    assert found["is_final"] is False
    clock.advance(days=1)
    assert ask(client, token, processing=project, on=TODAY).json["is_final"] is True
    assert ask(client, token, processing=project, on="2026-09-13").json["items"] == []
    session.rollback()
    assert EventKind.OBJECTION_LIST_READ in session.scalars(select(AuditEvent.kind)).all()


def test_a_corrected_answer_changes_the_lists_to_come_and_none_of_the_past(
    client, accepted, unit, clock
):
    case, project, token, _ = accepted
    clock.advance(days=10)
    give(unit, case, Outcome.NO_DATA_HELD, correct_answer)
    later = (clock.now().date()).isoformat()
    assert ask(client, token, processing=project, on=later).json["items"] == []
    before = (clock.now().date() - timedelta(days=1)).isoformat()
    assert len(ask(client, token, processing=project, on=before).json["items"]) == 1
    give(unit, case, Outcome.GRANTED, correct_answer)
    (one,) = ask(client, token, processing=project, on=later).json["items"]
    assert one["since_on"] == later


def test_each_controller_reads_its_own_alone_and_under_codes_it_cannot_compare(
    client, accepted, unit, ports
):
    case, project, token, other = accepted
    assert ask(client, other, processing=project, on=TODAY).status_code == 404
    assert ask(client, token, processing=new_id(), on=TODAY).status_code == 404
    assert client.get(f"{LIST}?processing={project}&on={TODAY}").status_code == 401
    assert ask(client, token, processing=project, on="2026-09-15").status_code == 422
    theirs = open_case(unit, ports, organisation="Institut B", right=Right.OBJECTION)
    give(unit, theirs, Outcome.GRANTED)
    with unit(SYSTEM) as work:
        second = create_token(work, theirs.organisation_id, [TokenScope.ANSWER], "Logiciel")
    mine = ask(client, token, processing=case.processing_id, on=TODAY).json["items"]
    its = ask(client, second, processing=theirs.processing_id, on=TODAY).json["items"]
    assert len(mine) == len(its) == 1
    assert mine[0]["person_key"] != its[0]["person_key"]


def test_among_persons_she_is_found_by_name_and_date_of_birth_alone(client, accepted):
    _, project, token, other = accepted
    persons = [
        who(birth_date="1965-03-09"),
        who(family_name="DUBOIS", given_names="angele"),
        who(family_name="Martin"),
    ]
    found = match(client, token, project, persons)
    assert found.json["matches"] == [{"position": 1, "since_on": TODAY}]
    assert match(client, token, project, persons, on="2026-09-13").json["matches"] == []
    assert match(client, other, project, persons).status_code == 404
    assert match(client, token, project, []).status_code == 422
    assert match(client, token, project, [who()] * 1001).status_code == 422


def test_once_her_request_is_deleted_the_list_names_nobody_and_still_finds_her(
    client, unit, ports, clock
):
    case = without_content(unit, ports, clock, right=Right.OBJECTION)
    with unit(SYSTEM) as work:
        token = create_token(work, case.organisation_id, [TokenScope.ANSWER], "Logiciel")
    today = clock.now().date().isoformat()
    (one,) = ask(client, token, processing=case.processing_id, on=today).json["items"]
    assert one["person"] is None
    found = match(client, token, case.processing_id, [who()], on=today).json["matches"]
    assert [row["position"] for row in found] == [0]


def test_the_list_is_read_page_by_page(client, accepted, unit, ports):
    case, project, token, _ = accepted
    martin = replace(PERSON, family_name="Martin")
    key = asked_again(unit, ports, case, right=Right.OBJECTION, person=martin)
    with unit(case.agent) as work:
        items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
        answer(work, key, AnswerDraft("Voici.", items))
    first = ask(client, token, processing=project, on=TODAY, limit=1).json
    cursor = first["next_cursor"]
    rest = ask(client, token, processing=project, on=TODAY, limit=1, cursor=cursor).json
    names = [one["person"]["family_name"] for one in (*first["items"], *rest["items"])]
    assert names == ["Dubois", "Martin"]
    assert rest["next_cursor"] is None
    assert ask(client, token, processing=project, on=TODAY, cursor="x").status_code == 422
