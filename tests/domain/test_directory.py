"""Words of the directory: how names are compared, and who is a public body."""

import pytest

from hub.domain.directory import OrganisationKind, fold


@pytest.mark.parametrize("kind", OrganisationKind)
def test_bodies_and_hospitals_of_the_state_are_public_crpa_l100_3(kind: OrganisationKind) -> None:
    public = {OrganisationKind.PUBLIC_BODY, OrganisationKind.PUBLIC_HOSPITAL}
    assert kind.is_public is (kind in public)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("CHU de  Besançon", "chu de besancon"),
        ("  Hôpital-Saint-Louis ", "hopital saint louis"),
        ("l’Œuvre", "l œuvre"),
        ("Straße n° 4", "strasse n 4"),
        ("ﬁchier", "fichier"),
        ("", ""),
    ],
)
def test_names_are_compared_without_case_accents_nor_signs(text: str, folded: str) -> None:
    assert fold(text) == folded
