"""The register of opt-outs: recorded at once, reversed as simply, kept whole."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from hub.domain.actors import Actor, ActorKind, person
from hub.domain.audit_log import breaks_in
from hub.domain.opt_outs import OptOutAct, OptOutPolicy, cut_off_for, stands_for_permit
from hub.domain.retention import RetentionStep, opt_out_kept_until
from hub.domain.working_days import local_date
from hub.errors import Conflict, Invalid, NotFound
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.rights_request import IntakeChannel
from hub.queries.audit_trail import entries_of
from hub.queries.opt_outs import opt_out_history, opted_out_at
from hub.queries.retention import count_due
from hub.sealing import RequestKeys
from hub.services.filing_plans import plan_filing
from hub.services.opt_outs import (
    change_opt_out,
    give_reason,
    opt_out_draft,
    register_opt_out,
)
from tests.factories import PERSON
from tests.retained import wait_until
from workers.jobs.retention import delete_over

OPEN = OptOutPolicy(from_on=date(2026, 1, 1))


@pytest.fixture
def ports(ports):
    """A hub whose register is open already."""
    return replace(ports, policies=replace(ports.policies, opt_outs=OPEN))


@pytest.fixture
def register(unit, ports):
    """Registers a person, and gives her receipt."""

    def registered(given=PERSON):
        draft = opt_out_draft(
            given,
            language="fr",
            channel=IntakeChannel.WEB,
            key=uuid4().hex,
            scope="web",
            actor=Actor(ActorKind.PERSON),
        )
        plan = plan_filing(draft, ports.keyring, ports.clock.now())
        with unit(draft.actor) as work:
            return register_opt_out(work, plan)

    return registered


def names_on(session, ports, permit_on):
    session.rollback()
    keys = RequestKeys(session, ports.keyring)
    found = opted_out_at(session, keys, cut_off_for(permit_on, OPEN), None, 100)
    return [one.family_name for one in found]


def history_of(session, ports, receipt):
    session.rollback()
    keys = RequestKeys(session, ports.keyring)
    return opt_out_history(session, keys, receipt.rights_request_id)


def change(unit, receipt, act):
    with unit(person(receipt.rights_request_id)) as work:
        return change_opt_out(work, receipt.rights_request_id, act)


def test_the_list_of_the_day_of_a_permit_holds_who_registered_that_morning_x21_ehds_71(
    register, session, ports, clock
):
    register()
    today = local_date(clock.now())
    assert names_on(session, ports, today) == ["Dubois"]
    assert names_on(session, ports, today - timedelta(days=1)) == []


def test_a_reversal_leaves_the_earlier_list_and_the_whole_history_x22(
    register, unit, session, ports, clock
):
    receipt = register()
    first = local_date(clock.now())
    clock.advance(days=10)
    change(unit, receipt, OptOutAct.REVERSED)
    assert names_on(session, ports, local_date(clock.now())) == []
    assert names_on(session, ports, first) == ["Dubois"]
    clock.advance(days=1)
    change(unit, receipt, OptOutAct.REGISTERED)
    history = history_of(session, ports, receipt)
    assert [one.act.value for one in history.lines] == ["registered", "reversed", "registered"]
    assert history.stands
    for days in range(-1, 14):
        permit_on = first + timedelta(days=days)
        listed = names_on(session, ports, permit_on) == ["Dubois"]
        assert listed == stands_for_permit(history.acts, permit_on, OPEN)
    entries = entries_of(session, receipt.rights_request_id)
    assert not breaks_in(entries)


def test_pressed_twice_a_reversal_is_one(register, unit, session, ports, clock):
    receipt = register()
    clock.advance(minutes=1)
    change(unit, receipt, OptOutAct.REVERSED)
    with pytest.raises(Conflict):
        change(unit, receipt, OptOutAct.REVERSED)
    assert len(history_of(session, ports, receipt).lines) == 2


def test_two_registrations_of_one_person_are_seen_as_one(register, session, ports, clock):
    register()
    register()
    register(replace(PERSON, family_name="Martin"))
    session.rollback()
    cut_off = cut_off_for(local_date(clock.now()), OPEN)
    found = opted_out_at(session, RequestKeys(session, ports.keyring), cut_off, None, 100)
    keys = [one.person_key for one in found if one.family_name == "Dubois"]
    assert len(set(keys)) == 1
    assert len({one.person_key for one in found}) == 2


def test_a_reason_is_kept_only_once_registered_and_if_she_gives_one_x23(
    register, unit, session, ports
):
    receipt = register()
    (line,) = history_of(session, ports, receipt).lines
    assert line.reason == ""
    assert line.may_say_why
    with unit(person(receipt.rights_request_id)) as work:
        give_reason(work, receipt.rights_request_id, line.id, "Je préfère décider moi-même.")
    (line,) = history_of(session, ports, receipt).lines
    assert line.reason == "Je préfère décider moi-même."
    assert not line.may_say_why
    with pytest.raises(Conflict), unit(person(receipt.rights_request_id)) as work:
        give_reason(work, receipt.rights_request_id, line.id, "Encore.")


def test_a_reason_of_another_person_and_an_empty_one_are_refused(register, unit, session, ports):
    hers, other = register(), register()
    (line,) = history_of(session, ports, hers).lines
    with pytest.raises(NotFound), unit(person(other.rights_request_id)) as work:
        give_reason(work, other.rights_request_id, line.id, "Pas la mienne.")
    with pytest.raises(Invalid), unit(person(hers.rights_request_id)) as work:
        give_reason(work, hers.rights_request_id, line.id, "   ")


def test_each_act_is_confirmed_by_a_message_that_says_nothing(register, unit, session, clock):
    receipt = register()
    clock.advance(minutes=1)
    change(unit, receipt, OptOutAct.REVERSED)
    session.rollback()
    kinds = [row.kind for row in session.query(Delivery)]
    assert kinds == [DeliveryKind.NEWS, DeliveryKind.NEWS]


def test_one_that_stands_is_kept_and_one_taken_back_goes_three_years_after(
    register, unit, session, ports, clock
):
    standing, reversed_ = register(), register(replace(PERSON, family_name="Martin"))
    first = local_date(clock.now())
    clock.advance(days=1)
    change(unit, standing, OptOutAct.REVERSED)
    change(unit, reversed_, OptOutAct.REVERSED)
    clock.advance(minutes=1)
    change(unit, standing, OptOutAct.REGISTERED)
    wait_until(clock, opt_out_kept_until(local_date(clock.now())))
    assert delete_over()[RetentionStep.OPT_OUTS_DELETED] == 0
    clock.advance(days=1)
    session.rollback()
    due = count_due(session, clock.now(), ports)
    assert due[RetentionStep.OPT_OUTS_DELETED] == 1
    assert delete_over()[RetentionStep.OPT_OUTS_DELETED] == 1
    assert names_on(session, ports, local_date(clock.now())) == ["Dubois"]
    assert sorted(names_on(session, ports, first)) == ["", "Dubois"]
    clock.advance(days=10 * 366)
    delete_over()
    assert names_on(session, ports, local_date(clock.now())) == ["Dubois"]
    assert not breaks_in(entries_of(session, reversed_.rights_request_id))
    assert not breaks_in(entries_of(session, standing.rights_request_id))


def test_before_the_day_the_law_opens_it_nobody_registers_ehds_105(register, ports, unit):
    draft = opt_out_draft(
        PERSON,
        language="fr",
        channel=IntakeChannel.WEB,
        key="k",
        scope="web",
        actor=Actor(ActorKind.PERSON),
    )
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    closed = replace(ports, policies=replace(ports.policies, opt_outs=OptOutPolicy()))
    with unit(draft.actor) as work:
        work.ports = closed
        with pytest.raises(NotFound):
            register_opt_out(work, plan)
