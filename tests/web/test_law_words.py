"""Words of the law: nothing that a person may meet is shown as a code, in either language."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from enum import StrEnum

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import escape

import hub.domain
import hub.models
from hub.domain.directory import Identifier
from hub.domain.grounds import GROUNDS
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import Right
from hub.domain.rights_matrix import Override, applicability
from hub.web import law_words, locale
from hub.web.ground_vocabulary import GROUNDS as GROUND_WORDS
from hub.web.law_words import VOCABULARIES

WORDED_BY_THEIR_OWN_MODULE = {
    "ClockStatus", "DayOff", "ExtensionReason", "StepKind", "Track",  # the clock's
    "FindingCode", "Severity", "WrongFormat",  # the importers'
    "ReasonKind", "RouteKind",  # routing's
    "WayOut",  # never shown: what it leads to is worded
    "PasswordFault",  # the accounts'
    "HoldReason", "RetentionStep",  # retention's
    "Standing", "Theme", "Unit",  # of the points to confirm
    "Doubt", "Reachability",  # of contact points, worded for the operator
    "MandatoryField", "Occasion", "SilenceMeaning",  # the acknowledgements'
    "AnswerTo", "Capacity", "HeirPurpose", "Limit", "Objection",  # of who acts
    "Notification",  # of decisions notified online
    "IncidentRisk", "IncidentState",  # the register of incidents'
    "AskedWay", "IdentityMatch", "KnownBy", "ProofMeans",  # of how a person is known
    "HubTaskKind", "SeenKind", "Verdict",  # of the hub's tasks and of what was seen
    "BatchState", "Column", "FaultCode", "LineState",  # the backlogs'
    "Cause",  # of the file for the CNIL
    "ComplaintOutcome", "ComplaintState",  # of complaints transmitted to the CNIL
    "AddressKind", "CircuitState", "MailClass", "NextStep",  # never shown
    "HeldReason", "MailState",  # of mails that came back
    "AddressRefusal", "CallKind", "EndpointState", "Upkeep",  # of controllers' software
    "RecordNeed", "TriedWay",  # of the ways to controllers
    "Provider",  # of identification, by their own names
    "Purpose", "QuestionStep", "Relation", "Shown",  # never shown
    "Door", "UploadState",  # never shown
    "LostCodeStanding",  # of a new code
    "OptOutAct",  # of the register of opt-outs
    "Completeness",  # of the register of recipients
    "RecordKind", "RecordStanding",  # of the file of the hub
    "ControlState", "Fault", "Figure",  # of the controls of a DPO
}  # fmt: skip
SAME_IN_BOTH = {"Rectification",
    "Association", "Guadeloupe", "Image (JPEG)", "Image (PNG)",
    "Martinique", "Mayotte", "Question", "Saint-Barthélemy", "Saint-Martin",
}  # fmt: skip


def closed_vocabularies() -> Iterator[type[StrEnum]]:
    """Every enum of the domain and of the models."""
    for package in (hub.domain, hub.models):
        for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            module = importlib.import_module(found.name)
            for thing in vars(module).values():
                if isinstance(thing, type) and issubclass(thing, StrEnum) and thing is not StrEnum:
                    yield thing


def all_words(app: Flask, language: str) -> dict[object, list[str]]:
    """Every value of every vocabulary with its words, as shown in a language."""
    tables = [*VOCABULARIES.values(), GROUND_WORDS]
    with app.test_request_context(), force_locale(language):
        return {
            key: [str(one) for one in (words if isinstance(words, tuple) else (words,))]
            for table in tables
            for key, words in table.items()
        }


@pytest.fixture
def speaking() -> Flask:
    """A small application that only speaks."""
    app = Flask("hub")
    locale.init_app(app)
    return app


def test_every_value_of_every_vocabulary_has_words() -> None:
    wordless = {
        f"{vocabulary.__name__}.{value.name}"
        for vocabulary in set(closed_vocabularies())
        if vocabulary.__name__ not in WORDED_BY_THEIR_OWN_MODULE
        for value in vocabulary
        if value not in VOCABULARIES.get(vocabulary, {})
    }
    assert not wordless


def test_every_ground_has_words_and_no_words_are_left_over() -> None:
    assert set(GROUND_WORDS) == set(GROUNDS)


def test_all_words_are_in_french_too(speaking: Flask) -> None:
    english, french = all_words(speaking, "en"), all_words(speaking, "fr")
    untranslated = {
        word
        for key, words in english.items()
        for word, other in zip(words, french[key], strict=True)
        if word == other and word not in SAME_IN_BOTH
    }
    assert not untranslated


def test_french_words_keep_their_spaces_and_apostrophes(speaking: Flask) -> None:
    for words in all_words(speaking, "fr").values():
        for word in words:
            assert "'" not in word
            for sign in ";:?!»":
                assert f" {sign}" not in word, word


def test_a_right_is_named_by_what_a_person_wants_with_its_article(speaking: Flask) -> None:
    with speaking.test_request_context(), force_locale("fr"):
        words = law_words.right_words(Right.ACCESS)
    assert words.title == "Savoir ce que l’on a sur moi"
    assert words.article == "Droit d’accès (RGPD, article 15)"


def test_a_closed_right_says_why_by_which_text_and_what_to_use_instead(speaking: Flask) -> None:
    found = applicability(Right.OBJECTION, LegalBasis.PUBLIC_TASK, Context.SNDS_MAIN)
    with speaking.test_request_context(), force_locale("fr"):
        words = law_words.applicability_words(found)
    assert (words.status, words.articles) == ("Non", "CSP R1461-9 II 1°")
    assert words.instead == "Dire non à leur réutilisation (Étude sur les données du SNDS)"


def test_the_act_that_excludes_objection_is_named(speaking: Flask) -> None:
    act = Override(objection_excluded_by="Décret n° 2020-1, art. 6")
    found = applicability(Right.OBJECTION, LegalBasis.PUBLIC_TASK, override=act)
    with speaking.test_request_context(), force_locale("fr"):
        words = law_words.applicability_words(found)
    assert "Décret n° 2020-1, art. 6" in words.reason
    assert words.articles == "LIL 56, RGPD 23"


def test_the_social_security_number_is_never_asked(speaking: Flask) -> None:
    with speaking.test_request_context(), force_locale("en"):
        labels = [law_words.identifier_words(each).label.lower() for each in Identifier]
    assert not [label for label in labels if "social security" in label or "nir" in label.split()]


def test_a_value_without_words_shows_itself_and_breaks_no_page(speaking: Flask) -> None:
    class Later(StrEnum):
        ADDED = "added_later"

    with speaking.test_request_context():
        assert law_words.words_of(Later.ADDED) == "added_later"
        assert law_words.ground_words("NEW-ONE").label == "NEW-ONE"
        assert law_words.document_kind_words(".abc") == "ABC"


def test_words_are_text_and_hold_no_markup(speaking: Flask) -> None:
    for words in all_words(speaking, "fr").values():
        for word in words:
            assert str(escape(word)) == word


def test_articles_are_cited_as_the_readers_language_names_and_parts_them(app: Flask) -> None:
    article = GROUNDS["ALL-ID-DOUBT"].article
    with app.test_request_context(), force_locale("fr"):
        said = law_words.articles_words([article])
        assert said == "RGPD 12(6), 12(2)\u00a0; décret 2019-536 art. 77"
    with app.test_request_context(), force_locale("en"):
        assert law_words.articles_words([article]) == article
