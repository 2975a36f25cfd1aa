"""Whether a civil identity is the person who was named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import (
    LEVEL_OF,
    THROUGH_CONTROLLER,
    CivilIdentity,
    IdentityMatch,
    NamedIdentity,
    ProofMeans,
    ProofPolicy,
    ProvenIdentity,
    compare,
    highest,
)

BORN = date(1965, 3, 8)
ANGELE = CivilIdentity(("Angèle", "Marie"), "Dubois", BORN, "female", "35238", "99100")
SAME, DIFFERS, CANNOT_TELL = (
    IdentityMatch.SAME,
    IdentityMatch.DIFFERS,
    IdentityMatch.CANNOT_TELL,
)


@pytest.mark.parametrize(
    ("named", "match"),
    [
        (NamedIdentity("Angèle Marie", ("Dubois",), BORN), SAME),
        (NamedIdentity("ANGELE", ("dubois",), BORN), SAME),
        (NamedIdentity("Marie", ("Dubois",), BORN), SAME),
        (NamedIdentity("Angèle", ("Le Goff", "Dubois"), BORN), SAME),
        (NamedIdentity("Angèle", ("Le Goff",), BORN), CANNOT_TELL),
        (NamedIdentity("Louise", ("Dubois",), BORN), CANNOT_TELL),
        (NamedIdentity("Louise", ("Le Goff",), BORN), DIFFERS),
        (NamedIdentity("Angèle", ("Dubois",), date(1965, 8, 3)), DIFFERS),
        (NamedIdentity("Angèle", ("Dubois",), None), CANNOT_TELL),
        (NamedIdentity("Angèle", ("Le Goff",), None), DIFFERS),
        (NamedIdentity(), DIFFERS),
        (NamedIdentity(whole_name="Dubois Angèle"), SAME),
        (NamedIdentity(whole_name="Jean Dubois"), DIFFERS),
        (NamedIdentity(whole_name="Angèle Du"), DIFFERS),
    ],
)
def test_a_civil_identity_is_the_person_named_or_not(named, match):
    assert compare(ANGELE, named) is match


def test_a_name_without_a_letter_is_nobody():
    blank = replace(ANGELE, given_names=("",), family_name="")
    assert compare(blank, NamedIdentity("", ("",), BORN)) is not SAME
    assert compare(blank, NamedIdentity(whole_name="Angèle Dubois")) is not SAME
    nameless = replace(ANGELE, family_name="")
    assert compare(nameless, NamedIdentity(whole_name="Angèle Dubois")) is DIFFERS


def test_one_whose_first_and_last_names_are_one_word_is_herself():
    martin = replace(ANGELE, given_names=("Martin",), family_name="Martin")
    assert compare(martin, NamedIdentity(whole_name="Martin Martin")) is SAME


def test_a_filing_that_gives_no_first_name_leaves_it_open_whatever_hers_is():
    assert NamedIdentity() == NamedIdentity("", (), None, "")
    assert compare(ANGELE, NamedIdentity(family_names=("Dubois",), birth_date=BORN)) is CANNOT_TELL


def test_each_means_has_its_level_and_the_surest_counts():
    now = datetime(2026, 9, 14, tzinfo=UTC)
    levels = [ProvenIdentity(means, "s", now).level for means in LEVEL_OF]
    assert set(LEVEL_OF) == set(ProofMeans)
    assert highest(levels) is IdentityLevel.L3
    assert highest([]) is IdentityLevel.L0


def test_a_proof_given_in_a_visit_is_short_and_a_controllers_word_lasts_for_the_answer():
    policy = ProofPolicy()
    assert policy.lasts(ProofMeans.FRANCECONNECT_PLUS).total_seconds() == 3600
    assert policy.lasts(ProofMeans.LETTER).days == policy.controller_days


def test_proof_is_asked_a_letter_lives_thirty_days_and_takes_five_tries() -> None:
    policy = ProofPolicy()
    assert (policy.asked, policy.controller_days) == (1, 90)
    assert (policy.letter_days, policy.letter_tries) == (30, 5)


def test_what_a_controller_vouches_for_holds_at_that_controller_alone() -> None:
    assert {ProofMeans.CONTROLLER, ProofMeans.LETTER} == THROUGH_CONTROLLER
