"""Answering by the form: item by item, checked before it leaves, files sealed to the person."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hub.domain.lifecycle import ReferralState
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.models.answer import Answer, AnswerItem, AnswerState, Document, OutsideChannel
from hub.models.referral import Referral
from hub.models.rights_request import KeyClass, RightsRequest
from hub.port_errors import SealBroken
from tests.services.test_second_requests import asked_again
from tests.web.controller.conftest import AGENT
from tests.web.controller.pages import PDF, pdf, saved, send
from tests.web.members import sign_in

GRANTED = {"text": "Voici la copie de vos données.", "item0__outcome": "granted"}
REFUSED = {
    "text": "Nous refusons.",
    "item0__outcome": "refused",
    "item0__ground": "ALL-UNFOUNDED",
    "item0__reasons": "La demande vise un autre établissement.",
    "item0__evidence": "Courrier du 3 mars.",
}
ALONE = REFUSED | {"alone_reason": "Je suis seule au service."}


def state_of(session, desk) -> ReferralState:
    session.rollback()
    return session.get(Referral, desk.case.referral_id).state


def test_an_answer_is_shown_as_the_person_will_read_it_before_it_leaves(agent, desk, session):
    url = f"{desk.url}/repondre"
    checked = send(agent, url, step="check", **GRANTED)
    assert checked.status_code == 200
    assert GRANTED["text"] in checked.text
    assert state_of(session, desk) is ReferralState.DELIVERED
    sent = send(agent, url, step="send", **GRANTED)
    assert sent.location == desk.url
    assert state_of(session, desk) is ReferralState.ANSWERED
    assert session.scalar(select(Answer)).outcome is Outcome.GRANTED
    assert GRANTED["text"] in agent.get(desk.url).text


def test_going_back_from_the_check_keeps_every_word(agent, desk):
    back = send(agent, f"{desk.url}/repondre", step="edit", **REFUSED)
    for words in (REFUSED["text"], REFUSED["item0__reasons"], REFUSED["item0__evidence"]):
        assert words in back.text


def test_an_answer_without_outcome_or_letter_says_so_beside_both(agent, desk):
    said = send(agent, f"{desk.url}/repondre", step="check", text=" ")
    assert said.status_code == 422
    assert 'href="#item0-outcome-0"' in said.text
    assert 'href="#text"' in said.text


@pytest.mark.parametrize(
    ("missing", "field"),
    [("item0__ground", "ground"), ("item0__reasons", "reasons"), ("item0__evidence", "evidence")],
)
def test_a_refusal_wants_ground_reasons_and_evidence_each_beside_its_field(
    agent, desk, session, missing, field
):
    said = send(agent, f"{desk.url}/repondre", step="check", **(REFUSED | {missing: ""}))
    assert said.status_code == 422
    assert f'id="item0-{field}-error"' in said.text
    assert REFUSED["text"] in said.text
    assert state_of(session, desk) is ReferralState.DELIVERED


def test_a_refusal_with_all_it_owes_is_taken(agent, desk, session):
    assert send(agent, f"{desk.url}/repondre", step="send", **REFUSED).status_code == 302
    item = session.scalar(select(AnswerItem))
    assert item.ground == "ALL-UNFOUNDED"
    assert REFUSED["item0__reasons"].encode() not in item.reasons_sealed


def test_a_withdrawn_consent_cannot_be_refused(app, open_desk, client, clock):
    desk = open_desk(right=Right.CONSENT_WITHDRAWAL)
    sign_in(client, AGENT, clock.now())
    page = client.get(f"{desk.url}/repondre")
    assert 'value="refused"' not in page.text
    said = send(client, f"{desk.url}/repondre", step="send", **REFUSED)
    assert said.status_code == 422


def test_a_file_is_sealed_to_the_person_and_to_nobody_else(agent, desk, session, ports):
    send(agent, f"{desk.url}/repondre", step="send", files=pdf(), **GRANTED)
    session.rollback()
    document = session.scalar(select(Document))
    assert (document.size, document.media_type) == (len(PDF), "application/pdf")
    request = session.scalar(select(RightsRequest))
    receipt = desk.case.receipt
    private = ports.keyring.unwrap_private(
        request.box_private_wrapped, receipt.secret, receipt.reference
    )
    opened = b"".join(ports.files.read(document.storage_key, opened_with=private))
    assert opened == PDF
    page = agent.get(desk.url)
    assert "copie.pdf" in page.text
    assert saved(agent, desk.url, document.id).status_code == 404


def test_while_files_cannot_be_kept_the_answer_waits_with_its_words(agent, desk, ports, session):
    ports.files.answers = False
    said = {"text": "Voici la copie.", "item0__outcome": "granted"}
    page = send(agent, f"{desk.url}/repondre", step="send", files=[pdf()], **said)
    assert page.status_code == 422
    assert "ne peut pas être gardé pour le moment" in page.text
    assert "Voici la copie." in page.text
    session.rollback()
    assert session.scalar(select(Answer)) is None


def test_a_file_refused_is_named_with_its_reason_and_nothing_is_sent(agent, desk, session, ports):
    files = [pdf(), pdf("macro.exe", b"MZ....")]
    said = send(agent, f"{desk.url}/repondre", step="send", files=files, **GRANTED)
    assert said.status_code == 422
    assert "macro.exe" in said.text
    assert "choisissez-les tous à nouveau" in said.text
    assert GRANTED["text"] in said.text
    assert state_of(session, desk) is ReferralState.DELIVERED
    assert not ports.files.sealed


def test_files_of_an_answer_that_comes_second_are_not_kept(agent, desk, session, ports):
    url = f"{desk.url}/repondre"
    before = agent.get(url)
    send(agent, f"{desk.url}/repondre", step="send", **GRANTED)
    token = before.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    fields = {name.replace("__", "-"): value for name, value in GRANTED.items()}
    data = {"csrf_token": token, "step": "send", "files": pdf(), **fields}
    said = agent.post(url, data=data)
    assert said.status_code == 422
    assert "Louise Martin" in said.text
    assert GRANTED["text"] in said.text
    assert "vos fichiers" in said.text.lower()
    assert session.scalar(select(Document)) is None
    assert set(ports.files.sealed) == {session.scalar(select(Answer.letter_key))}


def test_an_answer_is_corrected_by_a_new_one_and_the_first_stays_readable(agent, desk, session):
    send(agent, f"{desk.url}/repondre", step="send", **GRANTED)
    form = agent.get(f"{desk.url}/corriger")
    assert GRANTED["text"] in form.text
    corrected = GRANTED | {"text": "Voici la copie complète."}
    send(agent, f"{desk.url}/corriger", step="send", **corrected)
    session.rollback()
    states = set(session.scalars(select(Answer.state)))
    assert states == {AnswerState.SENT, AnswerState.CORRECTED}
    page = agent.get(desk.url).text
    assert page.index("Voici la copie complète.") < page.index(GRANTED["text"])


def test_an_answer_given_elsewhere_keeps_channel_date_and_proof(agent, desk, session):
    url = f"{desk.url}/hors-service"
    said = send(agent, url, step="check", channel="post", outside_on="2026-09-14", **GRANTED)
    assert said.status_code == 422
    assert 'id="proof-error"' in said.text
    fields = {"channel": "post", "outside_on": "14/09/2026", "proof": "AR 1A 234"} | GRANTED
    assert send(agent, url, step="send", **fields).status_code == 302
    answer = session.scalar(select(Answer))
    assert answer.outside_channel is OutsideChannel.POST
    assert "AR 1A 234" in agent.get(desk.url).text


def test_a_date_before_the_receipt_is_refused_beside_its_field(agent, desk, session):
    fields = {"channel": "post", "outside_on": "2026-08-01", "proof": "AR 1A 234"} | GRANTED
    said = send(agent, f"{desk.url}/hors-service", step="send", **fields)
    assert said.status_code == 422
    assert "Indiquez une date entre la réception" in said.text
    assert session.scalar(select(Answer)) is None


def test_no_key_of_the_hub_opens_what_was_sent_to_the_person(agent, desk, session, ports, unit):
    send(agent, f"{desk.url}/repondre", step="send", files=pdf(), **GRANTED)
    session.rollback()
    document = session.scalar(select(Document))
    with unit(desk.agent) as work:
        key = work.keys.key(document.rights_request_id, KeyClass.CONTENT)
    with pytest.raises(SealBroken):
        b"".join(ports.files.read(document.storage_key, opened_with=key))


def test_a_portability_given_as_a_pdf_is_said_beside_the_files_and_keeps_what_was_typed(
    app, open_desk, client, clock, session, ports
):
    desk = open_desk(right=Right.PORTABILITY)
    sign_in(client, AGENT, clock.now())
    said = send(client, f"{desk.url}/repondre", step="send", files=pdf(), **GRANTED)
    assert said.status_code == 422
    assert 'id="files-error"' in said.text
    assert GRANTED["text"] in said.text
    assert state_of(session, desk) is ReferralState.DELIVERED
    assert not ports.files.sealed


def test_an_objection_offers_no_way_out_by_not_finding_the_person(app, open_desk, client, clock):
    desk = open_desk(right=Right.OBJECTION)
    sign_in(client, AGENT, clock.now())
    assert 'value="cannot_identify"' not in client.get(f"{desk.url}/repondre").text


def test_the_form_lists_what_the_person_asked_before_and_wants_it_named_x18(
    agent, desk, unit, ports, clock, session
):
    clock.advance(minutes=5)
    again = asked_again(unit, ports, desk.case)
    url = f"/dossiers/{again}/repondre"
    number = session.get_one(Referral, desk.case.referral_id).number
    assert number in agent.get(url).text
    assert "« Excessive »" not in agent.get(f"{desk.url}/repondre").text.replace("\u00a0", " ")
    refusal = ALONE | {"item0__ground": "ALL-EXCESSIVE"}
    said = send(agent, url, step="check", **refusal)
    assert said.status_code == 422
    assert 'id="item0-evidence-error"' in said.text
    said = send(agent, url, step="check", **(refusal | {"item0__evidence": f"Voir {number}."}))
    assert said.status_code == 200
