"""Contact points are kept true: asked, checked, doubted by their readers, put right by someone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.contact_points import Doubt, Reachability, page_answered, page_not_reached
from hub.domain.directory import Channel, ContactRole, ContactStatus
from hub.models.audit_event import AuditEvent
from hub.models.directory import ContactPoint
from hub.queries.delivery_health import is_late
from hub.queries.held_back import suspended_organisations
from hub.services.directory import add_contact_point
from hub.services.suspending import resume_deliveries, suspend_deliveries
from tests import factories
from tests.factories import open_case
from tests.linked import drain_all, file_to_contact
from tests.web.controller.pages import send
from tests.web.members import add_member, sign_in
from workers.jobs.contacts import keep_contacts_true
from workers.jobs.delivering import drain

MAILBOX = "droits@registre-sans-compte.example"
LINK = re.compile(r"https?://[^/\s]+(/adresse/[0-9a-f-]{36}/[0-9a-f]{64})")


@pytest.fixture
def case(app, unit, ports, session, clock):
    filed = file_to_contact(unit, ports)
    drain_all(session, clock)
    return filed


@pytest.fixture
def link(case, ports):
    """The link about the address, in the first mail that went there."""
    return LINK.search(ports.mailer.sent[0].text)[1]


def point_of(session):
    session.rollback()
    return session.scalars(select(ContactPoint)).first()


def test_each_mail_to_a_controller_has_a_link_about_its_own_address_and_others_have_none(
    app, unit, ports, session, clock
):
    open_case(unit, ports)
    drain_all(session, clock)
    having = {mail.to for mail in ports.mailer.sent if LINK.search(mail.text)}
    assert having == {"droits@chu-de-rennes.example"}
    assert all("/adresse/" in mail.html for mail in ports.mailer.sent if mail.to in having)


def test_looking_changes_nothing_and_saying_wrong_stops_the_writing(client, link, session):
    page = client.get(link)
    assert "Est-ce la bonne adresse" in page.text
    assert MAILBOX not in page.text
    assert point_of(session).status is ContactStatus.UNVERIFIED
    assert "nous cessons" in send(client, link, reponse="fausse").text
    assert (point_of(session).status, point_of(session).doubt) == (
        ContactStatus.IN_REVIEW,
        Doubt.SAID_WRONG,
    )
    events = select(AuditEvent).where(AuditEvent.kind == EventKind.CONTACT_DOUBTED)
    assert len(session.scalars(events).all()) == 1


def test_saying_right_verifies_it(client, link, session, clock):
    send(client, link, reponse="juste")
    assert point_of(session).status is ContactStatus.VERIFIED
    assert point_of(session).verified_at == clock.now()


def test_a_link_of_another_address_or_a_made_up_one_does_nothing(client, link, unit, session):
    assert client.get(link[:-4] + "0000").status_code == 410
    with unit(SYSTEM) as work:
        work.session.scalars(select(ContactPoint)).one().address = "autre@registre.example"
    assert client.get(link).status_code == 410


def test_a_mailbox_in_use_is_asked_once_in_180_days_and_its_answer_counts(
    client, case, ports, session, clock
):
    keep_contacts_true()
    drain_all(session, clock)
    assert not any("toujours la bonne" in mail.text for mail in ports.mailer.sent)
    clock.advance(days=181)
    for _ in range(2):
        keep_contacts_true()
        drain_all(session, clock)
    asked = [mail for mail in ports.mailer.sent if "toujours la bonne" in mail.text]
    assert [mail.to for mail in asked] == [MAILBOX]
    send(client, LINK.search(asked[0].text)[1], reponse="juste")
    clock.advance(days=179)
    keep_contacts_true()
    drain_all(session, clock)
    assert len([mail for mail in ports.mailer.sent if "toujours la bonne" in mail.text]) == 1


def test_nothing_is_asked_of_a_suspended_controller_until_it_is_resumed(
    case, ports, unit, session, clock
):
    with unit(SYSTEM) as work:
        hub = factories.add_organisation(work, "Le concentrateur", runs_hub=True)
        operator = factories.add_member(work, hub, Role.OPERATOR, name="Omar Diallo")
    clock.advance(days=181)
    ports.mailer.down = True
    keep_contacts_true()
    drain_all(session, clock)
    ports.mailer.down = False
    sent = len(ports.mailer.sent)
    with unit(operator) as work:
        suspend_deliveries(work, case.organisation_id, "Adresse détournée")
    clock.advance(hours=1)
    assert drain("email", f"contact:{point_of(session).id}") == 0
    drain_all(session, clock)
    assert len(ports.mailer.sent) == sent
    assert not is_late(session, clock.now())
    assert [one.waiting for one in suspended_organisations(session)] == [1]
    clock.advance(days=181)
    keep_contacts_true()
    assert [one.waiting for one in suspended_organisations(session)] == [1], "not asked twice"
    with unit(operator) as work:
        resume_deliveries(work, case.organisation_id)
    drain_all(session, clock)
    assert [mail.to for mail in ports.mailer.sent[sent:]] == [MAILBOX]


def test_a_mailbox_that_no_request_went_to_is_not_asked(app, unit, ports, session, clock):
    with unit(SYSTEM) as work:
        factories.add_organisation(work)
    clock.advance(days=400)
    keep_contacts_true()
    drain_all(session, clock)
    assert ports.mailer.sent == []


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (Reachability.NO, ContactStatus.IN_REVIEW),
        (Reachability.YES, ContactStatus.UNVERIFIED),
        (Reachability.NOT_KNOWN, ContactStatus.UNVERIFIED),
    ],
)
def test_only_a_domain_that_takes_no_mail_puts_an_address_in_doubt(
    case, ports, session, found, status
):
    ports.mail_domains.known["registre-sans-compte.example"] = found
    assert keep_contacts_true() == 1
    assert point_of(session).status is status
    assert point_of(session).checked_at is not None
    assert keep_contacts_true() == 0


PAGE = "https://www.registre-sans-compte.fr/exercer-vos-droits"


@pytest.fixture
def page(app, unit):
    """A contact point that is a page of the controller's own."""
    with unit(SYSTEM) as work:
        organisation_id = factories.add_organisation(work, "Registre sans compte")
        work.session.execute(delete(ContactPoint))
        return add_contact_point(
            work,
            organisation_id,
            role=ContactRole.RIGHTS_REQUESTS,
            channel=Channel.PORTAL,
            address=PAGE,
        )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, Reachability.YES),
        (302, Reachability.YES),
        (403, Reachability.YES),
        (404, Reachability.NO),
        (410, Reachability.NO),
        (429, Reachability.SILENT),
        (503, Reachability.SILENT),
    ],
)
def test_a_page_that_answers_is_there_and_one_that_is_gone_is_not(status, said):
    assert page_answered(status) is said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("name_unknown", Reachability.NO),
        ("certificate_refused", Reachability.NO),
        ("not_public", Reachability.NO),
        ("too_slow", Reachability.SILENT),
        ("connection_refused", Reachability.SILENT),
        ("name_too_slow", Reachability.NOT_KNOWN),
        ("not_reached", Reachability.NOT_KNOWN),
        ("not_https", Reachability.NOT_KNOWN),
    ],
)
def test_a_network_that_is_away_tells_nothing_of_a_page(reason, said):
    assert page_not_reached(reason) is said


@pytest.mark.parametrize(("answers", "doubt"), [(404, Doubt.PAGE_GONE), ("not_https", None)])
def test_a_page_that_is_gone_is_in_doubt_at_once(page, ports, session, answers, doubt):
    ports.outward.pages[PAGE] = answers
    assert keep_contacts_true() == 1
    assert point_of(session).doubt is doubt
    assert keep_contacts_true() == 0


def test_a_page_that_answers_nothing_is_asked_each_day_and_in_doubt_after_two_weeks(
    page, ports, session, clock
):
    ports.outward.pages[PAGE] = "connection_refused"
    for _ in range(14):
        assert keep_contacts_true() == 1
        assert point_of(session).status is ContactStatus.UNVERIFIED
        clock.advance(days=1)
    keep_contacts_true()
    assert point_of(session).doubt is Doubt.NO_ANSWER


def test_a_page_that_was_away_for_a_while_is_forgiven(page, ports, session, clock):
    ports.outward.pages[PAGE] = 503
    keep_contacts_true()
    clock.advance(days=1)
    ports.outward.pages[PAGE] = 200
    keep_contacts_true()
    assert point_of(session).silent_since is None
    clock.advance(days=20)
    assert keep_contacts_true() == 0


def test_the_operator_puts_a_page_right_by_a_full_address_alone(
    client, page, ports, unit, session, clock
):
    ports.outward.pages[PAGE] = 404
    keep_contacts_true()
    with unit(SYSTEM) as work:
        hub = factories.add_organisation(work, "Le concentrateur", runs_hub=True)
        add_member(work, hub, "exploitation@hub.example", Role.OPERATOR)
    sign_in(client, "exploitation@hub.example", clock.now())
    assert "sa page n’existe plus" in client.get("/exploitation/adresses").text
    review = f"/exploitation/adresses/{page}"
    refused = send(client, review, right_address="http://10.0.0.1/droits")
    assert refused.status_code == 422
    assert "elle ressemble à https://" in refused.text
    send(client, review, right_address=PAGE + "/2026")
    session.rollback()
    point = session.get_one(ContactPoint, page)
    assert (point.status, point.address) == (ContactStatus.VERIFIED, PAGE + "/2026")


def test_the_operator_sees_what_is_in_doubt_and_puts_it_right(
    client, link, case, unit, session, clock
):
    send(client, link, reponse="fausse")
    with unit(SYSTEM) as work:
        hub = factories.add_organisation(work, "Le concentrateur", runs_hub=True)
        add_member(work, hub, "exploitation@hub.example", Role.OPERATOR)
    sign_in(client, "exploitation@hub.example", clock.now())
    assert "1 adresse d’organisme est à revoir" in client.get("/exploitation").text
    page = client.get("/exploitation/adresses")
    assert "une personne qui la lit dit" in page.text
    session.rollback()
    point = session.scalars(
        select(ContactPoint).where(ContactPoint.organisation_id == case.organisation_id)
    ).one()
    review = f"/exploitation/adresses/{point.id}"
    assert send(client, review, right_address="pas une adresse").status_code == 422
    send(client, review, right_address="dpo@registre.example")
    session.rollback()
    assert (point.address, point.status, point.doubt) == (
        "dpo@registre.example",
        ContactStatus.VERIFIED,
        None,
    )
    assert client.get(review).status_code == 404


def test_all_mail_goes_to_one_address_and_every_page_of_operators_says_so(client, unit, clock, app):
    settings = replace(app.extensions["settings"], all_mail_to="essais@hub.example")
    app.extensions["settings"] = settings
    with unit(SYSTEM) as work:
        hub = factories.add_organisation(work, "Le concentrateur", runs_hub=True)
        add_member(work, hub, "exploitation@hub.example", Role.OPERATOR)
    sign_in(client, "exploitation@hub.example", clock.now())
    for address in ("/exploitation", "/exploitation/adresses", "/compte"):
        assert "essais@hub.example" in client.get(address).text
