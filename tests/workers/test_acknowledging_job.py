"""Each controller's acknowledgement of receipt is composed once, soon after the request arrived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from hub.domain.actors import SYSTEM
from hub.models.acknowledgement import AcknowledgementRow
from hub.models.columns import first_id_at, new_id
from hub.services.acknowledging import draft_for_delivered, enter_drafts
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.unit_of_work import work_drafted
from hub.services.working import acknowledge
from tests.factories import add_organisation, add_processing, draft_for, open_case, planned
from workers.jobs.acknowledging import acknowledge_all


def file_undelivered(unit, ports, how_many):
    """File towards one controller, several times; gives the controller."""
    with unit(SYSTEM) as work:
        organisation = add_organisation(work, "CHU de Brest")
        processing = add_processing(work, organisation)
    for _ in range(how_many):
        draft = draft_for(planned(organisation, processing))
        with unit(draft.actor) as work:
            file_request(work, plan_filing(draft, ports.keyring, work.now))
    return organisation


def composed(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(AcknowledgementRow))


def test_what_arrived_gets_its_paper_once_and_what_did_not_gets_none(unit, ports, session):
    organisation = file_undelivered(unit, ports, 45)
    assert acknowledge_all() == 0
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{organisation}", 41)
    assert acknowledge_all() == 41
    assert acknowledge_all() == 0
    assert composed(session) == 41


def test_a_paper_composed_twice_at_the_same_time_is_entered_once(unit, ports, session):
    organisation = file_undelivered(unit, ports, 1)
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{organisation}")
    with work_drafted(SYSTEM, engine=session.get_bind(), ports=ports) as work:
        drafts = draft_for_delivered(work, 10)
    assert len(drafts) == 1
    assert acknowledge_all() == 1
    with unit(SYSTEM) as work:
        assert enter_drafts(work, drafts) == 0
    assert composed(session) == 1


def test_a_controller_that_confirmed_first_has_told_already(unit, ports, session):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
    assert acknowledge_all() == 0
    assert composed(session) == 2


def test_an_id_made_later_comes_after_the_least_of_an_instant():
    now = datetime.now(UTC)
    assert (
        first_id_at(now - timedelta(seconds=1)) < new_id() < first_id_at(now + timedelta(hours=1))
    )
