"""Acts that come too late or second: refused with the rule, in words, and nothing typed is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM, Role
from hub.domain.lifecycle import ActionNotAllowed, ReferralState
from hub.domain.outcomes import Outcome
from hub.domain.working_days import start_of_day
from hub.models.answer import Answer
from hub.models.referral import Referral
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.rerouting import withdraw_request
from tests.web.controller.conftest import AGENT
from tests.web.controller.pages import send, token_of
from tests.web.members import add_member, sign_in

WORDS = "Les données sont réparties entre trois sites."
GIVEN = {"step": "send", "text": "Voici vos données.", "item0-outcome": "granted"}


def referral_of(session, desk):
    session.rollback()
    return session.get(Referral, desk.case.referral_id)


def extend_at(agent, desk, clock, instant):
    clock.instant = instant
    sign_in(agent, AGENT, clock.now())
    return send(agent, f"{desk.url}/prolonger", at=desk.url, cause="volume", words=WORDS)


def test_an_extension_in_the_last_second_of_the_last_day_is_in_time_gdpr_12_3(
    agent, desk, clock, session
):
    midnight = start_of_day(referral_of(session, desk).notice_limit_on + timedelta(days=1))
    done = extend_at(agent, desk, clock, midnight - timedelta(seconds=1))
    assert done.status_code == 302
    assert referral_of(session, desk).is_extended


def test_an_extension_one_second_later_is_refused_with_its_rule_gdpr_12_3(
    agent, desk, clock, session
):
    midnight = start_of_day(referral_of(session, desk).notice_limit_on + timedelta(days=1))
    said = extend_at(agent, desk, clock, midnight)
    assert said.status_code == 422
    assert "14 octobre 2026" in said.text
    assert "RGPD, article 12(3)" in said.text
    assert WORDS in said.text
    assert not referral_of(session, desk).is_extended


def test_what_the_clock_allows_no_more_is_not_offered_and_says_why_gdpr_12_3_12_6(
    agent, desk, clock, session
):
    acts = {"prolonger": "Prolonger le délai", "identite": "Vérifier l’identité"}
    page = agent.get(desk.url).text
    assert all(f"/{path}" in page for path in acts)
    clock.instant = start_of_day(referral_of(session, desk).notice_limit_on + timedelta(days=1))
    sign_in(agent, AGENT, clock.now())
    page = agent.get(desk.url).text
    assert not any(f"/{path}" in page for path in acts)
    for path in acts:
        refused = agent.get(f"{desk.url}/{path}", follow_redirects=True)
        assert "14 octobre 2026" in refused.text


def test_a_pause_dated_before_the_receipt_is_refused_with_its_rule_gdpr_12_6(
    agent, desk, clock, session
):
    before = token_of(agent.get(f"{desk.url}/identite"))
    clock.instant = referral_of(session, desk).received_at - timedelta(days=1)
    said = agent.post(
        f"{desk.url}/identite",
        data={"csrf_token": before, "doubt": "Deux homonymes.", "text": "Où êtes-vous née ?"},
    )
    assert said.status_code == 422, said.text
    assert "RGPD, article 12(6)" in said.text
    assert "Deux homonymes." in said.text
    assert not referral_of(session, desk).is_suspended


@pytest.mark.parametrize("act", ["question", "a-completer", "collegue"])
def test_a_date_that_no_calendar_reaches_is_said_beside_its_field(agent, desk, act):
    said = send(agent, f"{desk.url}/{act}", text="Le service ?", reply_by_on="9999-12-31")
    assert said.status_code == 422
    assert "Indiquez une date d’ici un an." in said.text


def test_an_answer_to_a_withdrawn_referral_is_refused_and_says_who_withdrew(
    agent, desk, unit, session
):
    before = agent.get(f"{desk.url}/repondre")
    with unit(desk.case.person) as work:
        withdraw_request(work, desk.case.receipt.rights_request_id)
    said = agent.post(f"{desk.url}/repondre", data={"csrf_token": token_of(before), **GIVEN})
    assert said.status_code in {302, 422}
    page = said if said.status_code == 422 else agent.get(said.location)
    assert "la personne a retiré sa demande" in page.text
    assert "Plus rien ne lui est dû" in page.text
    assert referral_of(session, desk).state is ReferralState.WITHDRAWN
    assert session.scalar(select(func.count()).select_from(Answer)) == 0
    items = (ItemAnswer(desk.case.processing_id, Outcome.GRANTED),)
    with pytest.raises(ActionNotAllowed), unit(desk.agent) as work:
        answer(work, desk.case.referral_id, AnswerDraft("Voici.", items))


def test_of_two_members_who_answer_at_once_the_second_is_told_who_answered(
    agent, desk, unit, clock, session, app
):
    with unit(SYSTEM) as work:
        add_member(work, desk.case.organisation_id, "paul.petit@chu.example", Role.AGENT)
    second = app.test_client()
    sign_in(second, "paul.petit@chu.example", clock.now())
    mine, hers = agent.get(f"{desk.url}/repondre"), second.get(f"{desk.url}/repondre")
    first = agent.post(f"{desk.url}/repondre", data={"csrf_token": token_of(mine), **GIVEN})
    assert first.status_code == 302
    said = second.post(
        f"{desk.url}/repondre",
        data={"csrf_token": token_of(hers), **GIVEN, "text": "Ma réponse à moi."},
    )
    assert said.status_code == 422
    assert "Louise Martin" in said.text
    assert "Ma réponse à moi." in said.text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Answer)) == 1
