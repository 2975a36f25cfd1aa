"""A backlog is recorded once, each line alone, with the due dates of its true receipt."""

from __future__ import annotations

from datetime import date
from functools import partial
from io import BytesIO

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.backlog import Fallbacks, recognised
from hub.domain.representation import Capacity
from hub.domain.sightings import SeenKind
from hub.domain.working_days import local_date
from hub.extensions import db
from hub.importers.backlog import read_sheet
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.hub_task import HubTask
from hub.models.intake_batch import BatchState, IntakeBatch, LineState
from hub.models.referral import Referral
from hub.models.representation import RepresentationRow, Sighting
from hub.models.rights_request import IntakeChannel, RightsRequest
from hub.port_errors import FileMissing
from hub.queries.backlog import batch_row, lines_of, remembered_columns, sealed_batch
from hub.queries.keying import lately_keyed
from hub.services.backlog import begin_import, forgotten_batches, keep_check, open_batch
from hub.services.backlog_checking import BacklogChecker, Choices, Owner
from hub.services.backlog_running import Hub, run_import
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from hub.services.unit_of_work import unit_of_work
from tests.factories import add_member, add_organisation, add_processing, draft_for, planned

TABLE = """N°;Reçu le;Droit;Prénom;Nom;E-mail
A-1;03/06/2026;accès;Angèle;Dubois;angele@person.example
A-2;15/08/2026;effacement;Paul;Martin;
A-3;hier;accès;Zoé;Petit;
"""


@pytest.fixture
def office(unit):
    with unit(SYSTEM) as work:
        organisation = add_organisation(work)
        processing = add_processing(work, organisation, title="Entrepôt eHOP")
        agent = add_member(work, organisation, Role.AGENT)
    return organisation, processing, agent


@pytest.fixture
def hub(app, ports) -> Hub:
    return Hub(partial(unit_of_work, engine=db.engine, ports=ports), db.session, ports)


def bring(unit, ports, session, office, table: str = TABLE):
    organisation, processing, agent = office
    key, wrapped = ports.keyring.new_data_key()
    stored = ports.files.put(BytesIO(table.encode()), sealed_to=key)
    with unit(agent) as work:
        batch_id = open_batch(work, organisation, stored, wrapped).id
    sheet = read_sheet(table.encode())
    columns = recognised(dict(enumerate(sheet.headers)))
    choices = Choices(columns, Fallbacks(processings=(str(processing),)))
    owner = Owner(organisation, agent, local_date(ports.clock.now()))
    lines = list(BacklogChecker(session, ports.keyring, owner, choices).check(sheet))
    with unit(agent) as work:
        keep_check(work, batch_id, choices, {"recu le": "received_on"}, lines)
    return batch_id


def imported(unit, hub, office, batch_id) -> int:
    with unit(office[2]) as work:
        begin_import(work, batch_id)
    return run_import(hub, batch_id)


def states(session, batch_id) -> list[LineState]:
    session.rollback()
    return [one.state for one in lines_of(session, batch_id)]


def count(session, model) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def test_a_dry_run_says_what_each_line_would_give_and_records_nothing(unit, ports, session, office):
    batch_id = bring(unit, ports, session, office)
    assert states(session, batch_id) == [LineState.READY, LineState.READY, LineState.REFUSED]
    assert count(session, RightsRequest) == 0


def test_due_dates_are_those_of_the_original_receipt_gdpr_12_3(unit, ports, session, office, hub):
    batch_id = bring(unit, ports, session, office)
    imported(unit, hub, office, batch_id)
    assert states(session, batch_id) == [LineState.FILED, LineState.FILED, LineState.REFUSED]
    dues = sorted(str(due) for due in session.scalars(select(Referral.due_on)))
    assert dues == ["2026-07-03", "2026-09-15"]
    request = session.scalar(select(RightsRequest).order_by(RightsRequest.received_at))
    assert request.channel is IntakeChannel.POST
    assert request.keyed_by_member_id == office[2].id


def test_the_same_backlog_brought_twice_doubles_nothing(unit, ports, session, office, hub):
    imported(unit, hub, office, bring(unit, ports, session, office))
    again = bring(unit, ports, session, office)
    assert states(session, again)[:2] == [LineState.ALREADY, LineState.ALREADY]
    imported(unit, hub, office, again)
    assert count(session, RightsRequest) == 2


def test_a_line_without_number_is_known_again_by_what_it_says(unit, ports, session, office, hub):
    bare = TABLE.replace("A-1", "").replace("A-2", "").replace("A-3", "")
    imported(unit, hub, office, bring(unit, ports, session, office, bare))
    imported(unit, hub, office, bring(unit, ports, session, office, bare))
    assert count(session, RightsRequest) == 2


def test_a_number_recorded_with_another_content_is_refused(unit, ports, session, office, hub):
    imported(unit, hub, office, bring(unit, ports, session, office))
    changed = bring(unit, ports, session, office, TABLE.replace("Dubois", "Dupont"))
    assert states(session, changed)[0] is LineState.REFUSED
    assert lines_of(session, changed)[0].faults == (("key_used_otherwise", "key"),)


def test_an_import_cut_halfway_goes_on_where_it_was(unit, ports, session, office, hub, clock):
    batch_id = bring(unit, ports, session, office)
    with unit(office[2]) as work:
        begin_import(work, batch_id)
    assert run_import(hub, batch_id, most=1) == 1
    assert batch_row(session, batch_id).state is BatchState.WAITING
    assert run_import(hub, batch_id, most=1) == 1
    assert run_import(hub, batch_id, most=1) == 0
    session.rollback()
    assert batch_row(session, batch_id).state is BatchState.DONE
    assert count(session, RightsRequest) == 2


def test_once_imported_the_file_and_its_key_are_gone(unit, ports, session, office, hub):
    batch_id = bring(unit, ports, session, office)
    kept = sealed_batch(session, batch_id)
    imported(unit, hub, office, batch_id)
    session.rollback()
    assert sealed_batch(session, batch_id) is None
    with pytest.raises(FileMissing):
        b"".join(ports.files.read(kept.storage_key, opened_with=b"0" * 32))
    said = session.scalar(select(AuditEvent).where(AuditEvent.kind == EventKind.BACKLOG_IMPORTED))
    assert said.stream_id == office[0]


def test_the_hub_writes_to_nobody_it_never_met(unit, ports, session, office, hub):
    imported(unit, hub, office, bring(unit, ports, session, office))
    assert set(session.scalars(select(Delivery.kind))) == {DeliveryKind.REFERRAL}
    assert not session.scalar(select(RightsRequest.has_email).where(RightsRequest.has_email))


def test_columns_chosen_once_are_remembered_for_the_organisation(unit, ports, session, office):
    bring(unit, ports, session, office)
    session.rollback()
    assert remembered_columns(session, office[0]) == {"recu le": "received_on"}


def test_a_file_left_aside_for_a_month_is_forgotten(unit, ports, session, office, clock):
    batch_id = bring(unit, ports, session, office)
    clock.advance(days=31)
    with unit(SYSTEM) as work:
        assert len(forgotten_batches(work)) == 1
    session.rollback()
    assert session.get(IntakeBatch, batch_id).state is BatchState.DROPPED
    assert session.get(IntakeBatch, batch_id).key_wrapped is None


def test_her_last_ones_are_those_she_keyed_in_by_hand_not_those_of_a_file(
    unit, ports, session, hub, office
):
    organisation, processing, agent = office
    by_hand = plan_filing(
        draft_for(planned(organisation, processing), actor=agent), ports.keyring, ports.clock.now()
    )
    with unit(agent) as work:
        receipt = file_request(work, by_hand)
    assert imported(unit, hub, office, bring(unit, ports, session, office)) == 2
    session.rollback()
    assert [one.reference for one in lately_keyed(session, agent.id)] == [receipt.reference]


ACTING = """N°;Reçu le;Droit;Prénom;Nom;Qualité;Mandataire;Fin du mandat;Pièce vue;Vue le;Vue par
B-1;03/06/2026;accès;Angèle;Dubois;Mandataire;Jean Le Goff;31/12/2026;Mandat;04/06/2026;Anne Roy
B-2;03/06/2026;accès;Paul;Martin;cousin;Jean Le Goff;;;;
B-3;03/06/2026;accès;Zoé;Petit;parent;Jean Petit;;livret de famille;;
B-4;03/06/2026;accès;Léa;Blanc;;;;;;
"""


def test_who_acts_and_what_was_seen_come_with_a_backlog_c17(unit, ports, session, office, hub):
    batch_id = bring(unit, ports, session, office, ACTING)
    refused = [one for one in lines_of(session, batch_id) if one.state is LineState.REFUSED]
    assert [one.faults for one in refused] == [
        (("capacity_unknown", "capacity"),),
        (("missing", "seen_on"),),
    ]
    imported(unit, hub, office, batch_id)
    row = session.scalars(select(RepresentationRow)).one()
    assert (row.capacity, row.ends_on) == (Capacity.AGENT, date(2026, 12, 31))
    seen = session.scalars(select(Sighting)).one()
    assert (seen.kind, seen.seen_on, seen.seen_by_name) == (
        SeenKind.MANDATE,
        date(2026, 6, 4),
        "Anne Roy",
    )
    assert seen.referral_id == session.scalar(
        select(Referral.id).where(Referral.rights_request_id == row.rights_request_id)
    )
    assert not session.scalars(select(HubTask)).all(), "its owner tells the persons itself"
