"""What `make security` takes for a smuggled message, and for a safe one."""

from __future__ import annotations

import pytest

from tests.security.outcome import Outcome, summary
from tests.security.smuggling import VECTORS, Reading, Vector, statuses_in

TWO = b"HTTP/1.1 405 METHOD NOT ALLOWED\r\n\r\nno\r\nHTTP/1.1 200 OK\r\n\r\nok"


def test_a_second_answer_is_never_safe():
    assert statuses_in(TWO) == (405, 200)
    for vector in VECTORS:
        assert not Reading(vector, statuses_in(TWO)).is_safe, vector.name


@pytest.mark.parametrize(
    ("statuses", "may_be_read", "is_safe"),
    [((400,), False, True), ((), False, True), ((405,), False, False), ((405,), True, True)],
)
def test_a_message_with_two_meanings_is_refused_and_one_with_one_is_answered_once(
    statuses, may_be_read, is_safe
):
    assert Reading(Vector("x", b"", may_be_read), statuses).is_safe is is_safe


def test_seventeen_ways_are_tried_and_no_two_are_the_same():
    assert len(VECTORS) == len({one.message for one in VECTORS}) == 17


def test_what_was_found_ends_the_summary_and_nothing_is_said_to_be_nothing():
    tried = Outcome("smuggling", {"messages sent": 1700})
    assert summary([tried]).endswith("Nothing was found.")
    found = Outcome("wapiti", {"pages": 3}, ["GET /x"])
    assert summary([tried, found]).endswith("What was found\n  wapiti: GET /x")
