"""Mails that come back: proposed, held or noted; never an answer by themselves, never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.commands.mail_intake import Taken
from hub.domain.actors import SYSTEM, Role
from hub.domain.authentication_results import Verdict
from hub.domain.directory import Channel, ContactStatus
from hub.domain.inbound_mail import MOST_A_DAY, HeldReason, MailClass
from hub.domain.lifecycle import ReferralState
from hub.domain.reply_addresses import AddressKind
from hub.domain.retention import RetentionStep
from hub.errors import Invalid, NotFound
from hub.extensions import db
from hub.models.answer import Answer
from hub.models.columns import new_id
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.directory import ContactPoint
from hub.models.inbound_mail import InboundMail, MailState
from hub.models.referral import Referral
from hub.queries.inbound_mail import mail_page, waiting_mails
from hub.queries.retention import count_due
from hub.services.delivering import Claimed
from hub.services.mail_decisions import file_mail, look_at_mail, set_mail_aside
from hub.services.posting import postings_of
from hub.services.reply_addresses import reply_address
from tests.factories import add_member, add_organisation, open_case
from tests.inbound import DOMAIN, DPO, add_mailbox, intake_of, letter, returned, written
from tests.retained import closed
from workers.jobs.retention import delete_over


@pytest.fixture
def case(unit, ports):
    found = open_case(unit, ports)
    with unit(SYSTEM) as work:
        add_mailbox(work, found.organisation_id)
    return found


@pytest.fixture
def intake(app, settings):
    return intake_of(app, settings)


def address(ports, kind, row_id) -> str:
    return reply_address(ports.keyring, kind, row_id, DOMAIN)


def of_case(ports, case) -> str:
    return address(ports, AddressKind.REFERRAL, case.referral_id)


def only_mail(session) -> InboundMail:
    session.rollback()
    return session.scalars(select(InboundMail)).one()


def told(session) -> int:
    session.rollback()
    kind = Delivery.kind == DeliveryKind.MAIL_TO_CONFIRM
    return len(session.scalars(select(Delivery).where(kind)).all())


def test_a_reply_from_the_controller_is_proposed_to_its_members_and_answers_nothing(
    intake, case, ports, session
):
    message = letter("Aucune donnée.\n\nLe 14 septembre 2026, le hub a écrit :\n> Bonjour")
    message.add_attachment(b"a;b\n1;2\n", maintype="text", subtype="csv", filename="données.csv")
    message.add_attachment(b"MZ", maintype="application", subtype="exe", filename="x.exe")

    taken = intake.take(DPO, of_case(ports, case), message.as_bytes())

    row = only_mail(session)
    assert taken is Taken.KEPT
    assert (row.state, row.mail_class) == (MailState.PROPOSED, MailClass.REPLY)
    page = mail_page(session, ports, row.id, case.organisation_id)
    assert (page.sender, page.text) == (DPO, "Aucune donnée.")
    assert [(one.name, bool(one.refusal)) for one in page.files] == [
        ("données.csv", False),
        ("x.exe", True),
    ]
    assert session.scalar(select(Answer)) is None
    assert session.get(Referral, case.referral_id).state is ReferralState.DELIVERED
    assert told(session) == 1


def test_nothing_of_a_mail_lies_in_clear(intake, case, ports, session):
    intake.take(DPO, of_case(ports, case), written("Madame Dubois a un cancer."))

    row = only_mail(session)
    assert b"Dubois" not in row.facts_sealed
    assert DPO.encode() not in row.facts_sealed
    assert all(b"Dubois" not in one for one in ports.files.sealed.values())


def test_the_same_mail_sent_again_by_its_server_changes_nothing(intake, case, ports, session):
    for _ in range(2):
        assert intake.take(DPO, of_case(ports, case), written()) is Taken.KEPT

    only_mail(session)
    assert len(ports.files.sealed) == 1


def test_a_member_s_absence_notice_waits_for_nobody_and_tells_nobody_rfc_3834(
    intake, case, ports, session
):
    absent = written("Je suis absente.", Auto_Submitted="auto-replied")

    assert intake.take(DPO, of_case(ports, case), absent) is Taken.KEPT

    assert only_mail(session).state is MailState.NOTED
    assert told(session) == 0
    assert ports.mailer.sent == []


def test_ten_replies_in_a_day_tell_the_controller_once(intake, case, ports, session, clock):
    for number in range(10):
        intake.take(DPO, of_case(ports, case), written(f"Réponse {number}."))
        clock.instant = clock.now() + timedelta(minutes=5)

    assert told(session) == 1


def test_past_its_share_of_the_day_an_address_takes_no_more_and_the_server_keeps_the_mail(
    intake, case, ports, session
):
    row = only_row_of(intake, case, ports, session)
    with db.engine.begin() as connection:
        table = InboundMail.__table__
        copy = {column.name: getattr(row, column.name) for column in table.columns}
        connection.execute(
            table.insert(),
            [copy | {"id": new_id(), "digest": bytes([n]) * 32} for n in range(MOST_A_DAY - 1)],
        )

    assert intake.take(DPO, of_case(ports, case), written("Encore.")) is Taken.TOO_MANY
    assert len(ports.files.sealed) == 1


def only_row_of(intake, case, ports, session) -> InboundMail:
    intake.take(DPO, of_case(ports, case), written())
    return only_mail(session)


@pytest.mark.parametrize(
    ("headers", "sender", "reason"),
    [
        ({}, "inconnu@ailleurs.example", HeldReason.UNKNOWN_SENDER),
        (
            {"Authentication_Results": "mx.hub.example; dmarc=fail"},
            DPO,
            HeldReason.NOT_FROM_ITS_DOMAIN,
        ),
    ],
)
def test_a_doubtful_mail_is_held_for_the_controller_s_agents(
    intake, case, ports, session, headers, sender, reason
):
    intake.take(sender, of_case(ports, case), written(sender=sender, **headers))

    row = only_mail(session)
    assert (row.state, row.reason) == (MailState.HELD, reason)
    assert told(session) == 0
    assert [one.number for one in waiting_mails(session, case.organisation_id, 10)] != [""]


def test_the_verdict_of_the_trusted_relay_is_kept(intake, case, ports, session):
    trusted = "mx.hub.example; spf=pass smtp.mailfrom=chu.example; dmarc=pass"

    intake.take(DPO, of_case(ports, case), written(Authentication_Results=trusted))

    row = only_mail(session)
    assert (row.verdict, row.spf, row.dmarc) == (Verdict.AUTHENTIC, "pass", "pass")


def test_a_mistyped_address_goes_to_the_hub_s_agents_who_file_it_in_one_act(
    intake, case, ports, session, unit
):
    number = session.get(Referral, case.referral_id).number
    good = of_case(ports, case)
    wrong = f"{good[:10]}{'2' if good[10] != '2' else '3'}{good[11:]}"
    intake.take(DPO, wrong, written(f"Dossier {number} : aucune donnée."))
    row = only_mail(session)
    assert (row.state, row.reason) == (MailState.HELD, HeldReason.UNKNOWN_ADDRESS)
    assert mail_page(session, ports, row.id, None).guesses == (number,)
    with pytest.raises(NotFound), unit(case.agent) as work:
        look_at_mail(work, row.id)
    with unit(SYSTEM) as work:
        hub_agent = add_member(work, add_organisation(work, "Hub", runs_hub=True), Role.HUB_AGENT)

    with unit(hub_agent) as work:
        look_at_mail(work, row.id)
        assert file_mail(work, row.id, number) == case.referral_id

    row = only_mail(session)
    assert (row.state, row.organisation_id) == (MailState.PROPOSED, case.organisation_id)


def test_a_member_files_a_mail_with_a_case_of_hers_alone(intake, case, ports, session, unit):
    other = open_case(unit, ports, organisation="AP-HP", idempotency_key="another")
    mine = session.get(Referral, case.referral_id).number
    theirs = session.get(Referral, other.referral_id).number
    to_all = address(ports, AddressKind.ORGANISATION, case.organisation_id)
    intake.take(DPO, to_all, written(f"{theirs} et {mine}"))
    row = only_mail(session)
    assert (row.state, row.reason) == (MailState.HELD, HeldReason.NO_CASE_NAMED)
    assert mail_page(session, ports, row.id, case.organisation_id).guesses == (mine,)
    with pytest.raises(Invalid), unit(case.agent) as work:
        file_mail(work, row.id, theirs)
    with pytest.raises(NotFound), unit(other.agent) as work:
        set_mail_aside(work, row.id)

    with unit(case.agent) as work:
        file_mail(work, row.id, mine)
    with unit(case.agent) as work:
        set_mail_aside(work, row.id)

    assert only_mail(session).state is MailState.SET_ASIDE


def delivered(unit, case, **changes) -> Delivery:
    """A notice that left for the organisation."""
    columns = {
        "id": new_id(),
        "kind": DeliveryKind.REFERRALS_WAITING,
        "channel": Channel.EMAIL,
        "recipient": f"organisation:{case.organisation_id}",
        "state": DeliveryState.DELIVERED,
    } | changes
    with unit(SYSTEM) as work:
        row = Delivery(**columns, next_at=work.now, created_at=work.now)
        work.session.add(row)
    return row


def test_two_refusals_for_good_send_the_address_to_review_and_the_mail_to_a_person(
    intake, case, ports, session, unit
):
    first, second = delivered(unit, case), delivered(unit, case)
    for row in (first, first):
        to = address(ports, AddressKind.DELIVERY, row.id)
        assert intake.take("", to, returned()) is Taken.KEPT
    session.rollback()
    assert session.get(Delivery, first.id).state is DeliveryState.NEEDS_PERSON
    assert session.get(Delivery, first.id).last_error == "bounced_hard_5.1.1"
    point = select(ContactPoint).where(ContactPoint.address == DPO)
    assert session.scalars(point).one().status is ContactStatus.UNVERIFIED

    # Some servers send their report to the address for replies: the mail returned says which.
    to_all = address(ports, AddressKind.ORGANISATION, case.organisation_id)
    intake.take("", to_all, returned(message_id=f"{second.id.hex}@hub.example"))

    session.rollback()
    assert session.scalars(point).one().status is ContactStatus.IN_REVIEW
    assert told(session) == 0


def test_a_full_mailbox_is_no_wrong_address(intake, case, ports, session, unit):
    row = delivered(unit, case)

    intake.take("", address(ports, AddressKind.DELIVERY, row.id), returned(status="5.2.2"))

    session.rollback()
    assert session.get(Delivery, row.id).state is DeliveryState.DELIVERED
    assert session.get(Delivery, row.id).last_error == "bounced_soft_5.2.2"


def test_each_mail_to_a_controller_says_where_to_reply_and_where_it_comes_back(
    case, ports, session
):
    recipient = f"organisation:{case.organisation_id}"
    one = Claimed(new_id(), DeliveryKind.REFERRALS_WAITING, recipient, None, None, {}, "")

    posting = postings_of(session, ports.keyring, [one], "https://hub.example", DOMAIN)[0]

    assert posting.order.reply_to == of_case(ports, case)
    assert posting.order.envelope_from == address(ports, AddressKind.DELIVERY, one.id)
    assert [line["address"] for line in posting.order.facts["waiting"]] == [of_case(ports, case)]


def test_a_hub_that_cannot_write_asks_the_server_to_send_again_and_keeps_no_stray_file(
    intake, case, ports, session
):
    session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbound_mail RENAME TO elsewhere")

    assert intake.take(DPO, of_case(ports, case), written()) is Taken.LATER
    assert ports.files.sealed == {}


@pytest.mark.parametrize(
    ("recipient", "content", "expected"),
    [
        ("r.x@reponse.hub.example", b"From: a@b.example\r\n\r\nx", Taken.NOBODY),
        (f"r.{'0' * 42}@ailleurs.example", b"From: a@b.example\r\n\r\nx", Taken.NOBODY),
        (f"r.{'0' * 42}@{DOMAIN}", b"no mail at all", Taken.UNREADABLE),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_own_code(intake, recipient, content, expected):
    assert intake.take(DPO, recipient, content) is expected


def test_a_mail_goes_with_the_content_of_its_case_and_one_of_no_case_after_90_days(
    app, settings, unit, ports, session, clock
):
    case = closed(unit, ports)
    with unit(SYSTEM) as work:
        add_mailbox(work, case.organisation_id)
    intake = intake_of(app, settings)
    to_all = address(ports, AddressKind.ORGANISATION, case.organisation_id)
    intake.take(DPO, of_case(ports, case), written("Au dossier."))
    intake.take(DPO, to_all, written("De rien."))
    clock.advance(days=92)
    delete_over()
    clock.advance(days=15)
    assert count_due(session, clock.now(), ports)[RetentionStep.MAILS_DELETED] == 0
    session.rollback()
    purged = {row.referral_id: row.purged_at for row in session.scalars(select(InboundMail))}
    assert purged[None]
    assert purged[case.referral_id] is None

    clock.advance(days=366)
    delete_over()

    session.rollback()
    for row in session.scalars(select(InboundMail)):
        assert (row.key_wrapped, row.facts_sealed, row.storage_key) == (None, b"", None)
    assert ports.files.sealed == {}
