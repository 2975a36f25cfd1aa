"""Decisions are notified on the site to whoever agreed to it, and to nobody else (CRPA R112-17)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.domain.audit_log import EventKind
from hub.domain.outcomes import Outcome
from hub.models.answer import Answer
from hub.queries.audit_trail import trail_of
from hub.sealing import RequestKeys
from hub.services.answering import AnswerDraft, ItemAnswer, answer, read_answer
from tests.factories import PERSON, open_case
from tests.web.members import post

REFUSED = {
    "ground": "ALL-UNFOUNDED",
    "reasons": "Aucun lien avec vos données.",
    "evidence": "Trois lettres semblables.",
}


@pytest.fixture
def refused(unit, ports, session):
    """A public hospital's refusal, sent to a person who agreed or not; with its case."""

    def sent(*, agreed):
        person = replace(PERSON, notified_online=agreed)
        case = open_case(unit, ports, person=person)
        items = (ItemAnswer(case.processing_id, Outcome.REFUSED, **REFUSED),)
        with unit(case.agent) as work:
            answer(work, case.referral_id, AnswerDraft("Non.", items, alone_reason="Seule."))
        session.rollback()
        return case, session.scalar(select(Answer.id))

    return sent


def page_of(enter, case, answer_id):
    return enter(case.receipt).get(f"/suivre/reponse/{answer_id}").text.replace("\u00a0", " ")


def test_without_agreement_the_two_months_wait_for_the_post_crpa_r112_17(refused, enter):
    case, answer_id = refused(agreed=False)
    assert "quand la lettre de l’organisme vous parvient par la poste" in page_of(
        enter, case, answer_id
    )


def test_an_agreed_decision_counts_from_the_day_it_was_opened_crpa_r112_20(
    refused, enter, unit, clock
):
    case, answer_id = refused(agreed=True)
    clock.advance(days=3)
    with unit(case.person) as work:
        read_answer(work, answer_id)
    page = page_of(enter, case, answer_id)
    assert "Les deux mois courent depuis le 17 septembre 2026, jour où vous l’avez" in page


def test_left_unread_for_fifteen_days_it_counts_from_the_first_crpa_r112_20(
    refused, enter, unit, clock
):
    case, answer_id = refused(agreed=True)
    clock.instant += timedelta(days=16)
    with unit(case.person) as work:
        read_answer(work, answer_id)
    page = page_of(enter, case, answer_id)
    assert "Les deux mois courent depuis le 14 septembre 2026, jour où cette décision" in page


def test_the_agreement_is_a_fact_of_the_log_that_outlives_her_identity(refused, session, ports):
    case, _ = refused(agreed=True)
    keys = RequestKeys(session, ports.keyring)
    trail = trail_of(session, keys, case.receipt.rights_request_id, None)
    filed = next(one for one in trail if one.kind is EventKind.REQUEST_FILED)
    assert filed.facts["notified_online"] is True


def test_whoever_agrees_gives_an_e_mail_address_and_the_box_stays_ticked(client, unit, ports):
    case = open_case(unit, ports)
    client.get(f"/demander?droit=access&base={case.processing_id}")
    typed = {
        "given_names": "Angèle", "family_name": "Dubois", "birth_date": "08/03/1965",
        "postal_address": "1 rue Haute", "notified_online": "y",
    }  # fmt: skip
    page = post(client, "/demander/identite", **typed)
    assert page.status_code == 422
    assert "Donnez une adresse e-mail plus haut" in page.text
    assert "checked" in page.text.split('name="notified_online"')[1].split(">")[0]


def test_it_is_never_ticked_for_her(client, unit, ports):
    case = open_case(unit, ports)
    client.get(f"/demander?droit=access&base={case.processing_id}")
    page = client.get("/demander/identite").text
    assert "checked" not in page.split('name="notified_online"')[1].split(">")[0]
