"""A database restored from yesterday gets back what was filed since, from the intake journal."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, func, select, text

from hub.domain.actors import SYSTEM, Actor, ActorKind
from hub.domain.audit_log import EventKind
from hub.domain.opt_outs import OptOutPolicy
from hub.extensions import db
from hub.models.audit_event import AuditEvent
from hub.models.columns import new_id
from hub.models.referral import Referral
from hub.models.rights_request import IntakeChannel, RightsRequest
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request, receipt_again
from hub.services.filing_plans import plan_filing
from hub.services.opt_outs import opt_out_draft, register_opt_out
from hub.services.recovering import OF_A_REFERRAL, OF_A_REQUEST, Recovery, recover_line
from hub.services.unit_of_work import unit_of_work
from hub.services.visits import open_visit
from tests.factories import PERSON, add_organisation, add_processing, draft_for, planned
from workers.jobs.journal import complete_journal


class Interrupted(Exception):
    """What stops a unit of work half-way."""


@pytest.fixture
def holder(unit):
    """A controller and its processing."""
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work)
        return organisation_id, add_processing(work, organisation_id)


@pytest.fixture
def filed(unit, ports, holder):
    """Two filings towards it: their receipts."""
    return [file_one(unit, ports, holder) for _ in range(2)]


def file_one(unit, ports, holder):
    draft = draft_for(planned(*holder))
    with unit(draft.actor) as work:
        return file_request(work, plan_filing(draft, ports.keyring, work.now))


def as_yesterday(session, *receipts):
    """Take these filings out of the database, as a backup of the day before would."""
    ids = [one.rights_request_id for one in receipts]
    referrals = select(Referral.id).where(Referral.rights_request_id.in_(ids))
    session.rollback()
    with db.engine.begin() as connection:
        without_guards(connection)
        for model in OF_A_REFERRAL:
            connection.execute(delete(model).where(model.referral_id.in_(referrals)))
        for model, column in reversed(OF_A_REQUEST):
            connection.execute(delete(model).where(getattr(model, column).in_(ids)))


def without_guards(connection):
    """A backup knows no trigger: for the test, the log's guards step aside."""
    if connection.dialect.name == "sqlite":
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type='trigger'")):
            connection.execute(text(f"DROP TRIGGER {name}"))
    else:
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))


def content(session):
    """Every row of every request, as the tables have them."""
    session.rollback()
    return {
        model.__tablename__: sorted(map(repr, session.execute(select(model.__table__))))
        for model in (*(model for model, _ in OF_A_REQUEST), *OF_A_REFERRAL)
    }


def recover_all(unit, ports):
    with unit(SYSTEM) as work:
        return [recover_line(work, line) for line in ports.journal.read("")]


def test_every_filing_is_in_the_journal_once_it_is_committed(ports, filed):
    assert ports.journal.ids() == {one.rights_request_id for one in filed}


def test_a_filing_that_was_rolled_back_is_not_in_the_journal(unit, ports, holder):
    draft = draft_for(planned(*holder))

    def file_and_fail():
        with unit(draft.actor) as work:
            file_request(work, plan_filing(draft, ports.keyring, work.now))
            raise Interrupted

    with pytest.raises(Interrupted):
        file_and_fail()
    assert not ports.journal.ids()


def test_what_a_backup_lacks_comes_back_row_for_row_and_its_receipt_opens_it(
    unit, ports, session, filed
):
    before = content(session)
    as_yesterday(session, filed[0])
    assert recover_all(unit, ports) == [Recovery.RECOVERED, Recovery.ALREADY_THERE]
    after = content(session)
    events = {name: rows for name, rows in after.items() if name == "audit_event"}
    assert {**after, **{name: before[name] for name in events}} == before
    assert set(before["audit_event"]) < set(after["audit_event"])
    kinds = select(AuditEvent.kind).where(AuditEvent.stream_id == filed[0].rights_request_id)
    assert list(session.scalars(kinds.order_by(AuditEvent.seq)))[-1] == EventKind.REQUEST_RECOVERED
    session.rollback()
    with unit(SYSTEM) as work:
        assert isinstance(open_visit(work, filed[0].reference, filed[0].secret), bytes)


def test_what_was_recovered_reaches_its_controller(unit, ports, session, filed, holder):
    as_yesterday(session, *filed)
    recover_all(unit, ports)
    with unit(SYSTEM) as work:
        assert deliver_to_portal(work, f"organisation:{holder[0]}") == 2


def test_recovering_twice_inserts_nothing_twice(unit, ports, session, filed):
    as_yesterday(session, *filed)
    assert recover_all(unit, ports) == [Recovery.RECOVERED] * 2
    before = content(session)
    assert recover_all(unit, ports) == [Recovery.ALREADY_THERE] * 2
    assert content(session) == before


def test_a_filing_sent_again_meanwhile_under_the_same_key_is_not_doubled(
    unit, ports, session, holder
):
    draft = draft_for(planned(*holder))
    receipts = []
    for _ in range(2):
        with unit(draft.actor) as work:
            receipts.append(file_request(work, plan_filing(draft, ports.keyring, work.now)))
        if len(receipts) == 1:
            as_yesterday(session, receipts[0])
    assert recover_all(unit, ports) == [Recovery.ALREADY_THERE] * 2
    session.rollback()
    assert session.scalar(select(func.count()).select_from(RightsRequest)) == 1


def test_a_filing_towards_an_organisation_that_was_lost_too_is_left_whole(
    unit, ports, session, filed, holder
):
    as_yesterday(session, *filed)
    lost = holder[0].hex.encode(), new_id().hex.encode()
    ports.journal.lines = [
        replace(line, content=line.content.replace(*lost)) for line in ports.journal.lines
    ]
    assert recover_all(unit, ports) == [Recovery.IMPOSSIBLE] * 2
    assert not any(content(session).values())


def test_while_the_journal_is_away_people_file_and_what_lacks_is_added_later(
    unit, ports, session, holder, app
):
    ports.journal.is_away = True
    receipt = file_one(unit, ports, holder)
    assert complete_journal() == 0
    ports.journal.is_away = False
    kept = file_one(unit, ports, holder)
    assert complete_journal() == 1
    assert complete_journal() == 0
    assert ports.journal.ids() == {receipt.rights_request_id, kept.rights_request_id}
    before = content(session)["referral"]
    as_yesterday(session, receipt)
    assert sorted(recover_all(unit, ports)) == [Recovery.ALREADY_THERE, Recovery.RECOVERED]
    assert content(session)["referral"] == before


def test_a_receipt_is_not_given_again_before_its_line_is_in_the_journal(
    unit, ports, session, holder, clock
):
    draft = draft_for(planned(*holder), idempotency_key="killed after the commit")
    with unit(draft.actor) as work:
        first = file_request(work, plan_filing(draft, ports.keyring, work.now))
    ports.journal.lines.clear()
    session.rollback()
    again = receipt_again(session, ports, draft)
    assert (again.reference, again.secret) == (first.reference, first.secret)
    assert ports.journal.ids() == {first.rights_request_id}
    as_yesterday(session, first)
    assert recover_all(unit, ports) == [Recovery.RECOVERED]
    ports.journal.lines.clear()
    clock.advance(hours=3)
    session.rollback()
    assert receipt_again(session, ports, draft)
    assert not ports.journal.ids(), "the hourly look has added by then what lacked"


def test_what_the_journal_lost_of_thirty_days_ago_is_added_and_nothing_older(
    unit, ports, holder, app, clock
):
    old = file_one(unit, ports, holder)
    clock.advance(days=36)
    recent = file_one(unit, ports, holder)
    ports.journal.lines.clear()
    assert complete_journal() == 1
    assert ports.journal.ids() == {recent.rights_request_id}
    assert old.rights_request_id != recent.rights_request_id


def test_a_line_holds_no_word_of_what_the_person_wrote(ports, filed):
    for line in ports.journal.read(""):
        for word in ("Camille", "Durand", "camille"):
            assert word.encode() not in line.content


def test_the_journal_waits_for_the_commit(unit, ports, holder, session):
    draft = draft_for(planned(*holder))
    with unit(draft.actor) as work:
        file_request(work, plan_filing(draft, ports.keyring, work.now))
        assert not ports.journal.ids(), "a filing that may still fail has no line"
    assert ports.journal.ids()


def test_an_opt_out_comes_back_with_its_line_of_the_register(unit, ports, session):
    policies = replace(ports.policies, opt_outs=OptOutPolicy(from_on=date(2026, 1, 1)))
    ports = replace(ports, policies=policies)
    draft = opt_out_draft(
        PERSON,
        language="fr",
        channel=IntakeChannel.WEB,
        key="k" * 32,
        scope="web",
        actor=Actor(ActorKind.PERSON),
    )
    with unit_of_work(draft.actor, engine=db.engine, ports=ports) as work:
        receipt = register_opt_out(work, plan_filing(draft, ports.keyring, work.now))
    before = content(session)["opt_out_entry"]
    as_yesterday(session, receipt)
    assert recover_all(unit, ports) == [Recovery.RECOVERED]
    assert len(before) == 1
    assert content(session)["opt_out_entry"] == before
