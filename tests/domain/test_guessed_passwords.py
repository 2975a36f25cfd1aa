"""What is left of a password once words, runs and years that everybody tries are taken out."""

import pytest

from hub.domain.guessed_passwords import is_guessed_first


@pytest.mark.parametrize(
    "password",
    [
        "Motdepasse-BNWZ",
        "Motdepasse-BNWZ-bbbb-zzzz",
        "Camille-1987-bnwz",
        "Camille2031bnwz",
        "bnwz4567",
        "Poiuytreza-98765",
        "abc789qsd456",
        "nabcdefghw456789z",
        "m.o.t.d.e.p.a.s.s.e",
        "M.0.t.d.3.p.@.s.s.3",
        "P@ssw0rd-fghijk",
        "1-2-3-4-5-6-7-8-9",
        "1987bnwz-4-5-6-7-8",
        "",
    ],
)
def test_what_leaves_four_signs_of_ones_own_or_fewer_is_guessed_first(password: str) -> None:
    assert is_guessed_first(password)


@pytest.mark.parametrize(
    "password",
    ["Motdepasse-BNWZK", "Camille-1787-bnwz", "bnwz4567k", "ab78qs45", "lilas-brume"],
)
def test_five_different_signs_of_ones_own_are_enough(password: str) -> None:
    assert not is_guessed_first(password)
