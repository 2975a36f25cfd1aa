"""What is found of each control: on an empty hub, on a case well handled, and on its faults."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from hub.domain.actors import SYSTEM, Role
from hub.domain.controls import CONTROLS, ControlState, Fault, Figure
from hub.domain.incidents import IncidentEntry, IncidentRisk
from hub.domain.outcomes import Outcome
from hub.domain.policies import Policies
from hub.domain.rights import Right
from hub.domain.working_days import local_date
from hub.models.answer import Answer, AnswerItem
from hub.models.referral import Referral
from hub.queries.controls import control_evidence
from hub.queries.incidents import Register
from hub.queries.oversight import Scope
from hub.sealing import RequestKeys
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.exchanging import verify_identity
from hub.services.incidents import close_incident, report_incident, write_entry
from hub.services.working import acknowledge, extend
from tests.factories import add_member, add_processing, open_case
from tests.services.test_second_reading import REFUSAL
from workers.jobs.retention import delete_over

STATES = ControlState


@pytest.fixture
def found(session, clock, ports):
    """Every control by its code, for all or for one organisation."""

    def read(organisation_id=None):
        session.rollback()
        today = local_date(clock.now())
        keys = RequestKeys(session, ports.keyring)
        rows = control_evidence(
            session,
            Scope(organisation_id, today),
            date(2025, 9, 1),
            Policies(),
            Register(session, keys, organisation_id, clock.now()),
        )
        assert [one.code for one in rows] == list(CONTROLS)
        return {one.code: one for one in rows}

    return read


def states_of(rows, state):
    return {code for code, one in rows.items() if one.state is state}


def test_on_an_empty_hub_nothing_is_called_held_that_nothing_proves(found):
    rows = found()
    assert states_of(rows, STATES.HELD) == {"C07", "C16", "C22"}
    assert states_of(rows, STATES.TO_LOOK_AT) == {"C21", "C24", "C26", "C28", "C29", "C30"}


def test_a_case_answered_in_time_holds_what_it_proves(unit, ports, found):
    case = open_case(unit, ports, right=Right.ACCESS)
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
        answer(
            work,
            case.referral_id,
            AnswerDraft("Voici.", (ItemAnswer(case.processing_id, Outcome.GRANTED),)),
        )
    delete_over()
    rows = found(case.organisation_id)
    assert states_of(rows, STATES.HELD) >= {"C01", "C03", "C05", "C11", "C12", "C21", "C22"}
    assert rows["C03"].figures == {Figure.ANSWERED: 1, Figure.SHARE_ON_TIME: 1.0}
    assert rows["C14"].faults == {Fault.LACKING: 1}
    assert rows["C25"].faults[Fault.MISSING] == 1
    assert states_of(rows, STATES.NOT_COUNTED) >= {"C08", "C10", "C18", "C23", "C27"}


def test_the_delay_the_extension_and_the_identity_check_are_counted(unit, ports, clock, found):
    case = open_case(unit, ports)
    clock.advance(days=10)
    with unit(case.agent) as work:
        verify_identity(work, case.referral_id, "Êtes-vous née Le Goff ?", "Deux homonymes.")
    rows = found()
    assert rows["C06"].faults[Fault.ASKED_LATE] == 1
    assert rows["C06"].faults[Fault.TOO_OFTEN] == 1
    assert rows["C06"].figures[Figure.IDENTITY_QUESTIONS] == 1
    assert rows["C12"].faults[Fault.UNACKNOWLEDGED] == 0
    other = open_case(unit, ports, organisation="Institut B")
    with unit(other.agent) as work:
        extend(work, other.referral_id, "exceptional_influx", "Vingt ans d’archives.")
    rows = found(other.organisation_id)
    assert rows["C04"].figures == {Figure.EXTENSIONS: 1}
    assert rows["C04"].state is STATES.HELD
    assert rows["C05"].faults[Fault.TOO_OFTEN] == 1
    clock.advance(days=200)
    assert found()["C03"].faults[Fault.LATE] >= 1


def test_a_refusal_late_unread_or_unexplained_is_a_fault_of_its_control(unit, ports, clock, found):
    case = open_case(unit, ports, right=Right.ERASURE)
    clock.advance(days=40)
    with unit(case.agent) as work:
        items = (ItemAnswer(case.processing_id, Outcome.REFUSED, **REFUSAL),)
        answer(work, case.referral_id, AnswerDraft("Non.", items, alone_reason="Je suis seule."))
    rows = found()
    assert rows["C08"].state is STATES.HELD
    assert rows["C09"].faults == {Fault.AFTER_ITS_MONTH: 1}
    assert rows["C10"].faults == {Fault.TO_REVIEW: 1, Fault.READ_BY_ITS_AUTHOR: 0}
    with unit(SYSTEM) as work:
        work.session.execute(update(AnswerItem).values(reasons_sealed=None, matrix_version=""))
        row = work.session.query(Answer).one()
        row.second_reader_id = row.author_id
        work.session.execute(update(Referral).values(rule_version=""))
    rows = found()
    assert rows["C08"].faults == {Fault.INCOMPLETE: 1}
    assert rows["C10"].faults[Fault.READ_BY_ITS_AUTHOR] == 1
    assert rows["C11"].faults == {Fault.WITHOUT_VERSION: 1}
    assert rows["C01"].faults == {Fault.INCOMPLETE: 1}


def test_a_refusal_on_the_last_day_of_its_month_is_no_fault_gdpr_12_4(unit, ports, clock, found):
    case = open_case(unit, ports, right=Right.ERASURE)
    clock.advance(days=30)
    with unit(case.agent) as work:
        items = (ItemAnswer(case.processing_id, Outcome.REFUSED, **REFUSAL),)
        answer(work, case.referral_id, AnswerDraft("Non.", items, alone_reason="Je suis seule."))
    assert found()["C09"].faults == {Fault.AFTER_ITS_MONTH: 0}


def test_objections_kept_are_counted_and_those_no_list_can_hold_are_a_fault(
    unit, ports, session, found
):
    case = open_case(unit, ports, right=Right.OBJECTION)
    with unit(case.agent) as work:
        answer(
            work,
            case.referral_id,
            AnswerDraft("Oui.", (ItemAnswer(case.processing_id, Outcome.GRANTED),)),
        )
    assert found()["C19"].figures == {Figure.OPT_OUTS: 0, Figure.PERSONS_KEPT_OUT: 1}
    assert found(case.organisation_id)["C19"].state is STATES.HELD


@pytest.fixture
def wrong_hands(unit, ports):
    """A case whose answer came to the wrong person, with its DPO and the incident."""
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
        answer_id = answer(work, case.referral_id, AnswerDraft("Voici.", items))
    with unit(SYSTEM) as work:
        incident_id = report_incident(work, answer_id)
        dpo = add_member(work, case.organisation_id, Role.DPO)
    return case, dpo, incident_id


ENTRY = IncidentEntry(
    facts="Un fichier d’une autre personne.",
    effects="Divulgation à une personne.",
    measures="Réponse bloquée.",
    risk=IncidentRisk.UNLIKELY,
    not_told="La personne l’a signalé elle-même.",
)


def test_a_breach_on_which_nothing_is_decided_after_72_hours_is_a_fault_gdpr_33(
    unit, clock, found, wrong_hands
):
    case, dpo, incident_id = wrong_hands
    figures = {Figure.INCIDENTS: 1, Figure.INCIDENTS_OPEN: 1}
    clock.advance(hours=71)
    held = found(case.organisation_id)["C23"]
    assert (held.figures, held.state) == (figures, STATES.HELD)
    clock.advance(hours=1)
    for scope in (case.organisation_id, None):
        assert found(scope)["C23"].faults == {Fault.UNDECIDED: 1, Fault.UNEXPLAINED: 0}
    with unit(dpo) as work:
        write_entry(work, incident_id, replace(ENTRY, not_notified="Aucun risque."))
        close_incident(work, incident_id)
    closed = found(case.organisation_id)["C23"]
    assert closed.state is STATES.HELD
    assert closed.figures == figures | {Figure.INCIDENTS_OPEN: 0}


def test_a_breach_notified_after_72_hours_without_a_reason_is_a_fault_gdpr_33_1(
    unit, clock, found, wrong_hands
):
    case, dpo, incident_id = wrong_hands
    clock.advance(days=5)
    late = replace(ENTRY, notified_on=local_date(clock.now()))
    with unit(dpo) as work:
        write_entry(work, incident_id, late)
    assert found(case.organisation_id)["C23"].faults[Fault.UNEXPLAINED] == 1
    with unit(dpo) as work:
        write_entry(work, incident_id, replace(late, delay="Le registre était fermé."))
    assert found(case.organisation_id)["C23"].state is STATES.HELD


def test_one_organisation_is_measured_by_its_own_cases_alone(unit, ports, clock, found):
    late = open_case(unit, ports, organisation="Institut B")
    clock.advance(days=60)
    own = open_case(unit, ports)
    assert found(late.organisation_id)["C03"].state is STATES.TO_LOOK_AT
    assert found(own.organisation_id)["C03"].state is STATES.NOT_COUNTED
    with unit(SYSTEM) as work:
        add_processing(work, late.organisation_id, title="Seconde base")
        add_member(work, own.organisation_id, Role.AGENT)
    assert found(own.organisation_id)["C14"].figures[Figure.DATABASES] == 1
    assert found()["C14"].figures[Figure.DATABASES] == 3
    assert found()["C22"].figures[Figure.CHAINS] == 2


def test_incidents_of_another_organisation_are_not_counted(unit, ports, found, wrong_hands):
    other = open_case(unit, ports, organisation="Institut B")
    assert found(other.organisation_id)["C23"].state is STATES.NOT_COUNTED
    assert found()["C23"].figures[Figure.INCIDENTS] == 1
