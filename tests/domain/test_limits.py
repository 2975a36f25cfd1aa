"""The table of limits, and what counts as one source."""

import pytest

from hub.domain.limits import LIMITS, Door, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.250", "203.0.113.0/24"),
        ("203.0.114.7", "203.0.114.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::9", "2001:db8:1::/48"),
        ("2001:db8:2::9", "2001:db8:2::/48"),
        ("", "unknown"),
        ("nothing", "unknown"),
    ],
)
def test_a_source_is_a_network(address, network):
    assert network_of(address) == network


REVIEWED = """
    codes         10 60      60 3600
    filing        20 60     120 3600
    identification 30 60    300 3600
    lost_code      5 60      20 3600
    programs   10000 10   60000   60
    sign_in       30 60     300 3600
    wrong_secret  10 60      60 3600
"""


def test_the_table_is_the_one_that_was_reviewed():
    told = {
        line.split()[0]: [*map(int, line.split()[1:])] for line in REVIEWED.strip().splitlines()
    }
    found = {
        door.value: [one.burst, one.burst_seconds, one.count, one.period_seconds]
        for door, one in LIMITS.items()
    }
    assert found == told
    assert set(LIMITS) == set(Door)
