"""The directory as it is seen: searches that forgive, pages by key, no query per row."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from hub.demo.directory import load_directory
from hub.domain.actors import SYSTEM
from hub.domain.directory import ProcessingKind
from hub.domain.routing import Choice, Facts, route, suggest
from hub.extensions import db
from hub.models.directory import Processing
from hub.queries.directory import (
    directory_counts,
    organisations_matching,
    processing_detail,
    processings_of,
    reusers_of,
    routed_processings,
    search_processings,
    suggestion_candidates,
)
from tests.conftest import Unit


@pytest.fixture(autouse=True)
def _loaded(unit: Unit) -> None:
    with unit(SYSTEM) as work:
        load_directory(work)


@contextmanager
def counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def id_of(session: Session, key: str) -> UUID:
    return session.scalars(select(Processing.id).where(Processing.source_key == key)).one()


@pytest.mark.parametrize(
    "words", ["valmont entrepot", "ENTREPÔTS Valmont", "valm entr", "warehouse valmont"]
)
def test_a_search_forgives_case_accents_plurals_and_unfinished_words(
    session: Session, words: str
) -> None:
    titles = [one.title for one in search_processings(session, words).rows]
    assert "Entrepôt de données de santé du CHU de Valmont" in titles


def test_a_search_needs_every_word_and_takes_no_pattern(session: Session) -> None:
    assert search_processings(session, "valmont cardiologie inconnue").total == 0
    assert search_processings(session, "%").total == search_processings(session, "").total
    assert search_processings(session, "alm").total == 0


def test_pages_follow_each_other_forwards_and_back_without_loss(session: Session) -> None:
    whole = [one.id for one in search_processings(session, limit=200).rows]
    page = search_processings(session, limit=7)
    assert page.previous_before is None
    seen = [one.id for one in page.rows]
    while page.next_after:
        page = search_processings(session, limit=7, after=page.next_after)
        seen += [one.id for one in page.rows]
    assert seen == whole
    assert len(whole) == page.total
    back = search_processings(session, limit=7, before=page.previous_before)
    assert [one.id for one in back.rows] == whole[len(whole) - len(page.rows) - 7 :][:7]
    assert back.next_after == back.rows[-1].id


def test_a_limit_is_clamped_and_a_lost_place_gives_nothing(session: Session) -> None:
    assert len(search_processings(session, limit=0).rows) == 1
    assert search_processings(session, limit=10**6).next_after is None
    assert search_processings(session, after=uuid4()).rows == ()


def test_a_kind_can_be_asked_alone(session: Session) -> None:
    page = search_processings(session, limit=200, kind=ProcessingKind.PROJECT)
    assert {one.kind for one in page.rows} == {ProcessingKind.PROJECT}
    assert page.total == directory_counts(session).projects


def test_closed_processings_are_neither_found_nor_routed(unit: Unit, session: Session) -> None:
    closed = id_of(session, "valmont-eds")
    with unit(SYSTEM) as work:
        work.session.get_one(Processing, closed).is_open = False
    session.rollback()
    assert closed not in {one.id for one in search_processings(session, limit=200).rows}
    assert routed_processings(session, [closed]) == {}
    assert closed not in {one.id for one in suggestion_candidates(session)}


def test_the_number_of_queries_does_not_grow_with_the_rows(session: Session) -> None:
    session.execute(select(1))
    with counted() as few:
        search_processings(session, limit=2)
    with counted() as many:
        rows = search_processings(session, limit=200).rows
    assert len(rows) > 20
    assert len(few) == len(many) <= 6
    with counted() as seen:
        assert len(processings_of(session, [one.id for one in rows])) == len(rows)
    assert len(seen) <= 5


def test_processings_come_in_the_order_asked(session: Session) -> None:
    first, second = id_of(session, "snds"), id_of(session, "bnmr")
    rows = processings_of(session, [second, first, second, uuid4()])
    assert [one.id for one in rows] == [second, first]


def test_a_detail_names_controllers_contacts_recipients_and_reusers(session: Session) -> None:
    detail = processing_detail(session, id_of(session, "snds"))
    assert detail is not None
    assert [one.acronym for one in detail.row.controllers] == ["PDS", "CNAM"]
    assert detail.row.controllers[0].contacts[0].address.endswith(".example")
    assert "Nuage Hexagone SAS (hébergement)" in {one.name for one in detail.recipients}
    assert len(detail.reusers) >= 5
    assert reusers_of(session, id_of(session, "snds")) == detail.reusers
    assert processing_detail(session, uuid4()) is None


def test_an_organisation_is_found_by_name_acronym_or_siren(session: Session) -> None:
    for words in ("valmont", "999003007", "999 003 007"):
        assert [one.name for one in organisations_matching(session, words)] == ["CHU de Valmont"]
    assert [one.acronym for one in organisations_matching(session, "cnam")] == ["CNAM"]


def test_facts_lead_to_the_controllers_that_must_answer(session: Session) -> None:
    facts = Facts(hospitals="CHU de Valmont", year_from=2018, insured_in_france=True)
    found = suggest(facts, suggestion_candidates(session))
    chosen = [one.processing_id for one in found if one.weight >= 30]
    referrals = route([Choice(one) for one in chosen], routed_processings(session, chosen))
    names = {one.name for one in referrals}
    assert {"CHU de Valmont", "Plateforme des données de santé (Health Data Hub)"} <= names
