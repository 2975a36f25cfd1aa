"""How often a contact point is asked whether it is still right."""

from datetime import timedelta

from hub.domain.contact_points import ASK_EVERY, CHECK_EVERY


def test_readers_are_asked_twice_a_year_and_the_network_each_month() -> None:
    assert timedelta(days=180) == ASK_EVERY
    assert timedelta(days=30) == CHECK_EVERY
