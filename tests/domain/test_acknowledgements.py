"""What an acknowledgement of receipt must say, and what silence is worth when."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub.domain.acknowledgements import (
    POLICY,
    Acknowledgement,
    AcknowledgementPolicy,
    CompletionAsked,
    MandatoryField,
    Occasion,
    Service,
    SilenceMeaning,
    canonical,
    fingerprint,
    read_canonical,
    silence_on,
)
from hub.domain.directory import OrganisationKind
from hub.domain.rights import Right

RECEIVED = date(2026, 9, 14)


def test_silence_counts_two_months_by_the_day_number_and_never_rolls():
    assert silence_on(date(2026, 12, 31), ()) == date(2027, 2, 28)


def test_what_is_missing_suspends_the_silence_until_it_is_supplied_crpa_l114_5():
    asked = CompletionAsked(date(2026, 9, 20), date(2026, 10, 5), date(2026, 9, 25))
    assert silence_on(RECEIVED, [asked]) == date(2026, 11, 19)


def test_what_is_supplied_too_late_suspends_only_for_the_time_given():
    asked = CompletionAsked(date(2026, 9, 20), date(2026, 9, 30), date(2026, 10, 20))
    assert silence_on(RECEIVED, [asked]) == date(2026, 11, 24)


def test_what_was_never_supplied_suspends_for_the_time_given():
    asked = CompletionAsked(date(2026, 9, 20), date(2026, 9, 30))
    assert silence_on(RECEIVED, [asked]) == date(2026, 11, 24)


def test_two_lists_at_once_suspend_once():
    asked = [
        CompletionAsked(date(2026, 9, 20), date(2026, 9, 30)),
        CompletionAsked(date(2026, 9, 25), date(2026, 9, 30)),
    ]
    assert silence_on(RECEIVED, asked) == date(2026, 11, 24)


def test_a_list_sent_once_the_silence_has_spoken_changes_nothing():
    asked = CompletionAsked(date(2026, 11, 15), date(2026, 11, 30))
    assert silence_on(RECEIVED, [asked]) == date(2026, 11, 14)


def test_the_months_of_silence_are_a_setting():
    assert silence_on(RECEIVED, (), AcknowledgementPolicy(silence_months=4)) == date(2027, 1, 14)


def test_a_service_lacks_what_the_directory_does_not_hold_crpa_r112_11_1():
    assert Service("CHU").missing == (
        MandatoryField.SERVICE,
        MandatoryField.ADDRESS,
        MandatoryField.PHONE,
    )
    whole = Service("CHU", "Service des droits", email="droits@chu.example", phone="02 99 00 00 00")
    assert whole.missing == ()


def test_a_list_sent_on_the_last_day_still_suspends_the_silence():
    asked = CompletionAsked(date(2026, 11, 14), date(2026, 11, 20))
    assert silence_on(RECEIVED, [asked]) == date(2026, 11, 20)


def test_lists_are_read_by_their_date_whatever_their_order():
    first = CompletionAsked(date(2026, 11, 10), date(2026, 11, 25))
    then = CompletionAsked(date(2026, 11, 20), date(2026, 11, 30))
    assert silence_on(RECEIVED, [then, first]) == silence_on(RECEIVED, [first, then])


def test_the_paper_says_two_months_before_the_court_and_gives_fifteen_days_to_complete():
    assert (POLICY.court_months, POLICY.days_to_complete) == (2, 15)
    assert POLICY.silence is SilenceMeaning.TO_BE_CONFIRMED


CONTENT = Acknowledgement(
    occasion=Occasion.INCOMPLETE,
    composed_at=datetime(2026, 9, 14, 8, 2, tzinfo=UTC),
    nonce="n",
    number="R-DX7K-3M9Q",
    reference="DX7K-3M9Q-F2",
    channel="web",
    right=Right.ACCESS,
    processings=("Entrepôt", "Dossier"),
    received_at=datetime(2026, 9, 14, 8, tzinfo=UTC),
    transmitted_at=datetime(2026, 9, 14, 8, 1, tzinfo=UTC),
    organisation_kind=OrganisationKind.PUBLIC_HOSPITAL,
    service=Service("CHU", "Service des droits", "1 rue du Port", "d@chu.example", "02 99"),
    agent="Louise Martin",
    due_on=date(2026, 10, 14),
    strict_on=date(2026, 10, 14),
    notice_limit_on=date(2026, 10, 14),
    silence=SilenceMeaning.REFUSAL,
    silence_on=date(2026, 11, 14),
    to_supply="Vos années de soins",
    complete_by_on=date(2026, 9, 29),
)


def test_the_content_of_an_acknowledgement_comes_back_whole():
    read = read_canonical(canonical(CONTENT))
    assert read == CONTENT
    assert [type(value) for value in vars(read).values()] == [
        type(value) for value in vars(CONTENT).values()
    ]
    bare = replace(
        CONTENT, transmitted_at=None, due_on=None, notice_limit_on=None, silence=None,
        silence_on=None, complete_by_on=None,
    )  # fmt: skip
    assert read_canonical(canonical(bare)) == bare


def test_the_same_facts_are_always_written_the_same_way():
    # The fingerprint kept in the log is that of this text: a change of form would belie it.
    text = canonical(CONTENT)
    names = list(json.loads(text))
    assert names == sorted(names)
    assert '"processings": ["Entrepôt", "Dossier"]' in text
    assert '"received_at": "2026-09-14T08:00:00+00:00"' in text
    assert '"due_on": "2026-10-14"' in text
    assert fingerprint(text) == hashlib.sha256(text.encode()).hexdigest()
    assert fingerprint("é").startswith("4a99557e")


def test_a_content_of_another_version_is_read_with_what_it_has():
    facts = json.loads(canonical(CONTENT)) | {"unknown": "later"}
    del facts["to_supply"]
    assert read_canonical(json.dumps(facts)) == replace(CONTENT, to_supply="")


@pytest.mark.parametrize(
    ("service", "missing"),
    [
        (Service("CHU", "S", postal_address="1 rue du Port", phone="02"), ()),
        (Service("CHU", " ", email="d@chu.example", phone=" "), ("service", "phone")),
    ],
)
def test_an_acknowledgement_tells_what_its_service_lacks_crpa_r112_11_1(service, missing):
    assert set(replace(CONTENT, service=service).missing) == {MandatoryField(m) for m in missing}
