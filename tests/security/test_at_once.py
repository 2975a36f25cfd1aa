"""Several at the same moment, or with more than was asked for, do no more than one may do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from hub.domain.lifecycle import ActionNotAllowed
from hub.domain.outcomes import Outcome
from hub.extensions import db
from hub.models.answer import Answer
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.unit_of_work import unit_of_work
from hub.web.api.schemas import Closed, PersonIn
from tests.factories import open_case

AT_ONCE = 4


def test_of_several_answers_at_the_same_moment_one_counts(app, unit, ports, session):
    case, engine = open_case(unit, ports), db.engine
    given = AnswerDraft("Voici.", (ItemAnswer(case.processing_id, Outcome.GRANTED),))
    start = Barrier(AT_ONCE)

    def answered(_: int) -> bool:
        with app.app_context():
            start.wait(30)
            try:
                with unit_of_work(case.agent, engine=engine, ports=ports) as work:
                    answer(work, case.referral_id, given)
            except ActionNotAllowed:
                return False
            return True

    with ThreadPoolExecutor(AT_ONCE) as agents:
        assert sorted(agents.map(answered, range(AT_ONCE))) == [False] * (AT_ONCE - 1) + [True]
    session.rollback()
    assert len(session.scalars(select(Answer)).all()) == 1


def test_no_body_takes_a_member_that_its_schema_does_not_name(app):
    bodies: set[Any] = {
        view._spec["body"]
        for view in app.view_functions.values()
        if getattr(view, "_spec", {}).get("body")
    }
    assert len(bodies) > 8
    open_ones = [
        body.__name__
        for body in bodies
        if not issubclass(body, Closed) or body.model_config.get("extra") != "forbid"
    ]
    assert not open_ones, "a body of the API is a Closed: what it does not name is refused"


@pytest.mark.parametrize("given", [0, 1, "yes", "true", "no", 0.0])
def test_a_consent_is_a_yes_or_a_no_and_nothing_that_looks_like_one(given):
    person = {"given_names": "Angèle", "family_name": "Dubois", "birth_date": "1965-03-08"}
    with pytest.raises(ValidationError):
        PersonIn.model_validate(person | {"notified_online": given})
    assert PersonIn.model_validate(person | {"notified_online": True}).notified_online
