"""The file of the hub: dated versions, agreements, training; what is missing is seen (C24-C26)."""

from dataclasses import replace
from datetime import date

import pytest

from hub.domain.actors import SYSTEM, Role
from hub.domain.hub_records import HubRecordPolicy, RecordKind, RecordStanding
from hub.domain.working_days import local_date
from hub.errors import Conflict, Invalid, NotFound
from hub.queries.hub_records import hub_file, record_history
from hub.services.hub_records import RecordGiven, enter_record, withdraw_record
from tests.factories import add_member, add_organisation

POLICY = HubRecordPolicy()
IMPACT = RecordGiven(RecordKind.IMPACT_ASSESSMENT, "Analyse d’impact", date(2026, 3, 2), "1.0")


@pytest.fixture
def staff(unit):
    """The hub's DPO, and a hospital with one member."""
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        chu = add_organisation(work)
        add_organisation(work, "Institut sans membre")
        dpo = add_member(work, hub, Role.HUB_DPO)
        add_member(work, chu, Role.AGENT)
    return dpo, chu


def line(session, clock, kind):
    session.rollback()
    found = hub_file(session, local_date(clock.now()), POLICY)
    (one,) = found.of(kind)
    return one


def enter(unit, actor, given):
    with unit(actor) as work:
        return enter_record(work, given)


def test_what_nobody_entered_is_missing_and_the_last_version_is_in_force_gdpr_35(
    staff, unit, session, clock
):
    dpo, _ = staff
    kind = RecordKind.IMPACT_ASSESSMENT
    assert line(session, clock, kind).standing is RecordStanding.MISSING
    enter(unit, dpo, replace(IMPACT, dated_on=date(2026, 5, 2), version="2.0"))
    enter(unit, dpo, IMPACT)
    found = line(session, clock, kind)
    assert found.standing is RecordStanding.IN_FORCE
    assert (found.current.version, found.current.review_on) == ("2.0", date(2027, 5, 2))
    assert found.current.entered_by == dpo.name
    clock.advance(days=200)
    assert line(session, clock, kind).standing is RecordStanding.SOON
    clock.advance(days=30)
    assert line(session, clock, kind).standing is RecordStanding.TO_REVIEW


def test_an_agreement_is_owed_with_each_organisation_whose_members_work_here_gdpr_28(
    staff, unit, session, clock
):
    dpo, chu = staff
    owed = line(session, clock, RecordKind.AGREEMENT)
    assert (owed.organisation, owed.standing) == ("CHU de Rennes", RecordStanding.MISSING)
    signed = RecordGiven(
        RecordKind.AGREEMENT, "Convention", date(2026, 1, 5), "A", date(2029, 1, 5), chu
    )
    enter(unit, dpo, signed)
    held = line(session, clock, RecordKind.AGREEMENT)
    assert held.standing is RecordStanding.IN_FORCE
    assert (held.current.version, held.current.dated_on) == ("A", date(2026, 1, 5))


def test_what_was_entered_by_mistake_is_taken_out_once_and_stays_in_the_history(
    staff, unit, session, clock
):
    dpo, _ = staff
    key = enter(unit, dpo, IMPACT)
    with unit(dpo) as work:
        withdraw_record(work, key)
    assert line(session, clock, IMPACT.kind).standing is RecordStanding.MISSING
    (row,) = record_history(session, None, None, 10)
    assert row.is_withdrawn
    assert record_history(session, RecordKind.TRAINING, None, 10) == []
    with pytest.raises(Conflict), unit(dpo) as work:
        withdraw_record(work, key)
    with pytest.raises(NotFound), unit(dpo) as work:
        withdraw_record(work, dpo.id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"version": "x" * 41}, "version"),
        ({"reference": "x" * 501}, "reference"),
        ({"dated_on": date(2026, 9, 15)}, "dated_on"),
        ({"review_on": date(2026, 3, 2)}, "review_on"),
        ({"kind": RecordKind.AGREEMENT}, "organisation_id"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(staff, unit, changes, field):
    with pytest.raises(Invalid) as refused:
        enter(unit, staff[0], replace(IMPACT, **changes))
    assert refused.value.facts["field"] == field


def test_the_history_is_read_page_by_page_the_newest_first(staff, unit, session, clock):
    for version in ("1", "2", "3"):
        enter(unit, staff[0], replace(IMPACT, version=version))
        clock.advance(minutes=1)
    session.rollback()
    first = record_history(session, None, None, 2)
    rest = record_history(session, None, (first[-1].entered_at, first[-1].id), 2)
    assert [one.version for one in (*first, *rest)] == ["3", "2", "1"]
