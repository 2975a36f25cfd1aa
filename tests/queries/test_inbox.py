"""The inbox: what is listed, in which order, how it is counted, searched and paged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, text

from hub.domain.actors import SYSTEM, Role
from hub.domain.directory import fold
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.extensions import db
from hub.models.referral import Referral
from hub.queries.inbox import choices_of, inbox_of
from hub.queries.inbox_filters import InboxFilters, Shelf, number_typed
from hub.queries.referral_page import referral_page
from hub.sealing import RequestKeys
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.delivering import deliver_to_portal
from hub.services.exchanging import ask_question, verify_identity
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.working import assign, label
from tests.factories import (
    PERSON,
    add_member,
    add_organisation,
    add_processing,
    draft_for,
    open_case,
    planned,
)


class Inbox:
    """A controller whose cases arrive one a day."""

    def __init__(self, unit, ports, clock) -> None:
        self.unit, self.ports, self.clock = unit, ports, clock
        with unit(SYSTEM) as work:
            self.id = add_organisation(work, "CHU de Nantes")
            self.processing = add_processing(work, self.id)
            self.second = add_processing(work, self.id, title="Registre des AVC")
            self.agent = add_member(work, self.id, Role.AGENT)

    def receive(self, *processings: UUID, name: str = "Dubois", **changes: object) -> UUID:
        person = replace(PERSON, family_name=name)
        chosen = processings or (self.processing,)
        draft = draft_for(planned(self.id, *chosen), person=person, **changes)
        plan = plan_filing(draft, self.ports.keyring, self.clock.now())
        with self.unit(draft.actor) as work:
            file_request(work, plan)
        with self.unit(SYSTEM) as work:
            deliver_to_portal(work, f"organisation:{self.id}")
        self.clock.advance(days=1)
        return next(rows[0]["id"] for table, rows in plan.rows if table.name == "referral")

    def do(self, act: Callable) -> None:
        with self.unit(self.agent) as work:
            act(work)

    def page(self, session, cursor=None, limit=50, **filters):
        session.rollback()
        asked = InboxFilters(today=local_date(self.clock.now()), member_id=self.agent.id, **filters)
        keys = RequestKeys(session, self.ports.keyring)
        return inbox_of(session, self.id, asked, cursor, keys, limit)

    def searched(self, session, words: str):
        blind = tuple(self.ports.keyring.blind_index(one, "name") for one in fold(words).split())
        return self.page(session, shelf=Shelf.ALL, words=words, name_words=blind)


@pytest.fixture
def inbox(app, unit, ports, clock) -> Inbox:
    return Inbox(unit, ports, clock)


def ids(page) -> list[UUID]:
    return [row.id for row in page.rows]


def test_the_nearest_legal_date_comes_first_and_a_pause_keeps_its_strict_date(inbox, session):
    first, second, third = (inbox.receive() for _ in range(3))
    inbox.do(lambda work: verify_identity(work, first, "Qui êtes-vous ?", "Deux homonymes."))
    page = inbox.page(session)
    assert ids(page) == [first, second, third]
    assert page.rows[0].due_on is None
    assert page.rows[0].days_left is None
    assert page.rows[0].strict_on == date(2026, 10, 14)
    assert page.rows[1].days_left == (page.rows[1].due_on - local_date(inbox.clock.now())).days


def test_a_row_shows_initials_and_titles_but_no_name(inbox, session):
    inbox.receive(inbox.processing, inbox.second, name="Le Guennec")
    row = inbox.page(session).rows[0]
    assert row.initials == "AMLG"
    assert row.processings == ("Entrepôt de données de santé", "Registre des AVC")
    assert "Guennec" not in repr(row)


def test_what_is_not_delivered_yet_is_not_listed(inbox, session, unit):
    draft = draft_for(planned(inbox.id, inbox.processing))
    with unit(draft.actor) as work:
        file_request(work, plan_filing(draft, inbox.ports.keyring, inbox.clock.now()))
    assert inbox.page(session, shelf=Shelf.ALL).rows == ()


def test_another_organisation_s_cases_are_never_listed(inbox, session, unit, ports):
    open_case(unit, ports, organisation="AP-HM")
    assert inbox.page(session, shelf=Shelf.ALL).counts[Shelf.ALL] == 0


def test_every_shelf_counts_what_it_lists(inbox, session):
    late, asked, granted, closed, fresh = (inbox.receive(right=Right.OBJECTION) for _ in range(5))
    inbox.do(lambda work: ask_question(work, asked, "Quand ?"))
    inbox.do(lambda work: assign(work, asked, inbox.agent.id))
    said = {granted: Outcome.GRANTED, closed: Outcome.NO_DATA_HELD}
    for key, outcome in said.items():
        items = (ItemAnswer(inbox.processing, outcome),)
        inbox.do(lambda work, key=key, items=items: answer(work, key, AnswerDraft("Oui.", items)))
    inbox.clock.advance(days=25, hours=20)
    assert ids(inbox.page(session, shelf=Shelf.LATE)) == [late]
    assert ids(inbox.page(session, shelf=Shelf.WAITING_PERSON)) == [asked]
    assert ids(inbox.page(session, shelf=Shelf.MINE)) == [asked]
    assert ids(inbox.page(session, shelf=Shelf.TO_APPLY)) == [granted]
    assert ids(inbox.page(session, shelf=Shelf.CLOSED)) == [closed]
    assert ids(inbox.page(session, shelf=Shelf.TO_HANDLE)) == [late, asked, fresh]
    assert ids(inbox.page(session, shelf=Shelf.UNASSIGNED)) == [late, fresh]
    assert ids(inbox.page(session, shelf=Shelf.THIS_WEEK)) == [asked, fresh]
    for shelf in Shelf:
        page = inbox.page(session, shelf=shelf)
        assert page.counts[shelf] == len(page.rows), shelf


def test_filters_narrow_the_list_and_its_counts(inbox, session):
    one = inbox.receive(right=Right.ERASURE)
    two = inbox.receive(inbox.second)
    inbox.do(lambda work: label(work, two, "Pédiatrie"))
    inbox.do(lambda work: assign(work, one, inbox.agent.id))
    assert ids(inbox.page(session, right=Right.ERASURE)) == [one]
    assert ids(inbox.page(session, processing_id=inbox.second)) == [two]
    assert ids(inbox.page(session, label="Pédiatrie")) == [two]
    assert ids(inbox.page(session, assignee=str(inbox.agent.id))) == [one]
    assert ids(inbox.page(session, assignee="nobody")) == [two]
    assert inbox.page(session, label="Pédiatrie").counts[Shelf.TO_HANDLE] == 1
    offered = choices_of(session, inbox.id)
    assert offered.labels == ("Pédiatrie",)
    assert len(offered.processings) == 2


def test_a_search_wants_every_word_of_the_name_without_accents_or_case(inbox, session):
    found = inbox.receive(name="Lefèvre-Dubois")
    inbox.receive(name="Martin")
    assert ids(inbox.searched(session, "lefevre ANGELE")) == [found]
    assert inbox.searched(session, "lefevre martin").rows == ()
    assert inbox.searched(session, "lefev").rows == ()


def test_a_search_finds_a_number_however_it_is_typed(inbox, session):
    key = inbox.receive()
    inbox.receive()
    number = session.get(Referral, key).number
    typed = number.removeprefix("R-").replace("-", " ").lower()
    assert ids(inbox.searched(session, typed)) == [key]
    assert number_typed("r-dx7k 3m9q") == "R-DX7K-3M9Q"
    assert number_typed("Dubois") is None


def test_paging_forwards_and_back_keeps_the_order_and_loses_nothing(inbox, session):
    for _ in range(7):
        inbox.receive()
        inbox.clock.advance(days=-1)
    whole = ids(inbox.page(session))
    first = inbox.page(session, limit=3)
    second = inbox.page(session, first.after, limit=3)
    third = inbox.page(session, second.after, limit=3)
    assert ids(first) + ids(second) + ids(third) == whole
    assert first.before is None
    assert third.after is None
    back = inbox.page(session, third.before, limit=3)
    assert ids(back) == ids(second)
    assert ids(inbox.page(session, back.before, limit=3)) == ids(first)
    assert inbox.page(session, back.before, limit=3).before is None


def counted(act: Callable) -> int:
    statements = []

    def count(*details: object) -> None:
        statements.append(details[2])

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(statements)


def test_a_page_asks_as_many_queries_for_twelve_cases_as_for_one(inbox, session):
    key = inbox.receive()
    of_one = counted(lambda: inbox.page(session))
    for _ in range(11):
        inbox.receive(inbox.processing, inbox.second)
    assert counted(lambda: inbox.page(session)) == of_one <= 5

    def whole() -> None:
        session.rollback()
        keys = RequestKeys(session, inbox.ports.keyring)
        referral_page(session, keys, inbox.id, key)

    before = counted(whole)
    for n in range(4):
        inbox.do(lambda work, n=n: ask_question(work, key, f"Question {n} ?"))
    assert counted(whole) == before <= 18


def test_the_list_is_read_through_an_index_of_its_organisation(inbox, session, engine_name):
    if engine_name != "sqlite":
        pytest.skip("a small table is read whole on PostgreSQL")
    plan = session.execute(
        text(
            "EXPLAIN QUERY PLAN SELECT id FROM referral WHERE organisation_id = 'x' "
            "AND state IN ('delivered') ORDER BY due_on, id"
        )
    ).all()
    assert "USING" in str(plan)
    assert "INDEX" in str(plan)


def test_a_case_due_today_is_not_late_and_tomorrow_it_is(inbox, session):
    key = inbox.receive()
    due_on = session.get(Referral, key).due_on
    inbox.clock.advance(days=(due_on - local_date(inbox.clock.now())).days)
    assert inbox.page(session, shelf=Shelf.LATE).rows == ()
    inbox.clock.advance(days=timedelta(days=1).days)
    assert ids(inbox.page(session, shelf=Shelf.LATE)) == [key]
