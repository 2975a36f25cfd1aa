"""On which days an objection counts, and for which projects."""

from datetime import date, timedelta
from uuid import UUID

from hub.domain.objections import MOST_SOUGHT, counts_on, reused_from

DAY = timedelta(days=1)
DECIDED = date(2026, 9, 14)
BASE, WAREHOUSE, PROJECT, OTHER = (UUID(int=n) for n in range(1, 5))


def test_an_objection_counts_from_the_day_it_is_accepted():
    assert not counts_on(DECIDED, None, DECIDED - DAY)
    assert counts_on(DECIDED, None, DECIDED)
    assert counts_on(DECIDED, None, DECIDED + 4000 * DAY)


def test_what_a_correction_gives_back_stays_on_the_lists_of_the_days_before_it():
    ended = DECIDED + 10 * DAY
    assert counts_on(DECIDED, ended, ended - DAY)
    assert not counts_on(DECIDED, ended, ended)
    assert not counts_on(DECIDED, DECIDED, DECIDED)


def test_a_project_answers_for_every_base_it_reuses_and_a_circle_ends():
    reuses = {PROJECT: [WAREHOUSE], WAREHOUSE: [BASE], BASE: [PROJECT], OTHER: [BASE]}
    assert reused_from(PROJECT, reuses) == {PROJECT, WAREHOUSE, BASE}
    assert reused_from(BASE, {PROJECT: [BASE]}) == {BASE}


def test_a_thousand_persons_may_be_looked_for_at_once():
    assert MOST_SOUGHT == 1000
