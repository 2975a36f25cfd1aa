"""How long a kill was felt: until the last thing that was on its way then has arrived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.faults.checker import Brought
from tests.faults.kills import Kill, felt_for

AT = datetime(2026, 9, 14, 8, 2, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def brought(made: float, arrived: float | None, kind: str = "referral") -> Brought:
    arrived_at = None if arrived is None else after(arrived)
    return Brought(UUID(int=1), kind, "email", "delivered", None, after(made), arrived_at)


def felt(part: str, at: float, rows: list[Brought], told: tuple[float, ...] = ()) -> float:
    ((_, seconds),) = felt_for([Kill(part, after(at))], rows, [after(one) for one in told])
    return seconds


def test_a_kill_is_felt_until_the_last_of_what_was_on_its_way_arrives() -> None:
    rows = [brought(0, 5), brought(1, 61), brought(9, 400), brought(0, 1)]
    assert felt("worker", 2, rows) == 59


def test_what_was_made_later_or_had_arrived_is_no_part_of_it() -> None:
    assert felt("worker", 8, [brought(0, 7), brought(9, 90)]) == 0


def test_what_has_an_hour_of_its_own_is_no_part_of_it() -> None:
    assert felt("worker", 2, [brought(0, 5000, "notices_digest"), brought(0, None)]) == 0


def test_a_web_process_is_missed_until_the_next_receipt() -> None:
    assert felt("web process", 2, [], told=(1, 4, 9)) == 2
    assert felt("relay", 2, [], told=(4,)) == 0
