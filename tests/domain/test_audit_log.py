"""The chain of the log: the same event has the same hash for ever, and each tampering is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from hub.domain.audit_log import (
    CONSULTATIONS,
    GENESIS,
    HUB_STREAM,
    Break,
    Entry,
    EventKind,
    breaks_in,
    detail_digest,
    entry_hash,
)

STREAM = UUID(int=1)
FIRST = Entry(
    stream_id=STREAM,
    seq=1,
    at=datetime(2026, 9, 14, 8, 2, tzinfo=UTC),
    actor_kind="person",
    actor_pseudonym="é",
    kind=EventKind.REQUEST_FILED,
    subject_id=UUID(int=2),
    detail_digest=detail_digest(b"sealed"),
    prev=GENESIS,
)


def chain(length: int) -> list[tuple[Entry, bytes]]:
    """A whole stream of so many events, each with its hash."""
    entries: list[tuple[Entry, bytes]] = []
    prev = GENESIS
    for seq in range(1, length + 1):
        entry = replace(FIRST, seq=seq, prev=prev)
        prev = entry_hash(entry)
        entries.append((entry, prev))
    return entries


def test_an_event_has_the_hash_it_always_had() -> None:
    # Logs of years ago are verified with it: a change here breaks every chain ever written.
    assert (
        entry_hash(FIRST).hex()
        == "f902c15aeae6959945781da2836a77d476c85ffe8f87337090a415dc4be4d6dc"
    )
    assert (
        entry_hash(replace(FIRST, subject_id=None)).hex()
        == "d7efe243e37fbc705684b1c13dcec095464847ea3b8df67ef0c4e22df5f71dc0"
    )


def test_an_event_written_in_another_time_zone_is_the_same_event() -> None:
    paris = FIRST.at.astimezone(timezone(timedelta(hours=2)))
    assert entry_hash(replace(FIRST, at=paris)) == entry_hash(FIRST)


def test_no_detail_counts_as_an_empty_one() -> None:
    assert detail_digest(None) == detail_digest(b"")
    assert detail_digest(None).hex().startswith("e3b0c442")
    assert detail_digest(b"sealed") != detail_digest(None)


def test_what_is_of_no_request_has_a_chain_of_its_own() -> None:
    assert UUID(int=0) == HUB_STREAM


def test_a_whole_chain_has_no_break() -> None:
    assert GENESIS == b"\0" * 32
    assert breaks_in(chain(3)) == []
    assert breaks_in([]) == []


def test_an_event_taken_away_is_missed() -> None:
    first, _, third = chain(3)
    assert breaks_in([first, third]) == [
        Break(STREAM, 2, "missing"),
        Break(STREAM, 3, "not_chained"),
    ]
    assert breaks_in(chain(2)[1:])[0] == Break(STREAM, 1, "missing")


def test_an_event_changed_after_the_fact_is_noticed() -> None:
    first, (second, stored), third = chain(3)
    changed = (replace(second, actor_pseudonym="another"), stored)
    assert breaks_in([first, changed, third]) == [Break(STREAM, 2, "altered")]


def test_an_event_changed_with_its_hash_leaves_the_next_unchained() -> None:
    first, (second, _), third = chain(3)
    changed = replace(second, actor_pseudonym="another")
    found = breaks_in([first, (changed, entry_hash(changed)), third])
    assert found == [Break(STREAM, 3, "not_chained")]


@pytest.mark.parametrize("name", sorted(vars(FIRST).keys() - {"stream_id"}))
def test_each_thing_an_event_says_is_bound_by_its_hash(name: str) -> None:
    other = {
        "seq": 2,
        "at": FIRST.at + timedelta(microseconds=1),
        "subject_id": UUID(int=3),
        "detail_digest": detail_digest(b"other"),
        "prev": b"\1" * 32,
    }.get(name, "another")
    assert entry_hash(replace(FIRST, **{name: other})) != entry_hash(FIRST)


def test_acts_of_looking_are_those_of_the_access_log() -> None:
    assert {kind.value for kind in CONSULTATIONS} == {
        "referral:answer_link:entered",
        "referral:case:opened",
        "referral:mail:opened",
        "rights_request:request:opened",
        "rights_request:content:consulted",
    }
