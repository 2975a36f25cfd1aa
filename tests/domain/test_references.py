"""A reference survives being read aloud and typed badly, and never names another's request."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.references import (
    ALPHABET,
    REFERENCE_BYTES,
    SECRET_BYTES,
    ReferenceMistyped,
    new_complaint_number,
    new_incident_number,
    new_number,
    new_reference,
    normalise_number,
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


@pytest.mark.parametrize(
    ("drawn", "reference"),
    [
        ("0000000000", "0000-0000-00"),
        ("0001020304", "000G-40R4-5R"),
        ("deadbeef42", "VTPV-XVT2-65"),
        ("123456789a", "28T5-CY4T-1N"),
        ("ffffffffff", "ZZZZ-ZZZZ-RD"),
    ],
)
def test_references_given_out_years_ago_are_still_read(drawn: str, reference: str) -> None:
    assert new_reference(bytes.fromhex(drawn)) == reference
    assert normalise_reference(reference) == reference
    assert new_number(bytes.fromhex(drawn)) == f"R-{reference[:9]}"


def test_the_alphabet_is_that_of_crockford() -> None:
    assert ALPHABET == "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_a_reference_names_with_forty_bits_and_a_secret_opens_with_a_hundred_and_twenty() -> None:
    assert (REFERENCE_BYTES * 8, SECRET_BYTES * 8) == (40, 120)


def test_of_a_text_too_long_to_be_a_secret_only_the_beginning_is_read() -> None:
    assert len(normalise_secret("A" * 500).replace("-", "")) == 80


def test_the_number_of_a_case_is_read_as_it_was_typed_with_its_letter() -> None:
    assert normalise_number("r-dx7k 3m9q") == "R-DX7K-3M9Q"


def test_a_complaint_and_an_incident_have_numbers_of_their_own() -> None:
    assert new_complaint_number(b"\0" * 5) == "C-0000-0000"
    assert new_incident_number(b"\0" * 5) == "I-0000-0000"
