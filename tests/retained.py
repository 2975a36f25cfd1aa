"""Cases at each age: answered, closed, without their answer, without their content."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from hub.domain.outcomes import Outcome
from hub.domain.retention import RetentionStep
from hub.domain.working_days import local_date
from hub.models.rights_request import RightsRequest
from hub.services.answering import AnswerDraft, ItemAnswer, answer, close
from hub.services.documents import receive_file
from hub.services.exchanging import add_note
from tests.factories import Case, open_case
from workers.jobs.retention import delete_over
from workers.jobs.upkeep import sweep

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
LETTER = "Madame, voici vos données."


def wait_until(clock: Any, day: date) -> None:
    """Let time pass until a day, at the same hour."""
    clock.advance(days=(day - local_date(clock.now())).days)


def answered(unit: Any, ports: Any, content: bytes = PDF, **changes: Any) -> Case:
    """A case answered at once, with one file that only the person can open."""
    case = open_case(unit, ports, **changes)
    with unit(case.agent) as work:
        add_note(work, case.referral_id, "Dossier retrouvé.")
        row = work.session.get_one(RightsRequest, case.receipt.rights_request_id)
        stored = receive_file(
            ports, "mes-donnees.pdf", BytesIO(content), sealed_to=row.box_public, limit=10_000_000
        )
        given = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
        answer(work, case.referral_id, AnswerDraft(LETTER, given, (stored,)))
    return case


def closed(unit: Any, ports: Any, **changes: Any) -> Case:
    """The same, closed by the person the same day."""
    case = answered(unit, ports, **changes)
    with unit(case.person) as work:
        close(work, case.referral_id)
    sweep()
    return case


def without_its_answer(unit: Any, ports: Any, clock: Any, **changes: Any) -> Case:
    """The same, once its answer was told and deleted, 92 days later."""
    case = closed(unit, ports, **changes)
    clock.advance(days=77)
    delete_over()
    clock.advance(days=15)
    assert delete_over()[RetentionStep.ANSWERS_DELETED] == 1
    return case


def without_content(unit: Any, ports: Any, clock: Any, **changes: Any) -> Case:
    """The same, a year and a day after its close."""
    case = without_its_answer(unit, ports, clock, **changes)
    clock.advance(days=366 - 92)
    assert delete_over()[RetentionStep.CONTENTS_DELETED] == 1
    return case
