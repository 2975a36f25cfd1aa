"""An operator sees how each way to controllers goes, tries it, and reads how it is set up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.directory import Channel
from hub.domain.mail_records import RecordNeed, records_to_publish
from hub.models.channel_trial import ChannelTrial
from hub.models.delivery import EVERYBODY, Delivery, DeliveryCircuit, DeliveryState
from hub.models.webhook import EndpointState, WebhookEndpoint
from hub.services import endpoints
from hub.services.channel_trials import trial_code
from tests.factories import open_case
from tests.linked import drain_all, file_to_address
from tests.web.controller.pages import send
from tests.web.members import add_member, add_organisation, form_token, sign_in

WAYS = "/exploitation/voies"
OPERATOR = "op@hub.example"


@pytest.fixture
def operator(app, unit, client, clock):
    """An operator, signed in, of a hub whose own address is known."""
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, OPERATOR, Role.OPERATOR)
    sign_in(client, OPERATOR, clock.now())
    return client


@pytest.fixture
def ask(operator, session, clock, ports):
    """Begins a trial of a way, and lets leave what is due."""

    def begun(way):
        said = send(operator, f"{WAYS}/{way}/essai", at=f"{WAYS}/{way}")
        drain_all(session, clock)
        return said

    return begun


def code_in(text):
    return re.search(r"\b(\d{6})\b", text)[1]


def test_each_way_has_its_health_its_trial_and_its_set_up_on_one_page(operator, ports, unit):
    open_case(unit, ports)
    listed = operator.get(WAYS).text
    ways = re.findall(rf'href="{WAYS}/(\w+)"', listed)
    assert ways == ["boite", "courriel", "lien", "logiciel", "courrier"]
    for way in ways:
        page = operator.get(f"{WAYS}/{way}").text
        for part in ("Essai", "Comment elle se porte", "Mise en place", f'{WAYS}/{way}/essai"'):
            assert part in page, (way, part)
        assert "Dubois" not in page
    assert operator.get(f"{WAYS}/pigeon").status_code == 404


def test_the_code_of_a_trial_message_typed_back_shows_that_e_mail_works(operator, ask, ports):
    ask("courriel")
    (mail,) = ports.mailer.sent
    assert mail.to == OPERATOR
    page = operator.get(f"{WAYS}/courriel")
    assert "Il n’est pas encore revenu." in page.text
    wrong = send(operator, f"{WAYS}/courriel/code", at=f"{WAYS}/courriel", code="000000")
    assert (wrong.status_code, "pas le code du dernier essai" in wrong.text) == (422, True)
    send(operator, f"{WAYS}/courriel/code", at=f"{WAYS}/courriel", code=code_in(mail.text))
    assert "Le dernier essai est revenu" in operator.get(f"{WAYS}/courriel").text


def test_a_code_is_not_to_be_guessed_and_a_new_trial_has_another_one(operator, ask, ports):
    ask("courriel")
    form = {"at": f"{WAYS}/courriel"}
    for _ in range(6):
        send(operator, f"{WAYS}/courriel/code", code="000000", **form)
    first = code_in(ports.mailer.sent[-1].text)
    refused = send(operator, f"{WAYS}/courriel/code", code=first, **form)
    assert "trop de fois" in refused.text
    ask("courriel")
    assert code_in(ports.mailer.sent[-1].text) != first


def test_a_trial_that_cannot_leave_says_why(operator, ask, ports):
    ports.mailer.down = True
    ask("courriel")
    page = operator.get(f"{WAYS}/courriel").text
    assert "L’essai n’est pas encore parti. Le serveur de messagerie ne répond pas." in page


def test_a_trial_link_followed_without_an_account_comes_back_once(app, operator, ask, ports):
    ask("lien")
    link = re.search(r"https?://[^/\s]+(/essai/[0-9a-f]{64})", ports.mailer.sent[0].text)[1]
    stranger = app.test_client()
    assert "n’ouvre rien et ne concerne personne" in stranger.get(link).text
    assert "Il n’est pas encore revenu." in operator.get(f"{WAYS}/lien").text
    assert stranger.get(link[:-4] + "0000").status_code == 410
    assert "L’essai est revenu." in send(stranger, link).text
    assert "Le dernier essai est revenu" in operator.get(f"{WAYS}/lien").text
    assert stranger.get(link).status_code == 410


def test_a_trial_parcel_arrives_in_the_inbox_of_the_hub_by_itself(operator, ask, session):
    ask("boite")
    assert "Le dernier essai est revenu" in operator.get(f"{WAYS}/boite").text
    kept = session.scalars(select(Delivery)).all()
    assert {row.state for row in kept if row.channel is Channel.PORTAL} == {DeliveryState.DELIVERED}


def test_a_trial_letter_is_printed_and_its_code_typed_back(operator, ask, ports, session):
    assert operator.get(f"{WAYS}/courrier/lettre.pdf").status_code == 404
    ask("courrier")
    assert operator.get(f"{WAYS}/courrier/lettre.pdf").data.startswith(b"%PDF-")
    code = trial_code(ports.keyring, session.get_one(ChannelTrial, "post").trial_id)
    form = {"at": f"{WAYS}/courrier", "code": code}
    send(operator, f"{WAYS}/courrier/code", **form)
    assert "Le dernier essai est revenu" in operator.get(f"{WAYS}/courrier").text
    assert operator.get(f"{WAYS}/courrier/lettre.pdf").status_code == 404


def test_all_software_is_called_again_at_once(operator, ask, unit, ports, session):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        endpoints.set_endpoint(work, case.organisation_id, "https://hooks.chu.example/hub")
    with unit(SYSTEM) as work:
        work.session.scalars(select(WebhookEndpoint)).one().state = EndpointState.IN_REVIEW
    assert "Adresses en pause" in operator.get(f"{WAYS}/logiciel").text
    before = len(ports.outward.posted)
    ask("logiciel")
    assert len(ports.outward.posted) == before + 1


def test_a_trial_is_over_after_two_weeks(operator, ask, ports, clock, session):
    ask("courriel")
    clock.advance(days=14)
    sign_in(operator, OPERATOR, clock.now())
    page = operator.get(f"{WAYS}/courriel")
    assert "n’est jamais revenu" in page.text
    token = form_token(page)
    code = code_in(ports.mailer.sent[0].text)
    refused = operator.post(f"{WAYS}/courriel/code", data={"csrf_token": token, "code": code})
    assert "Cet essai est terminé." in refused.text
    assert session.get_one(ChannelTrial, "email").passed_at is None


def test_a_way_that_rests_and_one_without_its_settings_are_said_first(
    app, operator, unit, clock, ports
):
    assert "aucune réponse ne peut revenir par e-mail" in operator.get(f"{WAYS}/courriel").text
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, reply_domain="reponse.hub.example")
    page = operator.get(f"{WAYS}/courriel").text
    assert "aucune réponse ne peut revenir" not in page
    assert "v=spf1" in page
    assert "lmtp://127.0.0.1:2424" in page
    with unit(SYSTEM) as work:
        until = clock.now()
        work.session.add(
            DeliveryCircuit(
                recipient=EVERYBODY, channel=Channel.EMAIL, failures=3, open_until=until
            )
        )
    for way in ("courriel", "lien"):
        assert "cette voie est en pause" in operator.get(f"{WAYS}/{way}").text
    assert operator.get(WAYS).text.count("en pause") == 2


def test_letters_that_wait_for_the_printer_are_counted_on_the_page_of_the_post(
    operator, unit, ports, session, clock
):
    file_to_address(unit, ports, "1 rue des Vignes\n67990 Illwiller")
    drain_all(session, clock)
    page = re.sub(r"<[^>]+>|\s+", " ", operator.get(f"{WAYS}/courrier").text)
    assert re.search(r"En attente de départ\s+1\b", page)


def test_the_domain_of_the_envelope_has_its_own_record_and_answers_their_server():
    found = records_to_publish("ne-pas-repondre@hub.example", "reponse.hub.example")
    named = [(one.need, one.name) for one in found]
    assert named == [
        (RecordNeed.REPLIES, "reponse.hub.example"),
        (RecordNeed.SPF, "hub.example"),
        (RecordNeed.SPF, "reponse.hub.example"),
        (RecordNeed.DKIM, "hub._domainkey.hub.example"),
        (RecordNeed.DMARC, "_dmarc.hub.example"),
    ]
    assert RecordNeed.REPLIES not in {one.need for one in records_to_publish("a@b.example", None)}
