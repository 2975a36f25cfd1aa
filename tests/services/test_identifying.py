"""A proof of identity: of whom it is, how long it is good, and what is kept of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from hub.domain.actors import Actor, ActorKind
from hub.domain.audit_log import EventKind
from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import CivilIdentity, IdentityMatch, ProofMeans, ProvenIdentity
from hub.errors import NotFound
from hub.models.audit_event import AuditEvent
from hub.models.identity_proof import IdentityProof
from hub.models.rights_request import Visit
from hub.queries.identity_proofs import level_held
from hub.services.identifying import prove_identity
from hub.services.visits import open_visit
from tests.factories import Case, open_case

ANGELE = CivilIdentity(("Angèle",), "Dubois", date(1965, 3, 8), "female", "35238", "99100")
JEAN = CivilIdentity(("Jean",), "Le Goff", date(1970, 1, 2), "male", "29232", "99100")


def visit(unit, case: Case) -> UUID:
    """A visit just opened with the secret of the receipt."""
    with unit(Actor(ActorKind.PERSON)) as work:
        assert isinstance(open_visit(work, case.receipt.reference, case.receipt.secret), bytes)
        work.session.flush()
        return work.session.scalars(select(Visit.id).order_by(Visit.id.desc())).first()


def prove(unit, clock, case, visit_id, civil=ANGELE, means=ProofMeans.FRANCECONNECT):
    proven = ProvenIdentity(means, "subject-of-the-provider", clock.now(), civil)
    with unit(case.person) as work:
        return prove_identity(work, visit_id, proven)


def held(session, ports, visit_id):
    session.rollback()
    return level_held(session, visit_id, ports.clock.now(), ports.policies.proofs)


def test_a_proof_raises_this_visit_and_no_other(unit, ports, clock, session):
    case = open_case(unit, ports)
    first, second = visit(unit, case), visit(unit, case)
    outcome = prove(unit, clock, case, first)
    assert (outcome.match, outcome.level) == (IdentityMatch.SAME, IdentityLevel.L1)
    assert held(session, ports, first) is IdentityLevel.L1
    assert held(session, ports, second) is IdentityLevel.L0


def test_a_proof_of_somebody_else_is_written_down_and_opens_nothing(unit, ports, clock, session):
    case = open_case(unit, ports)
    mine = visit(unit, case)
    outcome = prove(unit, clock, case, mine, JEAN, ProofMeans.FRANCECONNECT_PLUS)
    assert (outcome.match, outcome.level) == (IdentityMatch.DIFFERS, IdentityLevel.L0)
    row = session.scalars(select(IdentityProof)).one()
    assert (row.match, row.level) == (IdentityMatch.DIFFERS, IdentityLevel.L2)


def test_a_proof_is_good_for_an_hour(unit, ports, clock, session):
    case = open_case(unit, ports)
    mine = visit(unit, case)
    prove(unit, clock, case, mine)
    clock.advance(minutes=59)
    assert held(session, ports, mine) is IdentityLevel.L1
    clock.advance(minutes=1)
    assert held(session, ports, mine) is IdentityLevel.L0


def test_a_visit_that_is_over_proves_nothing(unit, ports, clock):
    case = open_case(unit, ports)
    mine = visit(unit, case)
    clock.advance(hours=2)
    for which in (mine, uuid4()):
        with pytest.raises(NotFound):
            prove(unit, clock, case, which)


def test_who_acts_and_is_answered_is_known_by_her_own_name(unit, ports, clock):
    acting = {"capacity": "parent", "name": "Jean Le Goff"}
    case = open_case(unit, ports, representative=acting)
    mine = visit(unit, case)
    assert prove(unit, clock, case, mine, JEAN).match is IdentityMatch.SAME
    assert prove(unit, clock, case, mine, ANGELE).match is IdentityMatch.DIFFERS


def test_under_a_mandate_silent_on_the_answer_the_person_herself_is_known(unit, ports, clock):
    acting = {"capacity": "agent", "name": "Jean Le Goff"}
    case = open_case(unit, ports, representative=acting)
    mine = visit(unit, case)
    assert prove(unit, clock, case, mine, ANGELE).match is IdentityMatch.SAME
    assert prove(unit, clock, case, mine, JEAN).match is IdentityMatch.DIFFERS


def test_the_log_says_how_she_was_known_and_nothing_of_who_she_is(unit, ports, clock, session):
    case = open_case(unit, ports)
    prove(unit, clock, case, visit(unit, case))
    event = session.scalars(
        select(AuditEvent).where(AuditEvent.kind == EventKind.IDENTITY_PROVEN)
    ).one()
    assert event.subject_id == case.receipt.rights_request_id
    row = session.scalars(select(IdentityProof)).one()
    assert b"subject-of" not in (row.subject_index or b"")
