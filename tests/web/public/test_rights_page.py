"""The page of rights: what a person reads about each right, in French and in English."""

from __future__ import annotations

import re
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient

from hub.domain.legal_bases import Context
from hub.domain.rights import Right
from hub.web.public import rights

ROOT = Path(__file__).parents[3]
LANGUAGES = ("fr", "en")


def page(visitor: FlaskClient, language: str = "fr") -> str:
    answer = visitor.get(f"/mes-droits?lang={language}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def section(html: str, identifier: str) -> str:
    """The text of a section, from its id to the next one of the same kind."""
    start = html.index(f'id="{identifier}"')
    end = re.search(r"<section |<h2", html[start + 1 :])
    return html[start : start + 1 + end.start()] if end else html[start:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_sound_light_and_without_script_of_its_own(
    visitor: FlaskClient, language: str
) -> None:
    html = page(visitor, language)
    html5lib.HTMLParser(strict=True).parse(html)
    assert len(html.encode()) < 100_000
    assert " style=" not in html
    assert "<script>" not in html
    identifiers = re.findall(r'\bid="([^"]+)"', html)
    assert len(identifiers) == len(set(identifiers))
    for target in re.findall(r'href="#([^"]+)"', html):
        assert target in identifiers


@pytest.mark.parametrize("right", rights.SHOWN_RIGHTS)
def test_each_right_has_its_button_that_starts_a_request_for_it(
    visitor: FlaskClient, right: Right
) -> None:
    assert f'href="/demander?droit={right.value}"' in section(page(visitor), right.value)


def test_a_right_that_does_not_exist_yet_has_no_button(visitor: FlaskClient) -> None:
    html = page(visitor)
    assert Right.SECONDARY_USE_OPT_OUT.value not in html
    assert "26 mars 2029" in section(html, "refusal-europe")


def test_an_objection_to_the_snds_is_explained_part_by_part_r1461_9(visitor: FlaskClient) -> None:
    snds = section(page(visitor), "snds")
    answers = re.findall(r'tag-(\w+)">.*?answer-holders">(.*?)</p>', snds, re.DOTALL)
    assert answers == [
        ("ok", "Étude sur les données du SNDS"),
        ("ok", "Base du catalogue du SNDS"),
        ("plain", "SNDS, base principale"),
        ("plain", "SNDS, accès permanent d’organismes publics"),
    ]
    assert "CSP R1461-9 II 1°" in snds


def test_where_a_right_is_closed_another_is_named(visitor: FlaskClient) -> None:
    portability = section(page(visitor), "portability")
    closed = portability.split('tag-plain">')[1:]
    assert closed
    for answer in closed:
        assert "À la place" in answer
        assert "Savoir ce que l’on a sur moi" in answer


def test_the_three_refusals_say_who_must_give_a_reason(visitor: FlaskClient) -> None:
    html = page(visitor)
    assert "<dd>Non.</dd>" in section(html, "refusal-study")
    assert "ce que votre situation a de particulier" in section(html, "refusal-use")


def test_every_health_context_of_the_table_is_met_on_the_page() -> None:
    shown = {context for _, context in rights.HOLDERS}
    left_out = set(Context) - shown
    # Told in the SNDS part, or read like another one of the list.
    assert left_out == {Context.SNDS_CATALOGUE, Context.INDUSTRY_STUDY, Context.CANCER_PLATFORM}


def test_no_english_is_left_on_the_french_page(visitor: FlaskClient) -> None:
    french, english = page(visitor, "fr"), page(visitor, "en")
    spoken = re.compile(r">([^<>{}]{12,})<")
    same = {
        text.strip()
        for text in set(spoken.findall(french)) & set(spoken.findall(english))
        if text.strip()
    }
    untranslated = {
        text for text in same if not re.search(r"[A-Z]\d|LIL \d|French|English|^[\d ]+$", text)
    }
    assert not untranslated
