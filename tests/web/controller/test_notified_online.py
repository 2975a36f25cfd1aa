"""A public body reads whether its refusal counts as notified, and what it still owes."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from hub.domain.directory import OrganisationKind
from hub.domain.outcomes import Outcome
from hub.models.answer import Answer
from hub.models.directory import Organisation
from hub.services.answering import AnswerDraft, ItemAnswer, answer, read_answer
from tests.factories import PERSON
from tests.web.controller.conftest import AGENT
from tests.web.members import sign_in

REFUSED = {
    "ground": "ALL-UNFOUNDED",
    "reasons": "Aucun lien avec vos données.",
    "evidence": "Trois lettres semblables.",
}
BY_POST = "envoyez aussi cette lettre par la poste"


@pytest.fixture
def refused(open_desk, unit):
    """The desk of a refusal that left, to a person who agreed to be notified online or not."""

    def sent(*, agreed, kind=OrganisationKind.PUBLIC_HOSPITAL):
        desk = open_desk(person=replace(PERSON, notified_online=agreed))
        items = (ItemAnswer(desk.case.processing_id, Outcome.REFUSED, **REFUSED),)
        with unit(desk.case.agent) as work:
            organisation = work.session.get_one(Organisation, desk.case.organisation_id)
            organisation.kind, organisation.second_reader_wanted = kind, False
            answer(work, desk.case.referral_id, AnswerDraft("Non.", items, alone_reason="Seule."))
        return desk

    return sent


@pytest.fixture
def page_of(client, clock):
    """The page of a case, as its agent reads it that day."""

    def read(desk):
        sign_in(client, AGENT, clock.now())
        return client.get(desk.url).text.replace("\u00a0", " ")

    return read


def test_without_agreement_a_public_body_is_told_to_send_its_refusal_by_post_crpa_r112_17(
    refused, page_of
):
    assert BY_POST in page_of(refused(agreed=False))


def test_a_private_body_owes_no_letter_by_post(refused, page_of):
    assert BY_POST not in page_of(refused(agreed=False, kind=OrganisationKind.COMPANY))


def test_an_agreed_refusal_says_until_when_it_may_stay_unread_crpa_r112_20(refused, page_of, clock):
    desk = refused(agreed=True)
    assert "Si elle ne l’est toujours pas après le 29 septembre 2026" in page_of(desk)
    clock.advance(days=16)
    assert "Compte comme notifiée le 14 septembre 2026 : restée 15 jours" in page_of(desk)


def test_one_that_was_opened_counts_from_that_day(refused, page_of, clock, unit, session):
    desk = refused(agreed=True)
    clock.advance(days=2)
    answer_id = session.scalar(select(Answer.id))
    with unit(desk.case.person) as work:
        read_answer(work, answer_id)
    assert "Compte comme notifiée le 16 septembre 2026, jour où" in page_of(desk)
