"""The clock in words: every step has a sentence, in both languages, with no hole left in it."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from hub.domain.clock import ClockEvent, ClockStatus, ExtensionReason, StepKind, Track
from hub.domain.clock import ClockEventKind as Kind
from hub.domain.working_days import DayOff
from hub.web import clock_sentences, clock_words
from hub.web.clock_words import catalogue_of, explain, long_day, status_words, summary
from tests.domain.ledgers import answered, asked, at, extended, read, started

NBSP = "\u00a0"
LEDGERS = [
    [started("2026-08-31"), asked("2026-09-01"), answered("2026-09-11"), extended("2026-09-20")],
    [started("2026-04-01"), ClockEvent(Kind.CORRECT_START, at("2026-04-02"))],
    [started("2026-02-01"), asked("2026-02-20")],
    [started("2026-06-01"), asked("2026-06-02"), answered("2026-06-02"), extended("2026-05-01")],
    [started("2026-06-01"), asked("2026-06-02"), answered("2026-06-03")],
    [started(), asked("2026-03-20"), extended("2026-02-20"), asked("2026-02-01", reason=None)],
    [started(), extended("2026-02-01"), extended("2026-02-02"), extended("2026-02-03", None)],
    [started(), extended("2026-02-01", None)],
    [started(), extended("2026-02-01"), ClockEvent(Kind.CANCEL_EXTEND, at("2026-02-02"))],
    [started(), ClockEvent(Kind.STOP, at("2026-02-02"))],
    [started(), ClockEvent(Kind.STOP, at("2026-03-02"))],
    [started("2026-12-31"), extended("2027-01-03", "stated")],
]
READINGS = [read(*events, track=track) for events in LEDGERS for track in Track]


def msgids() -> set[str]:
    found = set()
    for module in (clock_sentences, clock_words):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                found.add(ast.literal_eval(node.args[0]))
    return found


def test_the_ledgers_of_this_file_take_every_step() -> None:
    assert {step.kind for reading in READINGS for step in reading.steps} == set(StepKind)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_step_makes_a_sentence_without_holes(locale: str) -> None:
    translate = catalogue_of(locale)
    for reading in READINGS:
        sentences = explain(reading, locale, translate)
        assert len(sentences) == len(reading.steps)
        for sentence in sentences:
            assert sentence[-1] == "."
            assert "%" not in sentence
            assert "_" not in sentence


def test_every_sentence_has_its_french() -> None:
    translate = catalogue_of("fr")
    unchanged = {msgid for msgid in msgids() if translate(msgid) == msgid}
    assert not unchanged
    for msgid in msgids():
        holes = re.findall(r"%\(\w+\)s", msgid)
        assert sorted(re.findall(r"%\(\w+\)s", translate(msgid))) == sorted(holes)


def test_french_signs_have_their_unbreakable_space() -> None:
    translate = catalogue_of("fr")
    for msgid in msgids():
        assert not re.search(rf"(?<!{NBSP})[;:!?»]", translate(msgid))


def test_every_word_of_a_list_is_known() -> None:
    assert clock_sentences.DAYS_OFF.keys() == set(DayOff)
    assert clock_sentences.EXTENSION_REASONS.keys() == set(ExtensionReason)
    assert clock_sentences.DUE.keys() == set(Track)
    assert {status_words(status, str) for status in ClockStatus} == set(
        clock_sentences.STATUSES.values()
    )


def test_a_whole_explanation_reads_well_in_french() -> None:
    reading = read(started("2026-04-01"), extended("2026-04-10"))
    assert explain(reading, "fr", catalogue_of("fr")) == [
        "Reçue le 1er avril 2026.",
        f"Un mois plus tard{NBSP}: le vendredi 1er mai 2026.",
        (
            "Le 1er mai 2026 n’est pas un jour ouvré (fête du Travail, puis samedi, puis dimanche)"
            f"{NBSP}: le jour ouvré suivant est le lundi 4 mai 2026."
        ),
        (
            f"Une prolongation a été annoncée le 10 avril 2026 (raison{NBSP}: "
            f"la quantité de données){NBSP}: l’organisme a trois mois en tout."
        ),
        f"Trois mois après la réception, au lieu d’un{NBSP}: le mercredi 1er juillet 2026.",
        "La réponse est due au plus tard le mercredi 1er juillet 2026, avant minuit.",
        (
            "Un refus doit être donné, avec ses raisons, au plus tard le 4 mai 2026"
            f"{NBSP}: ni une pause ni une prolongation ne déplace cette date."
        ),
        "Sans pause ni prolongation, la date serait le 4 mai 2026.",
    ]


def test_only_the_first_of_a_month_is_ordinal_in_french() -> None:
    assert long_day(date(2026, 5, 1), "fr") == "vendredi 1er mai 2026"
    assert long_day(date(2026, 5, 1), "en") == "Friday 1 May 2026"
    assert long_day(date(2026, 5, 11), "fr", weekday=False) == "11 mai 2026"
    assert long_day(date(2026, 5, 21), "fr", weekday=False) == "21 mai 2026"


def test_a_date_that_is_held_is_said_to_be_suspended() -> None:
    shown = dict(summary(read(started(), asked("2026-01-20")), "en", catalogue_of("en")))
    assert shown["Date of this rule:"] == "suspended"
    assert shown["Last day to refuse:"] == "Monday 16 February 2026"
