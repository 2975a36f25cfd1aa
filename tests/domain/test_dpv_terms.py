"""Terms of the Data Privacy Vocabulary: each of a known vocabulary, each right by its article."""

import re

import pytest

from hub.domain import dpv_terms
from hub.domain.complaints import Cause
from hub.domain.dpv_terms import CAUSES, CONTEXT, GROUNDS, OUTCOMES, RIGHTS, status_of
from hub.domain.grounds import GROUNDS as KNOWN_GROUNDS
from hub.domain.outcomes import Outcome
from hub.domain.rights import ARTICLES, Right

TERM = re.compile(r"(dpv|eu-ehds|eu-gdpr|justifications):[A-Z][A-Za-z0-9]+(-\d)?")


@pytest.mark.parametrize("right", Right)
def test_each_right_is_named_by_its_article(right: Right) -> None:
    text, article = ARTICLES[right].split(" ")
    assert RIGHTS[right] == f"eu-{text.lower()}:A" + article.replace("(", "-").rstrip(")")


def test_every_term_has_the_shape_of_a_term() -> None:
    terms = [*RIGHTS.values(), *GROUNDS.values(), *OUTCOMES.values(), *CAUSES.values()]
    assert [term for term in [*terms, dpv_terms.COMPLAINT] if not TERM.fullmatch(term)] == []


def test_the_vocabularies_are_those_of_the_record_each_at_its_address() -> None:
    assert set(CONTEXT) == {
        *("dct", "dpv", "eu-ehds", "eu-gdpr", "justifications", "vcard", "xsd"),
    }
    assert all(
        re.fullmatch(r"https?://(w3id\.org|purl\.org|www\.w3\.org)/\S+[#/]", address)
        for address in CONTEXT.values()
    )


def test_no_ground_is_named_that_the_law_does_not_know() -> None:
    assert set(GROUNDS) <= set(KNOWN_GROUNDS)


def test_every_outcome_has_its_status() -> None:
    assert set(OUTCOMES) == set(Outcome)


@pytest.mark.parametrize(
    ("cause", "outcome", "status"),
    [
        (Cause.SILENCE, None, "dpv:RequestActionDelayed"),
        (Cause.CONTESTED, Outcome.REFUSED, "dpv:RequestRequiresAction"),
        (Cause.OVER, None, "dpv:RequestUnfulfilled"),
        (Cause.WAITING, None, "dpv:RequestInitiated"),
        (Cause.ANSWERED, Outcome.GRANTED, "dpv:RequestAccepted"),
        (Cause.REFUSAL, Outcome.REFUSED, "dpv:RequestRejected"),
        (Cause.ANSWERED, None, "dpv:RequestInitiated"),
    ],
)
def test_the_status_of_a_request_tells_the_cause_first(cause, outcome, status) -> None:
    assert status_of(cause, outcome) == status
