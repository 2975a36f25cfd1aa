"""The rules of answers, from filing to the service (RULES §9, examples X2 to X5, X27 to X29)."""

from io import BytesIO

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.domain.answer_formats import NotMachineReadable
from hub.domain.clock import RULE_VERSION
from hub.domain.grounds import EvidenceMissing, GroundNotApplicable, RightNeverRefused
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from hub.domain.rights_matrix import MATRIX_VERSION
from hub.models.answer import Answer, AnswerItem
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest
from hub.queries.oversight import decisions_of
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.documents import receive_file
from tests.factories import add_member, open_case
from tests.web.controller.pages import PDF

SAID = {"reasons": "Voici pourquoi, dans votre cas.", "evidence": "Pièce 3."}
ALONE = "Je suis seule au service."


def given(unit, case, outcome, files=(), **facts):
    with unit(case.agent) as work:
        items = (ItemAnswer(case.processing_id, outcome, **facts),)
        answer(work, case.referral_id, AnswerDraft("Réponse.", items, files, alone_reason=ALONE))


def received(unit, ports, case, name, content):
    with unit(case.agent) as work:
        row = work.session.get(RightsRequest, case.receipt.rights_request_id)
        box = row.box_public
    return (receive_file(ports, name, BytesIO(content), sealed_to=box, limit=10_000_000),)


def test_x2_portability_of_a_public_task_may_be_refused_gdpr_20_3(unit, ports, session):
    case = open_case(unit, ports, right=Right.PORTABILITY)
    given(unit, case, Outcome.REFUSED, ground="POR-PUBLIC", **SAID)
    session.rollback()
    assert session.get(Referral, case.referral_id).outcome is Outcome.REFUSED


@pytest.mark.parametrize("evidence", ["", " ", "–"])
def test_x4_a_refusal_without_evidence_is_rejected_gdpr_12_5(unit, ports, session, evidence):
    case = open_case(unit, ports)
    facts = SAID | {"ground": "ALL-UNFOUNDED", "evidence": evidence}
    with pytest.raises(EvidenceMissing):
        given(unit, case, Outcome.REFUSED, **facts)
    assert session.scalar(select(Answer)) is None


@pytest.mark.parametrize("right", [Right.CONSENT_WITHDRAWAL, Right.SECONDARY_USE_OPT_OUT])
@pytest.mark.parametrize(
    "outcome", [Outcome.REFUSED, Outcome.PARTLY_GRANTED, Outcome.CANNOT_IDENTIFY]
)
def test_x5_a_withdrawal_or_an_opt_out_is_never_refused_gdpr_7_3_ehds_71(
    unit, ports, right, outcome
):
    case = open_case(unit, ports, right=right)
    with pytest.raises(RightNeverRefused):
        given(unit, case, outcome, ground="ALL-UNFOUNDED", **SAID)


def test_x5_an_objection_to_marketing_is_never_refused_gdpr_21_3(unit, ports):
    case = open_case(unit, ports, right=Right.OBJECTION)
    with pytest.raises(RightNeverRefused):
        given(unit, case, Outcome.REFUSED, ground="OBJ-MARKETING", **SAID)


def test_x27_who_cannot_be_found_is_invited_to_say_more_but_may_still_object_gdpr_11_2(
    unit, ports, session
):
    case = open_case(unit, ports)
    given(unit, case, Outcome.CANNOT_IDENTIFY, ground="ALL-UNIDENTIFIED", **SAID)
    other = open_case(unit, ports, right=Right.OBJECTION, organisation="CHU de Nantes")
    with pytest.raises(GroundNotApplicable):
        given(unit, other, Outcome.CANNOT_IDENTIFY, ground="ALL-UNIDENTIFIED", **SAID)


@pytest.mark.parametrize(
    ("right", "ground"),
    [
        (Right.ACCESS, "ACC-RESEARCH"),
        (Right.RECTIFICATION, "REC-RESEARCH"),
        (Right.RESTRICTION, "RES-RESEARCH"),
    ],
)
def test_x28_a_research_derogation_without_its_necessity_is_rejected_decret_116(
    unit, ports, right, ground
):
    research = {"context": Context.HEALTH_RESEARCH, "legal_basis": LegalBasis.PUBLIC_TASK}
    case = open_case(unit, ports, right=right, processing=research)
    with pytest.raises(EvidenceMissing):
        given(unit, case, Outcome.REFUSED, ground=ground, reasons=SAID["reasons"])


def test_x29_access_may_be_given_as_a_pdf_gdpr_15_3(unit, ports, session):
    case = open_case(unit, ports)
    given(unit, case, Outcome.GRANTED, received(unit, ports, case, "copie.pdf", PDF))
    assert session.scalar(select(Answer)).outcome is Outcome.GRANTED


def test_x29_portability_needs_a_file_that_a_machine_reads_gdpr_20_1(unit, ports, session):
    case = open_case(unit, ports, right=Right.PORTABILITY)
    pdf = received(unit, ports, case, "copie.pdf", PDF)
    for files in (pdf, ()):
        with pytest.raises(NotMachineReadable):
            given(unit, case, Outcome.GRANTED, files)
    table = received(unit, ports, case, "donnees.csv", b"date;mesure\n2026-01-02;12\n")
    given(unit, case, Outcome.GRANTED, (*pdf, *table))
    session.rollback()
    assert session.get(Referral, case.referral_id).outcome is Outcome.GRANTED


def test_a_program_that_sent_the_data_straight_owes_no_file_gdpr_20_2(unit, ports, session):
    case = open_case(unit, ports, right=Right.PORTABILITY)
    program = Actor(ActorKind.API_CLIENT, None, case.organisation_id)
    with unit(program) as work:
        items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
        answer(work, case.referral_id, AnswerDraft("Envoyé au service choisi.", items))
    session.rollback()
    assert session.get(Referral, case.referral_id).outcome is Outcome.GRANTED


def test_each_decision_keeps_the_versions_of_the_rules_it_was_sent_under_c11(unit, ports, session):
    case = open_case(unit, ports)
    given(unit, case, Outcome.NO_DATA_HELD)
    session.rollback()
    (decision,) = decisions_of(session, case.referral_id)
    assert decision.matrix_version == MATRIX_VERSION
    assert decision.rule_version == RULE_VERSION


def test_a_refusal_not_yet_read_by_its_second_reader_is_no_decision_c11(unit, ports, session):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        add_member(work, case.organisation_id, Role.DECISION_MAKER, name="Anne Petit")
    given(unit, case, Outcome.REFUSED, ground="ALL-UNFOUNDED", **SAID)
    session.rollback()
    assert decisions_of(session, case.referral_id) == ()
    item = session.scalar(select(AnswerItem))
    assert item.matrix_version == ""
