"""Addresses for replies: the hub's own, unguessable, read as officers retype them."""

import hashlib
import hmac
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.mailboxes import is_email
from hub.domain.references import ALPHABET
from hub.domain.reply_addresses import AddressKind, local_part, read_local_part

REFERRAL = UUID("019970a2-0f00-7000-8000-0123456789ab")


def digest(text: str) -> bytes:
    """The hub's own key."""
    return hmac.digest(b"k" * 32, text.encode(), hashlib.sha256)


@given(row_id=st.uuids(), kind=st.sampled_from(AddressKind))
@settings(max_examples=40)
def test_an_address_brings_back_its_row_and_is_genuine(row_id: UUID, kind: AddressKind) -> None:
    text = local_part(kind, row_id, digest)
    found = read_local_part(text)

    assert found is not None
    assert (found.kind, found.id) == (kind, row_id)
    assert found.is_genuine(digest)
    assert is_email(f"{text}@reponse.hub.example")


def test_an_address_retyped_in_capitals_with_letters_for_digits_is_still_read() -> None:
    text = local_part(AddressKind.REFERRAL, REFERRAL, digest)
    retyped = text.upper().replace("0", "O").replace("1", "l")

    found = read_local_part(retyped)

    assert found is not None
    assert found.id == REFERRAL
    assert found.is_genuine(digest)


def test_an_address_given_years_ago_is_still_the_hubs() -> None:
    given = "r.01k5ra43r0e00800014d2pf2dbfs7jzt21e7kmwxrq"
    assert local_part(AddressKind.REFERRAL, REFERRAL, digest) == given
    assert len(given) == 44
    assert read_local_part(given).is_genuine(digest)  # type: ignore[union-attr]


def test_an_address_that_holds_every_sign_is_read() -> None:
    assert read_local_part(f"r.{ALPHABET}{'0' * 10}") is not None


def test_no_address_is_made_from_another_nor_for_another_use() -> None:
    text = local_part(AddressKind.REFERRAL, REFERRAL, digest)
    for forged in ("b" + text[1:], text[:-1] + ("0" if text[-1] != "0" else "2")):
        found = read_local_part(forged)
        assert found is None or not found.is_genuine(digest)

    assert not read_local_part(text).is_genuine(lambda said: b"\0" * 32)  # type: ignore[union-attr]


def test_what_is_no_address_of_ours_is_none() -> None:
    full = "z" * 42
    for text in ("", "r.", "contact", "r." + "u" * 42, "x." + "0" * 42, f"r.{full}", "r.é" + full):
        assert read_local_part(text) is None
