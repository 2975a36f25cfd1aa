"""Passwords as the CNIL recommends them; the delay after wrong ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.passwords import PasswordFault, password_faults
from hub.domain.sign_in_delay import wait_left

NOW = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "Brume-lilas7",
        "Brumelilaspont7",
        "sept mots bien simples valent un signe",
        "UN DEUX TROIS QUATRE CINQ SIX SEPT",
        f"Brume7{'xk' * 61}",
    ],
)
def test_strong_passwords_are_accepted(password: str) -> None:
    assert password_faults(password) == []


@pytest.mark.parametrize(
    "password",
    [
        "",
        "Abcdef1234!",
        "abcdefghijklmno1",
        "ABCDEFGHIJKLMNO1",
        "Abcdefghijklmnop",
        "Abcdefgh12345",
        "abcdef12345!",
        "six mots bien simples ne suffisent",
        "non non non non non non non",
        "Non non nON NON noN NoN nOn",
        "a b c d e f g",
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    assert password_faults(password) == [PasswordFault.TOO_SIMPLE]


@pytest.mark.parametrize(
    "password",
    [
        "Azertyuiop2026!",
        "Motdepasse2026!",
        "M0tdep@sse-2025",
        "P@ssw0rd12345!",
        "Bonjour123456789!",
        "Abcdefghijk123",
        "Aaaaaaaaaaaaa1",
        "Septembre-2026!",
        "Administrateur-1",
        "Hôpital-Sante-2026",
        "1Qaz2wsx3edc4rfv",
        "Été-Hiver-2026-Cnil",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert password_faults(password) == [PasswordFault.TOO_COMMON]


def test_a_word_of_her_own_beside_a_common_one_is_enough() -> None:
    assert password_faults("Motdepasse-Lilas7") == []
    assert password_faults("Brume-lilas-2026!") == []


def test_a_password_never_holds_the_members_own_name() -> None:
    faults = password_faults(
        "Vasseur-2026!!", email="claire.vasseur@cnam.example", name="C. Vasseur"
    )
    assert faults == [PasswordFault.HOLDS_NAME]


def test_a_short_name_may_be_part_of_a_word_and_the_host_of_an_address_is_no_name() -> None:
    assert password_faults("Ana-nas-lilas-7!", email="ana@valmont.example", name="Ana Li") == []
    assert password_faults("Valmont-2026!!", email="ana@valmont.example", name="Ana Li") == []
    assert password_faults("Luce-2026-ab!!", name="Luce Li") == [PasswordFault.HOLDS_NAME]
    assert password_faults("Dpd-Ille-brume7!", email="DPD-Ille@a.example") == [
        PasswordFault.HOLDS_NAME
    ]


def test_a_very_long_password_is_refused() -> None:
    assert password_faults(f"Brume7{'xk' * 62}") == [PasswordFault.TOO_LONG]
    assert PasswordFault.TOO_LONG in password_faults("Aa1!" * 40)


def test_the_delay_doubles_from_the_fifth_failure_and_stops_at_a_quarter_of_an_hour() -> None:
    def wait(failures: int) -> timedelta:
        return wait_left([NOW - timedelta(seconds=n) for n in range(failures)], NOW)

    assert [wait(n).total_seconds() for n in (0, 4, 5, 6, 7)] == [0, 0, 5, 10, 20]
    assert wait(40) == timedelta(minutes=15)


def test_failures_are_forgotten_after_an_hour() -> None:
    assert wait_left([NOW - timedelta(hours=1)] * 9, NOW) == timedelta(0)


def test_the_failures_of_a_whole_hour_count_and_one_second_more_does_not() -> None:
    just_within = NOW - timedelta(hours=1) + timedelta(microseconds=1)
    assert wait_left([just_within] * 4 + [NOW], NOW) == timedelta(seconds=5)
    assert wait_left([just_within] * 3 + [NOW - timedelta(hours=1), NOW], NOW) == timedelta(0)


def test_the_wait_runs_from_the_last_failure_whatever_the_order_and_ends() -> None:
    earlier = [NOW - timedelta(minutes=10)] * 4
    last = NOW - timedelta(seconds=2)
    for failures in ([*earlier, last], [last, *earlier]):
        assert wait_left(failures, NOW) == timedelta(seconds=3)
        assert wait_left(failures, NOW + timedelta(seconds=3)) == timedelta(0)
        assert wait_left(failures, NOW + timedelta(seconds=60)) == timedelta(0)


def test_the_delay_reaches_its_quarter_of_an_hour_at_the_thirteenth_failure() -> None:
    waits = [wait_left([NOW] * failures, NOW).total_seconds() for failures in (11, 12, 13, 99)]
    assert waits == [320, 640, 900, 900]
