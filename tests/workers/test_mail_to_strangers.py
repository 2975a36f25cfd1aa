"""Nobody fills a stranger's mailbox through the forms, and a person who confirms never waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.domain.actors import SYSTEM
from hub.domain.directory import Channel
from hub.models.confirmation_mail import ConfirmationMail
from hub.models.rights_request import RightsRequest
from hub.services.confirming import SentToday, activate, remind_unconfirmed, send_code_again
from tests.factories import PERSON, open_case
from workers.jobs.delivering import drain
from workers.jobs.upkeep import sweep


@pytest.fixture
def filed(app, unit, ports):
    """Files with the same mailbox; gives the key of the request, its mail sent if it may."""

    def one():
        key = open_case(unit, ports, active_at_once=False).receipt.rights_request_id
        send(key)
        return key

    return one


def send(key) -> None:
    drain(Channel.EMAIL.value, f"person:{key}")


def to_her(ports) -> int:
    return len([mail for mail in ports.mailer.sent if mail.to == PERSON.email])


def test_many_filings_with_one_mailbox_write_to_it_once_a_day_and_three_times_a_week(
    filed, ports, clock
):
    keys = [filed() for _ in range(6)]
    assert to_her(ports) == 1
    for day in range(1, 7):
        clock.advance(days=1, minutes=1)
        for key in keys:
            send(key)
        assert to_her(ports) == min(day + 1, 3)


def test_confirming_one_request_lets_the_message_of_the_next_leave_at_once(
    filed, ports, unit, clock
):
    first, second = filed(), filed()
    assert to_her(ports) == 1
    with unit(SYSTEM) as work:
        activate(work, work.session.get_one(RightsRequest, first))
    send(second)
    assert to_her(ports) == 2


def test_the_reminder_is_one_of_the_three(filed, ports, unit, clock):
    key = filed()
    clock.advance(days=2, minutes=1)
    with unit(SYSTEM) as work:
        remind_unconfirmed(work)
    send(key)
    assert to_her(ports) == 2
    with unit(SYSTEM) as work, pytest.raises(SentToday):
        send_code_again(work, key)


def test_a_mail_that_fails_is_tried_again_and_counts_once(filed, ports, clock, session):
    ports.mailer.down = True
    key = filed()
    assert to_her(ports) == 0
    ports.mailer.down = False
    clock.advance(minutes=2)
    send(key)
    assert to_her(ports) == 1
    session.rollback()
    assert session.query(ConfirmationMail).count() == 1


def test_who_files_for_others_cannot_fill_the_mailbox_that_he_says_is_theirs(
    app, unit, ports, clock
):
    hers = replace(PERSON, email="jean@agent.example", own_email="angele@person.example")
    mandate = {"capacity": "agent", "name": "Jean Martin", "answer_to": "representative"}
    for _ in range(3):
        case = open_case(unit, ports, person=hers, representative=mandate)
        drain(Channel.EMAIL.value, f"represented:{case.receipt.rights_request_id}")
    assert to_her(ports) == 1


def test_what_counts_no_more_is_forgotten_and_no_address_was_kept(filed, session, clock):
    filed()
    session.rollback()
    [kept] = session.query(ConfirmationMail)
    assert len(kept.mailbox_index) == 32
    clock.advance(days=7, minutes=1)
    sweep()
    session.rollback()
    assert not session.query(ConfirmationMail).count()
