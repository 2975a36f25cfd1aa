"""Answering by e-mail: the mail waits, a member makes it the answer or sets it aside."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import ReferralState
from hub.domain.reply_addresses import AddressKind
from hub.models.answer import Answer, Document
from hub.models.audit_event import AuditEvent
from hub.models.inbound_mail import InboundMail, MailState
from hub.models.referral import Referral
from hub.services.reply_addresses import reply_address
from tests.inbound import DOMAIN, DPO, add_mailbox, intake_of, letter, written
from tests.web.controller.pages import PDF, send
from tests.web.members import add_member, add_organisation, sign_in

HUB_AGENT = "basile@hub.example"


@pytest.fixture
def intake(app, settings, desk, unit):
    with unit(SYSTEM) as work:
        add_mailbox(work, desk.case.organisation_id)
    return intake_of(app, settings)


@pytest.fixture
def arrived(intake, ports, session, desk):
    """Sends a mail to the case's address; the page of the mail that it became."""

    def take(content, to=None):
        row_id = to or desk.case.referral_id
        kind = AddressKind.ORGANISATION if to else AddressKind.REFERRAL
        intake.take(DPO, reply_address(ports.keyring, kind, row_id, DOMAIN), content)
        session.rollback()
        return f"/courriels/{session.scalars(select(InboundMail.id)).one()}"

    return take


def mail_row(session) -> InboundMail:
    session.rollback()
    return session.scalars(select(InboundMail)).one()


def with_file() -> bytes:
    message = letter("Voici la copie de vos données.")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="copie.pdf")
    message.add_attachment(b"a", maintype="application", subtype="exe", filename="virus.exe")
    return message.as_bytes()


def test_a_reply_is_made_the_answer_with_its_files_by_a_member(agent, desk, arrived, session):
    page = arrived(with_file())
    assert page in agent.get(desk.url).text
    listed = agent.get("/courriels").text
    assert page in listed
    assert '<a href="/dossiers" aria-current="page">' in listed
    shown = agent.get(page)
    for words in ("Voici la copie de vos données.", "copie.pdf", "virus.exe", DPO):
        assert words in shown.text
    prepared = f"{desk.url}/repondre?courriel={page.rpartition('/')[2]}"
    assert prepared.replace("&", "&amp;") in shown.text
    assert "Voici la copie de vos données." in agent.get(prepared).text
    assert session.scalar(select(Answer)) is None

    fields = {
        "courriel": page.rpartition("/")[2],
        "text": "Voici la copie.",
        "item0__outcome": "granted",
    }
    checked = send(agent, f"{desk.url}/repondre", step="check", **fields)
    assert "copie.pdf" in checked.text
    assert "virus.exe" not in checked.text
    sent = send(agent, f"{desk.url}/repondre", step="send", **fields)

    assert sent.location == desk.url
    session.rollback()
    assert session.get(Referral, desk.case.referral_id).state is ReferralState.ANSWERED
    assert [one.extension for one in session.scalars(select(Document))] == ["pdf"]
    row = mail_row(session)
    assert (row.state, row.answer_id) == (MailState.ANSWERED, session.scalar(select(Answer.id)))
    assert "/courriels/" not in agent.get(desk.url).text


def test_an_unticked_file_does_not_go(agent, desk, arrived, session):
    page = arrived(with_file())

    send(
        agent,
        f"{desk.url}/repondre",
        step="send",
        courriel=page.rpartition("/")[2],
        mail_files_shown="yes",
        text="Nous n’avons rien.",
        item0__outcome="no_data_held",
    )

    assert session.scalar(select(Document)) is None
    assert mail_row(session).state is MailState.ANSWERED


def test_a_mail_that_answers_nothing_is_set_aside_once(agent, arrived, session):
    page = arrived(written("Merci de votre message."))

    assert send(agent, page, step="aside").location == "/courriels"

    assert mail_row(session).state is MailState.SET_ASIDE
    assert page not in agent.get("/courriels").text
    again = agent.get(page)
    assert "Écarté" in again.text
    assert 'name="step"' not in again.text


def test_a_mail_about_several_cases_is_put_with_its_own_by_one_button(
    agent, desk, arrived, session
):
    number = session.get(Referral, desk.case.referral_id).number
    assert "/courriels" not in agent.get("/dossiers").text
    page = arrived(written(f"Dossier {number} : rien."), to=desk.case.organisation_id)
    inbox = agent.get("/dossiers").text
    assert "1 e-mail reçu attend votre décision." in inbox
    assert 'href="/courriels"' in inbox
    assert f'value="{number}"' in agent.get(page).text

    wrong = send(agent, page, number="R-0000-0000")
    assert wrong.status_code == 422
    assert send(agent, page, number=number.lower()).location == page

    assert mail_row(session).state is MailState.PROPOSED


def test_reading_a_mail_is_written_in_the_log_of_its_case(agent, arrived, session):
    agent.get(arrived(written()))

    session.rollback()
    kinds = list(session.scalars(select(AuditEvent.kind)))
    assert kinds.count(EventKind.MAIL_OPENED) == 1


def test_a_mail_of_nobody_is_for_the_hub_s_agents_alone(
    app, agent, desk, intake, ports, session, unit, clock
):
    good = reply_address(ports.keyring, AddressKind.REFERRAL, desk.case.referral_id, DOMAIN)
    intake.take(DPO, good.replace(good[3], "7" if good[3] != "7" else "8", 1), written())
    row_id = mail_row(session).id
    assert agent.get(f"/courriels/{row_id}").status_code == 404
    hub_agent = app.test_client()
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Plateforme", runs_hub=True)
        add_member(work, hub, HUB_AGENT, Role.HUB_AGENT)
    sign_in(hub_agent, HUB_AGENT, clock.now())

    assert "1 e-mail attend : dites à quel dossier" in hub_agent.get("/a-faire").text
    assert "e-mail reçu attend" not in agent.get("/dossiers").text
    assert f"/a-faire/courriels/{row_id}" in hub_agent.get("/a-faire/courriels").text
    number = session.get(Referral, desk.case.referral_id).number
    assert send(hub_agent, f"/a-faire/courriels/{row_id}", number=number).location == (
        "/a-faire/courriels"
    )

    assert mail_row(session).organisation_id == desk.case.organisation_id
