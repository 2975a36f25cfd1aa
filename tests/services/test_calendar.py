"""A holiday added by an operator: what it moves, what it leaves, and who is told."""

from datetime import date

import pytest
from sqlalchemy import insert, select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.routing import Choice
from hub.domain.working_days import DayOff, HolidayZone
from hub.models.audit_event import AuditEvent
from hub.models.calendar import AddedHoliday
from hub.models.columns import new_id
from hub.models.directory import Organisation
from hub.models.referral import Referral
from hub.queries.calendar import added_holidays, listed_holidays, open_cases_ending_on
from hub.queries.cases import request_by_reference
from hub.queries.referral_page import referral_page
from hub.sealing import RequestKeys
from hub.services import calendar
from hub.services.answering import AnswerDraft, ItemAnswer, Outcome, answer
from hub.services.calendar import (
    DayAlreadyOff,
    HolidayInThePast,
    add_holiday,
    redate_open,
    remove_holiday,
)
from hub.services.exchanging import reply, verify_identity
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.routing import plan_referrals, route_choices
from hub.services.working import extend
from tests.factories import add_member, add_organisation, draft_for, open_case
from workers.jobs.upkeep import sweep

# A case received on 14 September 2026 ends on Wednesday 14 October.
DAY = date(2026, 10, 14)
NEXT = date(2026, 10, 15)


@pytest.fixture
def operator(unit):
    """An operator of the hub, as the actor she is."""
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        return add_member(work, hub, Role.OPERATOR, name="Odile Perrin")


def add(unit, operator, day=DAY, zone=None, label="Journée nationale"):
    with unit(operator) as work:
        return add_holiday(work, day, zone, label)


def referral_of(session, case):
    session.rollback()
    return session.get(Referral, case.referral_id)


def events_of(session, kind):
    session.rollback()
    return session.scalars(select(AuditEvent).where(AuditEvent.kind == kind)).all()


def test_an_added_holiday_moves_each_open_case_that_ended_on_it_and_says_so(
    unit, ports, session, operator
):
    case, other = open_case(unit, ports), open_case(unit, ports, organisation="CHU de Nantes")
    assert open_cases_ending_on(session, DAY, None) == 2
    assert add(unit, operator) == 2
    referral = referral_of(session, case)
    assert referral.due_on == referral.strict_on == referral.refusal_due_on == NEXT
    assert referral.notice_limit_on == NEXT
    assert referral.calendar_version.endswith("+1")
    page = referral_page(
        session, RequestKeys(session, ports.keyring), case.organisation_id, case.referral_id
    )
    assert page.clock.due_on == NEXT
    (act,) = [one for one in page.acts if one.kind is EventKind.CLOCK_REDATED]
    assert act.facts["dates"]["due_on"] == ["2026-10-14", "2026-10-15"]
    told = {row.subject_id for row in events_of(session, EventKind.CLOCK_REDATED)}
    assert told == {case.referral_id, other.referral_id}


def test_every_reading_of_the_clock_knows_the_added_holiday(unit, ports, session, operator):
    case = open_case(unit, ports)
    add(unit, operator)
    session.rollback()
    row = request_by_reference(session, case.receipt.reference)
    assert row.referrals[0].clock.due_on == NEXT
    assert "added" in {
        str(off) for step in row.referrals[0].clock.steps for off in step.values.get("days_off", ())
    }
    # A pause is read with it as well: two days of pause from the 14th still end on the 16th.
    with unit(case.agent) as work:
        question = verify_identity(work, case.referral_id, "Votre lieu ?", "Deux homonymes.")
    assert referral_of(session, case).strict_on == NEXT
    with unit(case.person) as work:
        reply(work, case.referral_id, question, "Rennes")
    assert referral_of(session, case).due_on == NEXT


def test_a_filing_made_afterwards_counts_the_added_holiday(unit, ports, session, operator):
    case = open_case(unit, ports)
    add(unit, operator)
    session.rollback()
    planned = plan_referrals(route_choices(session, [Choice(case.processing_id)]))
    plan = plan_filing(draft_for(*planned), ports.keyring, ports.clock.now())
    assert [row["due_on"] for row in plan.rows_of(Referral)] == [NEXT]


def test_a_filing_planned_before_and_made_after_is_caught_up(unit, ports, session, operator):
    case = open_case(unit, ports)
    session.rollback()
    planned = plan_referrals(route_choices(session, [Choice(case.processing_id)]))
    draft = draft_for(*planned)
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    session.rollback()
    assert add(unit, operator) == 1
    with unit(draft.actor) as work:
        file_request(work, plan)
    assert sweep() == 1
    assert sweep() == 0
    session.rollback()
    assert set(session.scalars(select(Referral.due_on))) == {NEXT}


def test_a_holiday_of_one_zone_moves_the_cases_of_that_zone_only(unit, ports, session, operator):
    case, away = open_case(unit, ports), open_case(unit, ports, organisation="CHU de Mayotte")
    with unit(SYSTEM) as work:
        work.session.get(Referral, away.referral_id).zone = HolidayZone.MAYOTTE
        work.session.get(Organisation, away.organisation_id).holiday_zone = HolidayZone.MAYOTTE
    assert open_cases_ending_on(session, DAY, HolidayZone.MAYOTTE) == 1
    assert add(unit, operator, zone=HolidayZone.MAYOTTE) == 1
    assert referral_of(session, case).due_on == DAY
    assert referral_of(session, away).due_on == NEXT
    found = added_holidays(session)
    assert found.in_zone(HolidayZone.MAYOTTE) == {DAY}
    assert not found.in_zone(HolidayZone.METROPOLE)


def test_a_case_that_is_answered_keeps_its_dates(unit, ports, session, operator):
    case = open_case(unit, ports)
    items = (ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD),)
    with unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Nous n’avons rien.", items))
    assert add(unit, operator) == 0
    assert referral_of(session, case).due_on == DAY


def test_the_last_day_to_extend_moves_even_when_the_due_date_does_not(
    unit, ports, session, operator
):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        extend(work, case.referral_id, "volume", "Trois mille pages à relire.")
    assert add(unit, operator) == 1
    referral = referral_of(session, case)
    assert (referral.due_on, referral.notice_limit_on) == (date(2026, 12, 14), NEXT)


def test_many_cases_are_dated_again_in_batches_that_lose_none(
    unit, ports, session, operator, monkeypatch
):
    monkeypatch.setattr(calendar, "AT_ONCE", 1)
    for name in ("CHU A", "CHU B", "CHU C"):
        open_case(unit, ports, organisation=name)
    with unit(operator) as work:
        assert add_holiday(work, DAY, None, "Journée") == 1
    for expected in (1, 1, 0):
        with unit(operator) as work:
            assert redate_open(work, limit=1) == expected
    session.rollback()
    assert set(session.scalars(select(Referral.due_on))) == {NEXT}
    assert len(events_of(session, EventKind.CLOCK_REDATED)) == 3


def test_a_holiday_added_by_mistake_is_taken_back_with_all_it_moved(unit, ports, session, operator):
    case = open_case(unit, ports)
    add(unit, operator)
    session.rollback()
    (row,) = listed_holidays(session)
    assert (row.label, row.added_by) == ("Journée nationale", "Odile Perrin")
    with unit(operator) as work:
        assert remove_holiday(work, row.id) == 1
    assert referral_of(session, case).due_on == DAY
    assert not listed_holidays(session)
    assert len(events_of(session, EventKind.HOLIDAY_ADDED)) == 1
    assert len(events_of(session, EventKind.HOLIDAY_REMOVED)) == 1


@pytest.mark.parametrize(
    ("day", "why"),
    [(date(2026, 10, 17), DayOff.SATURDAY), (date(2026, 11, 11), DayOff.ARMISTICE)],
)
def test_a_day_that_is_off_already_is_refused(unit, operator, day, why):
    with pytest.raises(DayAlreadyOff) as refusal:
        add(unit, operator, day)
    assert refusal.value.facts["why"] is why


def test_the_same_day_is_added_once(unit, operator):
    add(unit, operator)
    with pytest.raises(DayAlreadyOff):
        add(unit, operator)
    with pytest.raises(DayAlreadyOff):
        add(unit, operator, zone=HolidayZone.GUYANE)


def test_a_day_of_one_zone_may_still_be_added_for_all(unit, operator):
    add(unit, operator, zone=HolidayZone.GUYANE)
    add(unit, operator)


def test_a_day_that_is_over_changes_nothing(unit, operator, session):
    with pytest.raises(HolidayInThePast):
        add(unit, operator, date(2026, 9, 11))
    with unit(SYSTEM) as work:
        row = {"id": new_id(), "day": date(2026, 9, 11), "label": "x", "added_at": work.now}
        work.session.execute(insert(AddedHoliday), [row])
    with pytest.raises(HolidayInThePast), unit(operator) as work:
        remove_holiday(work, row["id"])
