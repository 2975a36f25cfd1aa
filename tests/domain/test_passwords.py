"""Passwords as the CNIL recommends them; the delay after wrong ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.passwords import PasswordFault, password_faults
from hub.domain.sign_in_delay import wait_left

NOW = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    ["Abcdef12345!", "Abcdefghijk123", "sept mots bien simples valent un signe"],
)
def test_strong_passwords_are_accepted(password: str) -> None:
    assert password_faults(password) == []


@pytest.mark.parametrize(
    "password",
    ["", "Abcdef1234!", "abcdefghijklmno1", "Abcdef123456", "non non non non non non non"],
)
def test_weak_passwords_are_refused(password: str) -> None:
    assert password_faults(password) == [PasswordFault.TOO_SIMPLE]


def test_a_password_never_holds_the_members_own_name() -> None:
    faults = password_faults(
        "Vasseur-2026!!", email="claire.vasseur@cnam.example", name="C. Vasseur"
    )
    assert faults == [PasswordFault.HOLDS_NAME]


def test_a_very_long_password_is_refused() -> None:
    assert PasswordFault.TOO_LONG in password_faults("Aa1!" * 40)


def test_the_delay_doubles_from_the_fifth_failure_and_stops_at_a_quarter_of_an_hour() -> None:
    def wait(failures: int) -> timedelta:
        return wait_left([NOW - timedelta(seconds=n) for n in range(failures)], NOW)

    assert [wait(n).total_seconds() for n in (0, 4, 5, 6, 7)] == [0, 0, 5, 10, 20]
    assert wait(40) == timedelta(minutes=15)


def test_failures_are_forgotten_after_an_hour() -> None:
    assert wait_left([NOW - timedelta(hours=1)] * 9, NOW) == timedelta(0)
