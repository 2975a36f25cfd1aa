"""The hub's keys: what is sealed opens only in its place, and a secret only for its holder."""

import secrets
import time

import pyrage
import pytest

from hub.adapters.keyring import Keyring
from hub.domain.references import normalise_secret
from hub.port_errors import SealBroken
from hub.ports import Keyring as KeyringPort

CELL = {"table": "answers", "column": "text", "row": "0192"}


def keyring_with(keys: dict[int, bytes] | None = None, current: int = 1) -> Keyring:
    return Keyring(keys or {1: b"\1" * 32}, current, pepper=b"\2" * 32, index_key=b"\3" * 32)


@pytest.fixture
def keyring() -> Keyring:
    return keyring_with()


def test_it_serves_the_port(keyring: Keyring) -> None:
    port: KeyringPort = keyring
    assert port.new_data_key()


def test_a_data_key_comes_back_from_its_wrapping(keyring: Keyring) -> None:
    plain, wrapped = keyring.new_data_key()
    assert len(plain) == 32
    assert plain not in wrapped
    assert keyring.unwrap(wrapped) == plain
    assert keyring.new_data_key()[0] != plain


def test_a_rotation_keeps_the_data_keys_and_retires_the_old_wrapping() -> None:
    plain, wrapped = keyring_with().new_data_key()
    both = keyring_with({1: b"\1" * 32, 2: b"\4" * 32}, current=2)
    rewrapped = both.rewrap(wrapped)
    assert keyring_with({2: b"\4" * 32}, current=2).unwrap(rewrapped) == plain
    with pytest.raises(SealBroken):
        keyring_with({2: b"\4" * 32}, current=2).unwrap(wrapped)


@pytest.mark.parametrize("wrapped", [b"", b"\1", b"\1" + b"x" * 60, b"\t" * 61])
def test_a_damaged_data_key_is_refused(keyring: Keyring, wrapped: bytes) -> None:
    with pytest.raises(SealBroken):
        keyring.unwrap(wrapped)


def test_a_sealed_text_opens_in_its_own_cell(keyring: Keyring) -> None:
    key, _ = keyring.new_data_key()
    sealed = keyring.seal(key, "réponse".encode(), **CELL)
    assert keyring.open(key, sealed, **CELL).decode() == "réponse"
    assert keyring.seal(key, "réponse".encode(), **CELL) != sealed


@pytest.mark.parametrize("moved", [{"table": "notes"}, {"column": "title"}, {"row": "0193"}])
def test_a_sealed_text_moved_elsewhere_does_not_open(
    keyring: Keyring, moved: dict[str, str]
) -> None:
    key, _ = keyring.new_data_key()
    sealed = keyring.seal(key, b"answer", **CELL)
    with pytest.raises(SealBroken):
        keyring.open(key, sealed, **(CELL | moved))


def test_a_sealed_text_does_not_open_under_another_key_nor_altered(keyring: Keyring) -> None:
    key, other = keyring.new_data_key()[0], keyring.new_data_key()[0]
    sealed = keyring.seal(key, b"answer", **CELL)
    with pytest.raises(SealBroken):
        keyring.open(other, sealed, **CELL)
    with pytest.raises(SealBroken):
        keyring.open(key, sealed[:-1] + bytes([sealed[-1] ^ 1]), **CELL)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Jean-François", "JEAN FRANCOIS"),
        ("L’Hôpital", "l'hopital"),
        ("Cœur", "COEUR"),
        ("  Zoé   Martin ", "zoe martin"),
        ("A.Dupont@Example.org", "a.dupont@example.org"),
    ],
)
def test_a_name_is_found_however_it_is_typed(keyring: Keyring, written: str, typed: str) -> None:
    assert keyring.blind_index(written, "name") == keyring.blind_index(typed, "name")


def test_a_blind_index_tells_nothing_across_purposes_or_keys(keyring: Keyring) -> None:
    other = Keyring({1: b"\1" * 32}, 1, pepper=b"\2" * 32, index_key=b"\7" * 32)
    seen = {
        keyring.blind_index("Martin", "name"),
        keyring.blind_index("Martin", "birth_name"),
        keyring.blind_index("Martine", "name"),
        other.blind_index("Martin", "name"),
    }
    assert len(seen) == 4


def test_the_same_filing_gives_the_same_secret_and_another_gives_another(keyring: Keyring) -> None:
    secret = keyring.derive_secret("key-1", "DX7K-3M9Q-F2")
    assert secret == keyring.derive_secret("key-1", "DX7K-3M9Q-F2")
    assert len(secret.replace("-", "")) == 24
    assert normalise_secret(secret) == secret
    others = {
        secret,
        keyring.derive_secret("key-2", "DX7K-3M9Q-F2"),
        keyring.derive_secret("key-1", "DX7K-3M9Q-F3"),
        Keyring({1: b"\1" * 32}, 1, b"\x09" * 32, b"\3" * 32).derive_secret(
            "key-1", "DX7K-3M9Q-F2"
        ),
    }
    assert len(others) == 4


def test_only_the_right_secret_matches_its_reference(keyring: Keyring) -> None:
    stored = keyring.hash_secret("REF-1", "SECRET")
    assert keyring.secret_matches(stored, "REF-1", "SECRET")
    assert not keyring.secret_matches(stored, "REF-1", "SECREU")
    assert not keyring.secret_matches(stored, "REF-2", "SECRET")
    assert not keyring.secret_matches(bytes(32), "REF-1", "SECRET")


def test_a_box_opens_with_the_secret_alone(keyring: Keyring) -> None:
    public, private = keyring.new_box()
    wrapped = keyring.wrap_private(private, "SECRET", "REF-1")
    opened = keyring.unwrap_private(wrapped, "SECRET", "REF-1")
    letter = pyrage.encrypt(b"letter", [pyrage.x25519.Recipient.from_str(public)])
    assert pyrage.decrypt(letter, [pyrage.x25519.Identity.from_str(opened)]) == b"letter"
    for secret, reference in (("SECREU", "REF-1"), ("SECRET", "REF-2")):
        with pytest.raises(SealBroken):
            keyring.unwrap_private(wrapped, secret, reference)


def test_a_box_lent_to_a_visit_opens_with_its_cookie_alone(keyring: Keyring) -> None:
    _, private = keyring.new_box()
    token = secrets.token_bytes(32)
    sealed = keyring.seal_for_visit(private, token)
    assert keyring.open_for_visit(sealed, token) == private
    with pytest.raises(SealBroken):
        keyring.open_for_visit(sealed, secrets.token_bytes(32))
    with pytest.raises(ValueError, match="32 bytes"):
        keyring.seal_for_visit(private, b"short")


@pytest.mark.parametrize(
    ("keys", "current"), [({}, 1), ({1: b"\1" * 31}, 1), ({1: b"\1" * 32}, 2), ({300: b"x"}, 300)]
)
def test_weak_or_missing_keys_are_refused_at_once(keys: dict[int, bytes], current: int) -> None:
    with pytest.raises(ValueError, match="key"):
        Keyring(keys, current, b"\2" * 32, b"\3" * 32)


def test_no_key_shows_when_a_keyring_is_printed(keyring: Keyring) -> None:
    assert "\\x" not in repr(keyring)


def test_the_keys_of_one_filing_cost_little(keyring: Keyring) -> None:
    def one_filing() -> None:
        [(key, _), *_] = [keyring.new_data_key() for _ in range(3)]
        _, private = keyring.new_box()
        for _ in range(10):
            keyring.seal(key, b"x" * 300, **CELL)
        secret = keyring.derive_secret("idempotency", "DX7K-3M9Q-F2")
        keyring.hash_secret("DX7K-3M9Q-F2", secret)
        keyring.wrap_private(private, secret, "DX7K-3M9Q-F2")

    def cost() -> float:
        start = time.perf_counter()
        one_filing()
        return time.perf_counter() - start

    assert min(cost() for _ in range(200)) < 0.001
