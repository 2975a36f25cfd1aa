"""SIREN, FINESS and ROR as people write them, and mailboxes that may be published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.mailboxes import is_email, is_function_mailbox
from hub.domain.organisation_numbers import luhn_is_valid, read_finess, read_ror, read_siren


@pytest.mark.parametrize(
    ("text", "siren", "repaired"),
    [
        ("999003007", "999003007", False),
        ("999 003 007", "999003007", False),
        ("56501711", "056501711", True),
        ("56501711.0", "056501711", True),
        ("56501712", None, False),
        ("26010004500012", "260100045", False),
        ("05650171100016", "056501711", False),
        ("5650171100016", "056501711", True),  # a SIRET whose zero a spreadsheet dropped
        ("56501711-00016.0", "056501711", True),
        ("56501711 000 16", "056501711", True),
        ("5650171100017", None, False),
        ("10000000000008", None, False),  # a good check of the SIRET, a wrong SIREN in it
        ("100000000008", None, False),
        ("100008", "000100008", True),
        ("12351", None, False),
        ("0000000018", None, False),
        ("", None, False),
        ("FR123", None, False),
        ("٩٩٩٠٠٣٠٠٧", None, False),
    ],
)
def test_a_siren_is_read_as_it_was_meant(text: str, siren: str | None, repaired: bool) -> None:
    read = read_siren(text)
    assert (read.value, read.repaired) == (siren, repaired)


@given(st.integers(min_value=10_000_000, max_value=99_999_999))
def test_a_repaired_siren_always_holds(number: int) -> None:
    read = read_siren(str(number))
    assert read.value is None or luhn_is_valid(read.value)


@pytest.mark.parametrize(
    ("text", "finess", "repaired"),
    [
        ("010000024", "010000024", False),
        ("01 0000-02.4", "010000024", False),
        ("10000024", "010000024", True),
        ("10000024.0", "010000024", True),
        ("10000025", None, False),
        ("100000240", None, False),
        ("1000002", None, False),
        ("2A0007108", "2A0007108", False),
        ("2b 0007108", "2B0007108", False),
        ("2C0007108", None, False),
        ("A0007108", None, False),
        ("123", None, False),
        ("", None, False),
        ("٠١٠٠٠٠٠٢٤", None, False),  # the same digits in another script are stored by nobody
    ],
)
def test_a_finess_is_read_as_it_was_meant(text: str, finess: str | None, repaired: bool) -> None:
    read = read_finess(text)
    assert (read.value, read.repaired) == (finess, repaired)


@pytest.mark.parametrize(
    "text",
    [
        *("https://ror.org/0399w1j22", "http://ror.org/0399w1j22/", "ror.org/0399W1J22"),
        *(" 0399w1j22 ", "0399W1J22"),
    ],
)
def test_a_ror_is_given_its_one_address_however_it_was_written(text: str) -> None:
    assert read_ror(text).value == "https://ror.org/0399w1j22"
    assert not read_ror(text).repaired


@pytest.mark.parametrize(
    "text",
    [
        *("0i99w1j22", "0l99w1j22", "0o99w1j22", "0u99w1j22", "1399w1j22", "0399w1j2"),
        *("0399w1j222", "0399w1j2a", "https://ror.org/", "", "0\u017f99w1j22"),
    ],
)
def test_a_ror_needs_its_own_alphabet(text: str) -> None:
    assert read_ror(text).value is None


@pytest.mark.parametrize(
    ("digits", "is_valid"),
    [("18", True), ("81", False), ("059", True), ("91", True), ("0", True), ("1", False)],
)
def test_the_luhn_check_doubles_every_second_digit_from_the_right(digits, is_valid) -> None:
    assert luhn_is_valid(digits) is is_valid


@pytest.mark.parametrize(
    "address",
    ["dpo@a.example", "protection.donnees@a.example", "rgpd-chu@a.example", "contact@a.example"],
)
def test_the_mailbox_of_a_function_may_be_published(address: str) -> None:
    assert is_function_mailbox(address)


FUNCTIONS = """
    accueil administration adm cil cnil com communication conformite contact coord coordination data
    delegue direction donnee droits eds hello info informatique information infos juridique legal
    mairie office personaldata poststelle protection protectiondata qualite recherche research rssi
    secretariat service services siege ssi support dpo dpd rgpd gdpr privacy donnees vieprivee
    vie-privee rightsrequest rights-request chu-dpo mondpo mesdonnees
"""


@pytest.mark.parametrize("name", FUNCTIONS.split())
def test_the_mailbox_of_a_function_is_known_by_its_word(name: str) -> None:
    assert is_function_mailbox(f"{name}@a.example")
    assert is_function_mailbox(f"{name.upper()}.rennes@a.example")


def test_a_word_within_a_name_does_not_make_a_function() -> None:
    for address in ("adrien.comte@a.example", "infoura@a.example", "l.mairieux@a.example"):
        assert not is_function_mailbox(address)
    assert not is_function_mailbox("m.durand@dpo.example"), "the domain says nothing"


def test_an_address_has_at_most_254_characters_rfc_5321() -> None:
    label = "a" * 60
    longest = f"{'a' * 10}@{label}.{label}.{label}.{'a' * 57}.fr"
    assert len(longest) == 254
    assert is_email(longest)
    assert not is_email("a" + longest)
    assert is_email(f"{'a' * 64}@a.fr")
    assert not is_email(f"{'a' * 65}@a.fr")


@pytest.mark.parametrize("address", ["marie.durand@a.example", "mdurand@a.example", "x1@a.example"])
def test_the_mailbox_of_a_person_may_not(address: str) -> None:
    assert not is_function_mailbox(address)


@pytest.mark.parametrize("text", ["a@b", "a b@c.example", "@c.example", "a@b.example, c@d.example"])
def test_what_is_not_one_address_is_none(text: str) -> None:
    assert not is_email(text)
