"""What the person's page reads: all that is hers, nothing internal, in a few queries."""

from dataclasses import asdict

import pytest
from sqlalchemy import event

from hub.errors import NotFound
from hub.extensions import db
from hub.queries.tracking import document_for_person, tracked_request
from hub.sealing import RequestKeys
from tests.factories import open_case
from tests.tracked import COHORT, HOSPITAL, LABORATORY, NOTE, TASK, tracked_case


def read(session, ports, receipt):
    session.rollback()
    keys = RequestKeys(session, ports.keyring)
    return tracked_request(session, keys, receipt.rights_request_id)


def queries_of(session, ports, receipt):
    statements = []

    def count(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        read(session, ports, receipt)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(statements)


def test_six_controllers_take_as_many_queries_as_one(unit, ports, clock, session):
    one = queries_of(session, ports, open_case(unit, ports, organisation="Un").receipt)
    six = queries_of(session, ports, tracked_case(unit, ports, clock).receipt)
    assert six == one
    assert six <= 17


def test_each_controller_shows_its_own_answers_questions_and_dates(unit, ports, clock, session):
    case = tracked_case(unit, ports, clock)
    found = {one.organisation_name: one for one in read(session, ports, case.receipt).referrals}
    assert [one.title for one in found[COHORT].answer.files] == ["mes-donnees.pdf"]
    assert found[HOSPITAL].open_questions[0].is_identity_check
    assert found[HOSPITAL].clock.paused_since
    assert len(found[HOSPITAL].opened_at) == 1
    assert found[LABORATORY].extension_cause == "scattered_data"
    assert "trois centres" in found[LABORATORY].extension_words


def test_notes_tasks_and_doubts_are_never_read_for_the_person(unit, ports, clock, session):
    case = tracked_case(unit, ports, clock)
    everything = str(asdict(read(session, ports, case.receipt)))
    for hidden in (NOTE, TASK, "homonymes", "Le Guen", "Recherche du 9"):
        assert hidden not in everything
    kinds = {
        act.kind.value for one in read(session, ports, case.receipt).referrals for act in one.acts
    }
    assert not any("note" in kind or "task" in kind or "assignee" in kind for kind in kinds)


def test_a_file_of_another_request_does_not_exist_for_her(unit, ports, clock, session):
    case = tracked_case(unit, ports, clock)
    other = open_case(unit, ports, organisation="Autre").receipt
    found = {one.organisation_name: one for one in read(session, ports, case.receipt).referrals}
    document_id = found[COHORT].answer.files[0].id
    assert document_for_person(session, case.receipt.rights_request_id, document_id)
    with pytest.raises(NotFound):
        document_for_person(session, other.rights_request_id, document_id)
