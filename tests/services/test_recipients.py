"""The register of named recipients: completed by its controller, never by an import again (C14)."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import RecipientKind
from hub.domain.directory_records import FindingCode, RecipientRecord
from hub.domain.recipients import Completeness
from hub.errors import Conflict, Invalid, NotFound
from hub.models.audit_event import AuditEvent
from hub.models.directory import Processing
from hub.queries.recipients import completeness_counts, register_line, register_page
from hub.services.directory_import import apply_directory_records
from hub.services.recipients import (
    add_recipient,
    confirm_recipients,
    remove_recipient,
    say_no_recipient,
)
from tests.factories import add_member, add_organisation, add_processing
from tests.services.test_directory_import import EDS, RECORDS

CLOUD = {"name": "Nuage Hexagone SAS", "kind": RecipientKind.PROCESSOR, "category": "hébergement"}


@pytest.fixture
def ours(unit):
    """An administrator and two databases of her hospital; a third is another's."""
    with unit(SYSTEM) as work:
        chu, other = add_organisation(work), add_organisation(work, "Institut B")
        first = add_processing(work, chu, title="Entrepôt A")
        second = add_processing(work, chu, title="Entrepôt B")
        theirs = add_processing(work, other, title="Base C")
        member = add_member(work, chu, Role.ADMINISTRATOR)
    return member, first, second, theirs


def line_of(session, actor, processing_id):
    session.rollback()
    return register_line(session, actor.organisation_id, processing_id)


def test_what_names_nobody_is_lacking_until_its_controller_names_or_says_none_c_154_21(
    ours, unit, session
):
    actor, first, second, _ = ours
    session.rollback()
    assert completeness_counts(session, actor.organisation_id)[Completeness.LACKING] == 2
    assert completeness_counts(session, None)[Completeness.LACKING] == 3
    with unit(actor) as work:
        add_recipient(work, first, **CLOUD)
        say_no_recipient(work, second)
    named, none = line_of(session, actor, first), line_of(session, actor, second)
    assert named.completeness is Completeness.NAMED
    assert [(one.name, one.category) for one in named.recipients] == [
        ("Nuage Hexagone SAS", "hébergement")
    ]
    assert none.completeness is Completeness.NONE
    assert none.said_by == actor.name
    assert none.said_at == named.said_at
    counts = completeness_counts(session, actor.organisation_id)
    assert counts == {
        Completeness.LACKING: 0,
        Completeness.NAMED: 1,
        Completeness.NONE: 1,
    }
    kinds = session.scalars(
        select(AuditEvent.kind).where(AuditEvent.stream_id == actor.organisation_id)
    )
    assert list(kinds).count(EventKind.RECIPIENTS_CHANGED) == 2


def test_a_name_takes_the_word_none_away_and_its_removal_leaves_it_lacking(ours, unit, session):
    actor, first, _, _ = ours
    with unit(actor) as work:
        say_no_recipient(work, first)
        key = add_recipient(work, first, **CLOUD)
    with pytest.raises(Conflict), unit(actor) as work:
        say_no_recipient(work, first)
    with unit(actor) as work:
        confirm_recipients(work, first)
        remove_recipient(work, first, key)
    assert line_of(session, actor, first).completeness is Completeness.LACKING
    with pytest.raises(Conflict), unit(actor) as work:
        confirm_recipients(work, first)


def test_nobody_completes_the_register_of_another_and_one_name_is_there_once(ours, unit):
    actor, first, second, theirs = ours
    with pytest.raises(NotFound), unit(actor) as work:
        add_recipient(work, theirs, **CLOUD)
    with unit(actor) as work:
        key = add_recipient(work, first, **CLOUD)
    with pytest.raises(Conflict), unit(actor) as work:
        add_recipient(work, first, **CLOUD | {"name": " nuage  HEXAGONE sas"})
    with pytest.raises(NotFound), unit(actor) as work:
        remove_recipient(work, second, key)
    for wrong in ({"name": "  "}, {"name": "x" * 301}, {"category": "x" * 121}):
        with pytest.raises(Invalid) as refused, unit(actor) as work:
            add_recipient(work, first, **CLOUD | wrong)
        assert refused.value.facts["field"] == next(iter(wrong))


def test_the_register_is_read_page_by_page_in_each_state(ours, session):
    actor, first, second, theirs = ours
    session.rollback()
    page = register_page(session, None, Completeness.LACKING, None, 2)
    assert page.total == 3
    rest = register_page(session, None, Completeness.LACKING, page.next_after, 2)
    assert [one.processing_id for one in (*page.lines, *rest.lines)] == [theirs, first, second]
    assert rest.next_after is None
    assert register_page(session, actor.organisation_id, Completeness.NAMED).lines == ()


def test_an_import_leaves_the_recipients_that_a_controller_confirmed(unit, session):
    with unit(SYSTEM) as work:
        apply_directory_records(work, replace(RECORDS, processings=(EDS,)))
    session.rollback()
    key = session.scalars(select(Processing.id)).one()
    with unit(SYSTEM) as work:
        confirm_recipients(work, key)
    changed = replace(EDS, summary="Après", recipients=(RecipientRecord("Autre hébergeur"),))
    with unit(SYSTEM) as work:
        report = apply_directory_records(work, replace(RECORDS, processings=(changed,)))
    kept = [one for one in report.findings if one.code is FindingCode.KEPT_VERIFIED]
    assert [one.values for one in kept] == [("recipients",)]
    line = line_of(session, SYSTEM, key)
    assert [one.name for one in line.recipients] == ["Hébergeur"]
    assert session.get_one(Processing, key).summary == "Après"
