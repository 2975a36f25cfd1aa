"""The job that brings what is due: into inboxes in sets, into mailboxes one mail for all."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select

from hub.adapters.mail.memory import MemoryMailer
from hub.adapters.mail.wording import WordedCorrespondence
from hub.domain.actors import SYSTEM
from hub.domain.directory import Channel, ContactStatus
from hub.extensions import db
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.directory import ContactPoint
from hub.models.member import Member
from hub.models.rights_request import Identity
from hub.queries.outbox import due_recipients, outbox_figures
from hub.services.answer_links import hand_over_to_links
from hub.services.delivering import claim_together, deliver_to_portal, give_back
from hub.services.exchanging import ask_question
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from tests.factories import (
    PERSON,
    add_organisation,
    add_processing,
    draft_for,
    open_case,
    planned,
)
from tests.inbound import add_mailbox
from workers.jobs.delivering import drain
from workers.jobs.noticing import remind_unconfirmed

PERSON_MAIL = "angele@person.example"
SECRETS_OF_A_CASE = ("Dubois", "Rennes", "access", "accès", "Entrepôt")


def drain_all(session, clock):
    for channel, recipient in due_recipients(session, clock.now(), 100):
        drain(channel, recipient)
    session.rollback()


def test_a_confirmed_request_reaches_the_inbox_and_one_mail_to_each_says_so(
    unit, ports, session, clock
):
    case = open_case(unit, ports)
    drain_all(session, clock)
    assert {mail.to: mail.subject for mail in ports.mailer.sent} == {
        "droits@chu-de-rennes.example": "Quelque chose à lire",
        PERSON_MAIL: "Rien à faire : la preuve de votre demande",
    }
    assert len(ports.mailer.sent) == 2
    assert outbox_figures(session, clock.now()).by_state["delivered"] == 3
    for mail in ports.mailer.sent:
        assert not any(word in mail.text + mail.html for word in SECRETS_OF_A_CASE)
        assert case.receipt.secret not in mail.text


def test_the_confirmation_carries_the_code_that_the_receipt_asks_for(unit, ports, session, clock):
    case = open_case(unit, ports, active_at_once=False)
    drain_all(session, clock)
    (mail,) = ports.mailer.sent
    assert mail.to == PERSON_MAIL
    assert mail.subject == "À faire avant le 21 septembre 2026"
    assert f"/confirmer/{case.receipt.rights_request_id}/" in mail.text
    assert not any(word in mail.text for word in SECRETS_OF_A_CASE)


def test_several_news_for_one_person_make_one_mail(unit, ports, session, clock):
    case = open_case(unit, ports)
    drain_all(session, clock)
    ports.mailer.sent.clear()
    with unit(SYSTEM) as work:
        for _ in range(2):
            work.deliver(
                DeliveryKind.NEWS,
                Channel.EMAIL,
                f"person:{case.receipt.rights_request_id}",
                rights_request_id=case.receipt.rights_request_id,
            )
    drain_all(session, clock)
    assert [mail.to for mail in ports.mailer.sent] == [PERSON_MAIL]


def test_a_question_says_by_when_to_reply(unit, ports, session, clock):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        ask_question(work, case.referral_id, "Quelle année ?")
    drain_all(session, clock)
    mails = {mail.subject: mail for mail in ports.mailer.sent if mail.to == PERSON_MAIL}
    mail = mails["À faire avant le 29 septembre 2026"]
    assert "Quelle année" not in mail.text + mail.html


def test_a_mail_server_that_is_down_delays_and_loses_nothing(unit, ports, session, clock):
    open_case(unit, ports)
    ports.mailer.down = True
    drain_all(session, clock)
    for waiting in session.scalars(select(Delivery).where(Delivery.channel == Channel.EMAIL)):
        assert waiting.state is DeliveryState.WAITING
        assert waiting.last_error == "down"
        assert waiting.next_at > clock.now()
    ports.mailer.down = False
    clock.advance(minutes=2)
    drain_all(session, clock)
    assert len(ports.mailer.sent) == 2


def test_the_message_id_is_the_same_at_each_attempt(unit, ports, session, clock):
    open_case(unit, ports)
    drain_all(session, clock)
    rows = session.scalars(select(Delivery).where(Delivery.channel == Channel.EMAIL))
    ids = {f"<{row.id.hex}@localhost>" for row in rows}
    assert {mail.message_id for mail in ports.mailer.sent} == ids


def test_what_is_filed_while_its_inbox_is_drained_is_put_into_none_that_nobody_reads(
    unit, ports, session, clock
):
    with unit(SYSTEM) as work:
        organisation = add_organisation(work)
        processing = add_processing(work, organisation)
    with unit(SYSTEM) as work:
        add_mailbox(work, organisation, "registre@chu.example")
    draft = draft_for(planned(organisation, processing))

    def file_now(*_connection):
        with unit(draft.actor) as work:
            file_request(work, plan_filing(draft, ports.keyring, work.now))

    inbox = f"organisation:{organisation}"
    event.listen(db.engine, "checkin", file_now, once=True)
    drain("portal", inbox)
    (delivery,) = session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.REFERRAL))
    assert delivery.state is DeliveryState.WAITING
    drain("portal", inbox)
    session.rollback()
    assert (delivery.channel, delivery.state) == (Channel.EMAIL, DeliveryState.WAITING)


def test_an_organisation_without_address_needs_a_person_and_is_counted(unit, ports, session, clock):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        for point in work.session.scalars(select(ContactPoint)):
            point.status = ContactStatus.IN_REVIEW
        for member in work.session.scalars(select(Member)):
            member.active = False
    drain("email", f"organisation:{case.organisation_id}")
    session.rollback()
    assert outbox_figures(session, clock.now()).by_state["needs_person"] == 1


def test_running_a_job_twice_sends_nothing_twice(unit, ports, session, clock):
    case = open_case(unit, ports)
    recipient = f"organisation:{case.organisation_id}"
    assert drain("email", recipient) == 1
    assert drain("email", recipient) == 0
    assert drain("portal", recipient) == 0
    assert len(ports.mailer.sent) == 1


def test_a_claimed_delivery_whose_worker_died_is_due_again(unit, ports, session, clock):
    case = open_case(unit, ports)
    recipient = f"organisation:{case.organisation_id}"
    with unit(SYSTEM) as work:
        row = work.session.scalar(select(Delivery).where(Delivery.channel == Channel.EMAIL))
        row.state, row.lease_token = DeliveryState.CLAIMED, "gone"
        row.lease_until = clock.now() + timedelta(seconds=60)
    assert ("email", recipient) not in due_recipients(session, clock.now(), 10)
    session.rollback()
    clock.advance(seconds=61)
    assert ("email", recipient) in due_recipients(session, clock.now(), 10)


def test_an_unconfirmed_request_is_reminded_then_lapses(unit, ports, session, clock):
    open_case(unit, ports, active_at_once=False)
    drain_all(session, clock)
    clock.advance(days=3)
    assert remind_unconfirmed() == 1
    drain_all(session, clock)
    assert len(ports.mailer.sent) == 2
    clock.advance(days=5)
    assert remind_unconfirmed() == 1
    assert remind_unconfirmed() == 0


@pytest.mark.parametrize("how_many", [250])
def test_a_rush_is_drained_in_sets(unit, ports, session, clock, how_many):
    with unit(SYSTEM) as work:
        organisation = add_organisation(work)
        processing = add_processing(work, organisation)
    for _ in range(how_many):
        draft = draft_for(planned(organisation, processing))
        with unit(draft.actor) as work:
            file_request(work, plan_filing(draft, ports.keyring, work.now))
    assert drain("portal", f"organisation:{organisation}") == how_many


def to_persons(unit, ports, how_many):
    """As many persons with news to read, as the outbox names them, and their mailboxes."""
    recipients, mailboxes = [], []
    with unit(SYSTEM) as work:
        organisation = add_organisation(work, "CHU de Brest")
        processing = add_processing(work, organisation)
    for number in range(how_many):
        mailboxes.append(f"person{number}@person.example")
        person = replace(PERSON, email=mailboxes[-1])
        draft = draft_for(planned(organisation, processing), person=person)
        with unit(draft.actor) as work:
            receipt = file_request(work, plan_filing(draft, ports.keyring, work.now))
        recipients.append(f"person:{receipt.rights_request_id}")
        with unit(SYSTEM) as work:
            work.deliver(
                DeliveryKind.NEWS,
                Channel.EMAIL,
                recipients[-1],
                rights_request_id=receipt.rights_request_id,
            )
    return recipients, mailboxes


def news(session):
    session.rollback()
    found = select(Delivery).where(Delivery.kind == DeliveryKind.NEWS).order_by(Delivery.id)
    return list(session.scalars(found))


def test_persons_whose_mails_leave_together_get_one_each_and_their_own(unit, ports, session):
    recipients, mailboxes = to_persons(unit, ports, 3)
    assert drain("email", *recipients) == 3
    assert [mail.to for mail in ports.mailer.sent] == mailboxes
    assert len({row.lease_token for row in news(session)} | {None}) == 1
    assert drain("email", *recipients) == 0


def test_mails_to_many_persons_cost_as_many_statements_as_to_few(unit, ports, session):
    def statements(recipients):
        counted = []
        event.listen(db.engine, "after_cursor_execute", lambda *_: counted.append(1))
        drain("email", *recipients)
        return len(counted)

    recipients, _ = to_persons(unit, ports, 8)
    few = statements(recipients[:2])
    assert statements(recipients[2:]) <= 2 * few


def test_one_mail_that_cannot_be_written_holds_back_no_other(unit, ports, session, app):
    recipients, mailboxes = to_persons(unit, ports, 3)
    with unit(SYSTEM) as work:
        row = work.session.get(Identity, UUID(recipients[1].removeprefix("person:")))
        row.sealed = b"damaged"
    assert drain("email", *recipients) == 3
    assert [mail.to for mail in ports.mailer.sent] == [mailboxes[0], mailboxes[2]]
    states = [(row.state.value, row.last_error) for row in news(session)]
    assert states == [("delivered", None), ("waiting", "not_composed"), ("delivered", None)]


def test_when_the_mail_server_is_down_one_finds_out_and_the_others_are_as_if_untried(
    unit, ports, session, clock
):
    recipients, mailboxes = to_persons(unit, ports, 3)
    ports.mailer.down = True
    assert drain("email", *recipients) == 1
    tried, *others = news(session)
    assert (tried.last_error, tried.attempts) == ("down", 1)
    for row in others:
        assert (row.state, row.attempts, row.first_tried_at) == (DeliveryState.WAITING, 0, None)
        assert row.next_at <= clock.now()
    ports.mailer.down = False
    assert drain("email", *recipients) == 2
    clock.advance(minutes=2)
    assert drain("email", *recipients) == 1
    assert sorted(mail.to for mail in ports.mailer.sent) == mailboxes


def test_what_was_given_back_keeps_the_tries_it_had_and_a_stale_token_gives_nothing_back(
    unit, ports, session, clock
):
    recipients, _ = to_persons(unit, ports, 1)
    with unit(SYSTEM) as work:
        first = claim_together(work, Channel.EMAIL, recipients, 9)
    clock.advance(seconds=61)
    with unit(SYSTEM) as work:
        second = claim_together(work, Channel.EMAIL, recipients, 9)
        assert claim_together(work, Channel.EMAIL, recipients, 9) == []
    with unit(SYSTEM) as work:
        assert give_back(work, first) == 0
        assert give_back(work, second) == 1
    (row,) = news(session)
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 1)
    assert row.first_tried_at == clock.now() - timedelta(seconds=61)


def test_what_is_filed_while_links_are_made_waits_for_its_link_and_reaches_no_unread_inbox(
    unit, ports, session
):
    with unit(SYSTEM) as work:
        organisation = add_organisation(work)
        processing = add_processing(work, organisation)
    recipient = f"organisation:{organisation}"
    with unit(SYSTEM) as work:
        assert hand_over_to_links(work, recipient) == 0
        draft = draft_for(planned(organisation, processing))
        file_request(work, plan_filing(draft, ports.keyring, work.now))
        assert deliver_to_portal(work, recipient, with_referrals=False) == 0
    assert drain("portal", recipient) == 1
    (referral,) = session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.REFERRAL))
    assert referral.recipient.startswith("link:")


class SlowMailer(MemoryMailer):
    """A mail server that takes most of a minute for each mail."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def send(self, mail):
        self.clock.advance(seconds=45)
        super().send(mail)


def test_nothing_is_sent_once_a_lease_may_be_over_and_what_is_left_leaves_later(
    unit, ports, clock, app, session
):
    case = open_case(unit, ports)
    recipient = f"organisation:{case.organisation_id}"
    drain("email", recipient)
    slow = SlowMailer(clock)
    app.extensions["correspondence"] = WordedCorrespondence(app, slow)
    with unit(SYSTEM) as work:
        for kind in (DeliveryKind.REFERRALS_WAITING, DeliveryKind.REPLY_RECEIVED):
            work.deliver(kind, Channel.EMAIL, recipient)
    assert drain("email", recipient) == 1
    assert len(slow.sent) == 1
    assert drain("email", recipient) == 1
    assert len(slow.sent) == 2
