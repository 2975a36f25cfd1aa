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


def test_a_corsican_finess_is_accepted_by_its_shape() -> None:
    assert read_finess("2B0007108").value == "2B0007108"
    assert read_finess("10000024").value == "010000024"
    assert read_finess("123").value is None


def test_a_ror_needs_its_own_alphabet() -> None:
    assert read_ror("https://ror.org/0399w1j22").value == "https://ror.org/0399w1j22"
    assert read_ror("https://ror.org/0i99w1j22").value is None


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
