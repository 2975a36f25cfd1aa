"""A reference survives being read aloud and typed badly, and never names another's request."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.references import (
    ALPHABET,
    ReferenceMistyped,
    new_reference,
    normalise_reference,
    normalise_secret,
)

forty_bits = st.binary(min_size=5, max_size=5)


@given(forty_bits)
def test_a_new_reference_reads_back_as_itself(random_bytes: bytes) -> None:
    reference = new_reference(random_bytes)
    assert len(reference) == 12
    assert normalise_reference(reference) == reference


@given(forty_bits)
def test_a_reference_typed_carelessly_is_understood(random_bytes: bytes) -> None:
    reference = new_reference(random_bytes)
    typed = reference.lower().replace("0", "o").replace("1", "l").replace("-", " – ")
    assert normalise_reference(f"  {typed}\n") == reference
    assert normalise_reference(reference.replace("1", "I").replace("-", "")) == reference


@given(forty_bits, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(random_bytes: bytes, place: int, other: str) -> None:
    characters = list(new_reference(random_bytes).replace("-", ""))
    if characters[place] == other:
        return
    characters[place] = other
    with pytest.raises(ReferenceMistyped):
        normalise_reference("".join(characters))


@given(forty_bits, st.integers(0, 9), st.integers(0, 9))
def test_two_swapped_characters_are_always_noticed(
    random_bytes: bytes, one: int, other: int
) -> None:
    characters = list(new_reference(random_bytes).replace("-", ""))
    if characters[one] == characters[other]:
        return
    characters[one], characters[other] = characters[other], characters[one]
    with pytest.raises(ReferenceMistyped):
        normalise_reference("".join(characters))


@pytest.mark.parametrize("typed", ["", "DX7K", "DX7K-3M9Q-F2-AAAA", "UUUU-UUUU-UU", "é" * 10])
def test_what_cannot_be_a_reference_is_refused(typed: str) -> None:
    with pytest.raises(ReferenceMistyped):
        normalise_reference(typed)


def test_a_reference_is_made_of_forty_bits_and_no_others() -> None:
    with pytest.raises(ValueError, match="5 bytes"):
        new_reference(os.urandom(6))


def test_references_do_not_repeat_over_a_thousand_draws() -> None:
    assert len({new_reference(os.urandom(5)) for _ in range(1000)}) == 1000


def test_a_secret_typed_carelessly_is_understood() -> None:
    secret = "01AB-CDEF-GHJK-MNPQ-RSTV-WXYZ"
    assert normalise_secret(" oiab cdef ghjk\u2011mnpq rstvwxyz ") == secret
    assert normalise_secret(secret) == secret


@given(st.text(max_size=300))
def test_no_text_typed_as_a_secret_ever_fails(typed: str) -> None:
    once = normalise_secret(typed)
    assert normalise_secret(once) is not None
