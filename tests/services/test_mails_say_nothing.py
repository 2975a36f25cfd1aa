"""X30: a mailbox that a family shares learns nothing: no right, no disease, no controller."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask_babel import force_locale

from hub.adapters.mail.wording import word
from hub.domain.actors import SYSTEM
from hub.domain.directory import fold
from hub.domain.lifecycle import RequestState
from hub.domain.rights import Right
from hub.models.columns import new_id
from hub.models.delivery import DeliveryKind
from hub.models.rights_request import RightsRequest
from hub.services.calling import KINDS as CALLS
from hub.services.delivering import Claimed
from hub.services.lost_code import ask_new_code
from hub.services.posting import ABOUT_A_CODE, postings_of
from hub.web.rights_vocabulary import RIGHTS, TERMS
from tests.factories import PERSON
from tests.tracked import tracked_case

TO_PERSON = (
    DeliveryKind.ACKNOWLEDGEMENT_TO_READ,
    DeliveryKind.ADDRESS_CONFIRMATION,
    DeliveryKind.ANSWER_ENDING,
    DeliveryKind.ANSWER_TO_READ,
    DeliveryKind.CODE_WAITS,
    DeliveryKind.CONFIRMATION_REMINDER,
    DeliveryKind.DATE_PASSED,
    DeliveryKind.FILED_IN_YOUR_NAME,
    DeliveryKind.MANDATE_ENDED,
    DeliveryKind.NEWS,
    DeliveryKind.NEW_CODE_ASKED,
    DeliveryKind.NEW_CODE_GIVEN,
    DeliveryKind.NEW_CODE_READY,
    DeliveryKind.QUESTION_CLOSED,
    DeliveryKind.QUESTION_REMINDER,
    DeliveryKind.QUESTION_TO_ANSWER,
    DeliveryKind.REQUEST_WITHDRAWN,
    DeliveryKind.SOMETHING_TO_READ,
)
NO_MAIL_HERE = {DeliveryKind.REFERRAL, *CALLS}
"""Put in an inbox or told to a program; the mail of a link is read by the tests of links."""
TO_STAFF = tuple(sorted(set(DeliveryKind) - set(TO_PERSON) - NO_MAIL_HERE))
TO_ONE_MEMBER = {
    DeliveryKind.ACCESS_CHANGED,
    DeliveryKind.ACCOUNT_ENDING,
    DeliveryKind.MEMBER_INVITATION,
    DeliveryKind.PASSWORD_LINK,
}
ILLNESSES = ("cancer", "diabète", "diabetes", "infarctus", "heart attack", "maladie", "disease")
PERSON_WORDS = ("Angèle", "Dubois", "1965", "copie de mes données")


@pytest.fixture
def case(unit, ports, clock):
    return tracked_case(unit, ports, clock)


def claimed(kind, case, referral_id, recipient):
    return Claimed(
        id=new_id(),
        kind=kind,
        recipient=recipient,
        rights_request_id=case.receipt.rights_request_id,
        referral_id=referral_id,
        details={
            "reply_by_on": "2026-10-25",
            "until_on": "2026-12-01",
            "due_on": "2026-10-14",
            "about": kind.value,
            "message_id": str(case.question_id),
            "round": 1,
        },
        lease_token="",
    )


def worded(app, session, ports, group, language):
    """The mails that leave for these deliveries, in a language, as one folded text each."""
    session.rollback()
    postings = postings_of(session, ports.keyring, group, "https://hub.example")
    mails = []
    for posting in postings:
        if posting.order is not None:
            with app.test_request_context(), force_locale(language):
                mails.append(word(posting.order))
    return mails


def said_in(mail):
    return f" {fold(' '.join((mail.subject, mail.text, re.sub('<[^>]+>', ' ', mail.html))))} "


def rights_words():
    """Every name of a right, in both languages: the plain title, the article, staff's term."""
    found = set()
    for language in ("fr", "en"):
        with force_locale(language):
            for right in Right:
                title, _sentence, article = RIGHTS[right]
                found |= {fold(str(title)), fold(str(article)), fold(str(TERMS[right]))}
    return {words for words in found if len(words) > 3}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", TO_PERSON)
def test_x30_a_mail_to_the_person_has_no_right_disease_nor_controller_name(
    app, session, ports, case, unit, kind, language
):
    key = case.receipt.rights_request_id
    if kind in {DeliveryKind.ADDRESS_CONFIRMATION, DeliveryKind.CONFIRMATION_REMINDER}:
        _await_confirmation(unit, case, ports)
    if kind in ABOUT_A_CODE:
        _confirmed_then_lost(unit, case)
    group = [claimed(kind, case, one, f"person:{key}") for one in case.referrals.values()]
    mails = worded(app, session, ports, group, language)
    assert mails, f"{kind.value} says nothing at all"
    with app.test_request_context():
        rights = rights_words()
    for mail in mails:
        said = said_in(mail)
        for name in (*case.referrals, *ILLNESSES, *PERSON_WORDS, *rights):
            assert f" {fold(name)} " not in said, f"{kind.value} says {name}"
        for referral_id in case.referrals.values():
            assert str(referral_id) not in mail.text + mail.html


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", TO_STAFF, ids=lambda kind: kind.value)
def test_x30_a_mail_to_staff_names_neither_the_person_nor_a_disease(
    app, session, ports, case, kind, language
):
    name, referral_id = next(iter(case.referrals.items()))
    recipient = f"organisation:{case.agents[name].organisation_id}"
    if kind is DeliveryKind.COLLEAGUE_TASK:
        recipient = f"task:{case.task_id}"
    if kind in TO_ONE_MEMBER:
        recipient = f"member:{case.agents[name].id}"
    group = [claimed(kind, case, referral_id, recipient)]
    for mail in worded(app, session, ports, group, language):
        said = said_in(mail)
        for words in (*ILLNESSES, *PERSON_WORDS):
            assert f" {fold(words)} " not in said, f"{kind.value} says {words}"


def test_every_mail_of_the_hub_is_looked_at():
    assert set(TO_PERSON) | set(TO_STAFF) == set(DeliveryKind) - NO_MAIL_HERE


def _await_confirmation(unit, case, ports):
    with unit(SYSTEM) as work:
        row = work.session.get_one(RightsRequest, case.receipt.rights_request_id)
        row.state = RequestState.AWAITING_CONFIRMATION
        row.lapses_at = ports.clock.now() + timedelta(days=5)


def _confirmed_then_lost(unit, case):
    with unit(SYSTEM) as work:
        row = work.session.get_one(RightsRequest, case.receipt.rights_request_id)
        row.confirmed_at = work.now
        ask_new_code(work, case.receipt.reference, PERSON.email)
