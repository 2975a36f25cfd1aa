"""What the hub asks of each provider of identity, and what it takes from it."""

from hub.domain.identity_proof import LEVEL_OF
from hub.domain.identity_providers import (
    ACR_ASKED,
    ACR_TAKEN,
    MEANS_OF,
    MemberIdentity,
    Provider,
)

REVIEWED = """
    franceconnect       eidas1  eidas1 eidas2 eidas3
    franceconnect-plus  eidas2  eidas2 eidas3
    proconnect          eidas1  eidas1 eidas1-mfa eidas2 eidas3
"""
SIRET = "18008901300452"


def test_the_levels_asked_and_taken_are_the_ones_that_were_reviewed_eidas_8():
    for line in REVIEWED.strip().splitlines():
        name, asked, *taken = line.split()
        assert ACR_ASKED[Provider(name)] == asked
        assert ACR_TAKEN[Provider(name)] == set(taken)
    assert set(ACR_ASKED) == set(ACR_TAKEN) == set(Provider)


def test_what_was_asked_is_taken_and_a_surer_provider_takes_no_less():
    assert all(ACR_ASKED[one] in ACR_TAKEN[one] for one in Provider)
    surer, usual = Provider.FRANCECONNECT_PLUS, Provider.FRANCECONNECT
    assert LEVEL_OF[MEANS_OF[surer]] > LEVEL_OF[MEANS_OF[usual]]
    assert ACR_TAKEN[surer] < ACR_TAKEN[usual]


def test_a_professional_proves_no_persons_identity():
    assert set(MEANS_OF) == set(Provider) - {Provider.PROCONNECT}


def test_the_organisation_is_the_first_nine_digits_of_the_establishment():
    assert MemberIdentity("s", SIRET, "eidas1").siren == "180089013"


def test_two_factors_given_there_are_known_by_the_means_or_by_the_level():
    def had(acr: str, *amr: str) -> bool:
        return MemberIdentity("s", SIRET, acr, amr).had_second_factor

    assert had("eidas1", "pwd", "mfa")
    assert had("eidas1", "pop")
    assert had("eidas1-mfa")
    assert had("eidas2", "pwd")
    assert had("eidas3")
    assert not had("eidas1", "pwd")
    assert not had("eidas1")
