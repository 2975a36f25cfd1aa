"""How the documents of the hub's own file stand on a day."""

from datetime import date, timedelta

import pytest

from hub.domain.hub_records import (
    ARTICLES,
    OF_HUB,
    HubRecordPolicy,
    RecordKind,
    RecordStanding,
    review_day,
    standing,
)

TODAY = date(2026, 9, 14)
DAY = timedelta(days=1)


def test_a_version_is_read_again_a_year_after_its_date_unless_chosen_otherwise():
    assert review_day(date(2026, 9, 14)) == date(2027, 9, 14)
    assert review_day(date(2024, 2, 29)) == date(2025, 2, 28)
    assert review_day(TODAY, HubRecordPolicy(review_months=6)) == date(2027, 3, 14)


@pytest.mark.parametrize(
    ("review_on", "found"),
    [
        (None, RecordStanding.IN_FORCE),
        (TODAY - DAY, RecordStanding.TO_REVIEW),
        (TODAY, RecordStanding.TO_REVIEW),
        (TODAY + DAY, RecordStanding.SOON),
        (TODAY + 30 * DAY, RecordStanding.SOON),
        (TODAY + 31 * DAY, RecordStanding.IN_FORCE),
    ],
)
def test_it_is_to_be_read_again_from_its_day_on_and_told_thirty_days_before(review_on, found):
    assert standing(review_on, TODAY) is found


def test_the_notice_is_as_long_as_the_policy_says():
    week = HubRecordPolicy(soon_days=7)
    assert standing(TODAY + 8 * DAY, TODAY, week) is RecordStanding.IN_FORCE
    assert standing(TODAY + 7 * DAY, TODAY, week) is RecordStanding.SOON


def test_each_thing_names_its_text_and_an_agreement_is_owed_with_each_member_gdpr_26_28():
    assert set(ARTICLES) == set(RecordKind)
    assert set(RecordKind) - set(OF_HUB) == {RecordKind.AGREEMENT}
    assert ARTICLES[RecordKind.REGISTER_ENTRY] == "RGPD 30"
    assert ARTICLES[RecordKind.IMPACT_ASSESSMENT] == "RGPD 35"
    assert ARTICLES[RecordKind.INFORMATION_NOTICE] == "RGPD 13"
    assert ARTICLES[RecordKind.AGREEMENT] == "RGPD 26, 28"
    assert ARTICLES[RecordKind.WRITTEN_PROCEDURE] == "CEPD, action 2024"
    assert ARTICLES[RecordKind.TRAINING] == "CEPD, action 2024"
    assert ARTICLES[RecordKind.ACCESSIBILITY_AUDIT] == "RGAA"
    assert ARTICLES[RecordKind.QUALITY_CHECK] == "RGPD 15(4), 32"
    assert ARTICLES[RecordKind.ACTIVITY_REPORT] == "CEPD, action 2025"
