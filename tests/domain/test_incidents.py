"""The 72 hours and the register of breaches, GDPR 33 and 34."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.domain.incidents import (
    LONGEST_WORDS,
    IncidentEntry,
    IncidentRisk,
    IncidentState,
    missing,
    notify_by,
    state_of,
    texts,
)

FRIDAY = datetime(2026, 9, 11, 16, 30, tzinfo=UTC)
WHOLE = IncidentEntry(
    facts="Un compte rendu joint à une autre réponse.",
    effects="Divulgation à une personne.",
    measures="Réponse bloquée.",
    risk=IncidentRisk.RISK,
    notified_on=date(2026, 9, 12),
    told_on=date(2026, 9, 14),
)


def test_the_seventy_two_hours_count_nights_and_sundays_gdpr_33_1():
    assert notify_by(FRIDAY) == datetime(2026, 9, 14, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "entry", "closed", "state"),
    [
        (timedelta(hours=71, minutes=59), IncidentEntry(), False, IncidentState.OPEN),
        (timedelta(hours=72), IncidentEntry(), False, IncidentState.LATE),
        (timedelta(hours=99), WHOLE, False, IncidentState.OPEN),
        (
            timedelta(hours=99),
            IncidentEntry(not_notified="Sans risque."),
            False,
            IncidentState.OPEN,
        ),
        (timedelta(hours=99), IncidentEntry(not_notified="  "), False, IncidentState.LATE),
        (timedelta(hours=99), IncidentEntry(), True, IncidentState.CLOSED),
    ],
)
def test_an_incident_is_late_when_nothing_says_whether_it_was_notified(after, entry, closed, state):
    now = FRIDAY + after
    assert state_of(FRIDAY, now if closed else None, entry, now) is state


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"facts": " "}, ("facts",)),
        ({"effects": "", "measures": ""}, ("effects", "measures")),
        ({"risk": None, "notified_on": None}, ("risk", "not_notified")),
        ({"notified_on": None, "not_notified": "Non."}, ("notified_on",)),
        ({"risk": IncidentRisk.HIGH, "notified_on": None}, ("notified_on",)),
        ({"risk": IncidentRisk.UNLIKELY, "notified_on": None}, ("not_notified",)),
        ({"risk": IncidentRisk.UNLIKELY, "notified_on": None, "not_notified": "Rendu."}, ()),
        ({"notified_on": date(2026, 9, 15)}, ("delay",)),
        ({"notified_on": date(2026, 9, 15), "delay": "Pont."}, ()),
        ({"notified_on": date(2026, 9, 14)}, ()),
        ({"told_on": None}, ("not_told",)),
        ({"told_on": None, "not_told": "Le document ne nomme personne."}, ()),
    ],
)
def test_the_register_closes_only_with_all_that_article_33_5_asks(changes, lacking):
    assert missing(replace(WHOLE, **changes), FRIDAY) == lacking


def test_every_word_of_the_register_is_sealed():
    assert set(texts()) == {
        *("facts", "effects", "measures", "cnil_number", "delay", "not_notified", "not_told")
    }


def test_an_incident_just_opened_says_nothing_yet_and_words_are_pages_at_most():
    assert missing(IncidentEntry(), FRIDAY) == (
        *("facts", "effects", "measures", "risk", "not_notified", "not_told"),
    )
    assert IncidentEntry().cnil_number == ""
    told_late = replace(IncidentEntry(), notified_on=date(2026, 9, 15))
    assert "delay" in missing(told_late, FRIDAY)
    assert LONGEST_WORDS == 4_000
