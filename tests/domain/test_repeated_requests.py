"""What came before may make a request excessive, but never after a year (GDPR 12(5))."""

from datetime import date

import pytest

from hub.domain.grounds import GROUNDS
from hub.domain.repeated_requests import (
    EXCESSIVE,
    EarlierNotNamed,
    EarlierRequest,
    NeverExcessive,
    RepeatPolicy,
    check_excessive,
    that_count,
)

TODAY = date(2026, 9, 14)
LAST_WEEK = EarlierRequest(date(2026, 9, 7), "R-AAAA-AAAA")
A_YEAR_AGO = EarlierRequest(date(2025, 9, 14), "R-BBBB-BBBB")
LONG_AGO = EarlierRequest(date(2025, 8, 14), "R-CCCC-CCCC")


def test_thirteen_months_later_a_request_is_never_excessive_x19_gdpr_12_5():
    with pytest.raises(NeverExcessive) as refused:
        check_excessive([LONG_AGO], TODAY, "R-CCCC-CCCC")
    assert refused.value.facts["number"] == "R-CCCC-CCCC"
    assert refused.value.facts["field"] == "ground"


def test_the_latest_of_the_requests_too_long_ago_is_named():
    before = EarlierRequest(date(2024, 1, 9), "R-FFFF-FFFF")
    for known in ([before, LONG_AGO], [LONG_AGO, before]):
        with pytest.raises(NeverExcessive) as refused:
            check_excessive(known, TODAY, "")
        assert refused.value.facts["number"] == "R-CCCC-CCCC"


def test_the_rule_is_that_of_the_ground_of_excessive_requests():
    assert EXCESSIVE in GROUNDS


def test_those_that_count_are_listed_from_the_latest():
    june = EarlierRequest(date(2026, 6, 1), "R-GGGG-GGGG")
    assert that_count([june, LAST_WEEK], TODAY) == (LAST_WEEK, june)


def test_an_interval_of_one_year_is_never_excessive_edpb_185():
    with pytest.raises(NeverExcessive):
        check_excessive([A_YEAR_AGO], TODAY, "R-BBBB-BBBB")
    check_excessive([EarlierRequest(date(2025, 9, 15), "R-DDDD-DDDD")], TODAY, "r-dddd-dddd")


def test_the_evidence_names_a_request_that_counts_x18():
    check_excessive([LAST_WEEK, LONG_AGO], TODAY, "Déjà servie : R-AAAA-AAAA.")
    for evidence in ("Déjà servie.", "R-CCCC-CCCC"):
        with pytest.raises(EarlierNotNamed) as refused:
            check_excessive([LAST_WEEK, LONG_AGO], TODAY, evidence)
        assert refused.value.facts == {"field": "evidence", "numbers": ["R-AAAA-AAAA"]}


def test_what_the_hub_does_not_know_is_for_the_evidence_alone():
    check_excessive([], TODAY, "Demandes reçues par courrier en juin et en août.")


def test_a_shorter_time_is_a_choice_of_the_hub():
    months = RepeatPolicy(never_excessive_months=3)
    earlier = [EarlierRequest(date(2026, 5, 1), "R-EEEE-EEEE"), LAST_WEEK]
    assert that_count(earlier, TODAY, months) == (LAST_WEEK,)
