"""How often a contact point is asked whether it is still right."""

from datetime import timedelta

import pytest

from hub.domain.contact_points import (
    ASK_EVERY,
    CHECK_EVERY,
    CHECK_SILENT_EVERY,
    SILENT_FOR,
    Reachability,
    page_answered,
    page_not_reached,
)


def test_readers_are_asked_twice_a_year_and_the_network_each_month() -> None:
    assert timedelta(days=180) == ASK_EVERY
    assert timedelta(days=30) == CHECK_EVERY


def test_a_page_that_answers_nothing_is_looked_at_daily_and_in_doubt_after_two_weeks() -> None:
    assert timedelta(hours=20) == CHECK_SILENT_EVERY
    assert timedelta(days=14) == SILENT_FOR


@pytest.mark.parametrize(
    ("status", "said"),
    [
        *((200, Reachability.YES), (301, Reachability.YES), (401, Reachability.YES)),
        *((403, Reachability.YES), (404, Reachability.NO), (405, Reachability.YES)),
        *((410, Reachability.NO), (408, Reachability.SILENT), (425, Reachability.SILENT)),
        *((429, Reachability.SILENT), (499, Reachability.YES), (500, Reachability.SILENT)),
        (503, Reachability.SILENT),
    ],
)
def test_a_page_that_wants_a_password_is_there_and_one_that_is_gone_is_not(status, said) -> None:
    assert page_answered(status) is said


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ("certificate_refused name_unknown has_credentials not_a_name not_a_url", "no"),
        ("not_public", "no"),
        ("connection_refused not_http tls_failed too_slow", "silent"),
        ("not_https name_too_slow", "not_known"),
    ],
)
def test_why_a_page_was_not_reached_says_whether_anybody_will_reach_it(reasons, said) -> None:
    assert {page_not_reached(one).value for one in reasons.split()} == {said}
