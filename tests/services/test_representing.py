"""In her name: the person is told, may stop what is not hers, and put an end to a mandate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import IdentityLevel
from hub.domain.identity_proof import CivilIdentity, IdentityMatch, ProofMeans, ProvenIdentity
from hub.domain.lifecycle import ActionNotAllowed, NotYours, ReferralState, RequestState
from hub.domain.outcomes import Outcome
from hub.errors import Invalid, NotFound
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.hub_task import HubTask, HubTaskKind
from hub.models.identity_proof import IdentityProof
from hub.models.referral import Referral
from hub.models.representation import RepresentationRow
from hub.models.rights_request import Identity, IntakeChannel, RightsRequest, Visit
from hub.sealing import Place, RequestKeys
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.confirming import activate
from hub.services.delivering import Outcome as Attempt
from hub.services.delivering import claim, record_outcomes
from hub.services.filing import file_request
from hub.services.filing_drafts import PersonGiven
from hub.services.filing_plans import Receipt, plan_filing
from hub.services.hub_tasks import code_for_letter, finish_task
from hub.services.lost_code import give_code_to_proven
from hub.services.posting import postings_of
from hub.services.referrals import FilingDisputed
from hub.services.representing import (
    WrongBirthDate,
    dispute,
    end_mandate,
    take_code,
)
from hub.services.visits import RequestStopped, TooManyTries, open_visit
from tests.factories import PERSON, add_member, add_organisation, draft_for, open_case, planned
from workers.jobs.upkeep import sweep

BORN = date(1965, 3, 8)
MANDATE = {"capacity": "agent", "name": "Jean Le Goff", "answer_to": "representative"}
REACHED = {"own_email": "angele@person.example"}


def person(**more):
    given = {"email": "jean@agent.example", **more}
    return PersonGiven("Angèle", "Dubois", BORN, **given)


def mandated(unit, ports, *, said=MANDATE, channel=IntakeChannel.WEB, **more):
    """A case filed under a mandate, delivered to its controller."""
    facts = {"organisation": more.pop("organisation")} if "organisation" in more else {}
    given = person(**(REACHED | more))
    return open_case(unit, ports, person=given, representative=said, channel=channel, **facts)


@pytest.fixture
def hub_agent(unit):
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Plateforme", runs_hub=True)
        return add_member(work, hub, Role.HUB_AGENT, name="Basile Roy")


def deliveries(session, kind):
    session.rollback()
    return session.scalars(select(Delivery).where(Delivery.kind == kind)).all()


def the_task(session, kind):
    session.rollback()
    return session.scalars(select(HubTask).where(HubTask.kind == kind)).one()


def request_row(session, case):
    session.rollback()
    return session.get(RightsRequest, case.receipt.rights_request_id)


def events(session, case, kind):
    session.rollback()
    wanted = select(AuditEvent).where(
        AuditEvent.stream_id == case.receipt.rights_request_id, AuditEvent.kind == kind
    )
    return session.scalars(wanted).all()


class TestBeingTold:
    @pytest.mark.parametrize(
        ("channel", "given", "address"),
        [
            (IntakeChannel.WEB, REACHED, "angele@person.example"),
            (IntakeChannel.API, {"email": "angele@person.example"}, "angele@person.example"),
            (IntakeChannel.POST, {"email": "angele@person.example"}, "angele@person.example"),
        ],
    )
    def test_the_person_is_written_to_at_her_own_address_never_at_the_agents(
        self, unit, ports, session, channel, given, address
    ):
        filed = {"own_email": None} | given
        mandated(unit, ports, channel=channel, **filed)
        posting = told_of(session, unit, ports)
        assert posting.order.to == address
        assert posting.order.facts["by_another"]
        assert "/en-mon-nom/" in posting.order.facts["link"]
        assert "Dubois" not in str(posting.order.facts)

    def test_without_an_address_of_hers_an_agent_of_the_hub_writes_by_post(
        self, unit, ports, session
    ):
        mandated(unit, ports, own_email=None)
        assert not deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME)
        assert the_task(session, HubTaskKind.TELL_BY_POST).done_at is None

    def test_an_address_that_takes_no_mail_becomes_a_letter(self, unit, ports, session):
        mandated(unit, ports)
        (mail,) = deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME)
        with unit(SYSTEM) as work:
            (one,) = claim(work, mail.channel, mail.recipient, 10)
        refused = Attempt(one.id, one.lease_token, delivered=False, error="x", is_permanent=True)
        with unit(SYSTEM) as work:
            record_outcomes(work, [refused])
        assert the_task(session, HubTaskKind.TELL_BY_POST).done_at is None

    def test_on_the_site_she_is_told_once_the_address_of_who_files_is_confirmed(
        self, unit, ports, session
    ):
        with unit(SYSTEM) as work:
            organisation = add_organisation(work)
        draft = draft_for(
            planned(organisation),
            person=person(**REACHED),
            representative=MANDATE,
            active_at_once=False,
        )
        plan = plan_filing(draft, ports.keyring, ports.clock.now())
        with unit(draft.actor) as work:
            receipt = file_request(work, plan)
        assert not deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME)
        with unit(SYSTEM) as work:
            activate(work, work.session.get_one(RightsRequest, receipt.rights_request_id))
        assert len(deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME)) == 1

    @pytest.mark.parametrize(
        ("said", "born"),
        [
            ({"capacity": "heir", "name": "Jean", "purpose": "estate"}, BORN),
            ({"capacity": "parent", "name": "Jean"}, date(2011, 9, 15)),
        ],
        ids=["the-dead", "a-child-of-fourteen"],
    )
    def test_neither_the_dead_nor_a_small_child_is_written_to_lil_70(
        self, unit, ports, session, said, born
    ):
        given = PersonGiven("Angèle", "Dubois", born, own_email="a@person.example")
        open_case(unit, ports, person=given, representative=said)
        assert not deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME)
        assert not session.scalars(select(HubTask)).all()

    @pytest.mark.parametrize(("channel", "tasks"), [(IntakeChannel.WEB, 0), (IntakeChannel.API, 1)])
    def test_a_minor_of_fifteen_is_written_to_where_her_own_address_is_known_lil_70(
        self, unit, ports, session, channel, tasks
    ):
        given = PersonGiven("Léa", "Dubois", date(2011, 9, 14), postal_address="4 rue des Lilas")
        said = {"capacity": "parent", "name": "Jean"}
        open_case(unit, ports, person=given, representative=said, channel=channel)
        session.rollback()
        assert len(session.scalars(select(HubTask)).all()) == tasks

    def test_who_acts_for_herself_is_not_told_of_her_own_filing(self, unit, ports, session):
        open_case(unit, ports)
        assert not deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME)
        assert session.scalar(select(RepresentationRow)) is None


class TestNotMe:
    def test_it_stands_still_nobody_opens_it_and_no_answer_leaves(self, unit, ports, session):
        case = mandated(unit, ports)
        with unit(SYSTEM) as work:
            open_visit(work, case.receipt.reference, case.receipt.secret)
        with unit(case.person) as work:
            dispute(work, case.receipt.rights_request_id)
        assert request_row(session, case).state is RequestState.NEEDS_PERSON
        assert session.scalar(select(Visit)) is None
        with unit(SYSTEM) as work:
            found = open_visit(work, case.receipt.reference, case.receipt.secret)
        assert isinstance(found, RequestStopped)
        given = AnswerDraft("Voici.", (ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD),))
        with pytest.raises(FilingDisputed), unit(case.agent) as work:
            answer(work, case.referral_id, given)
        assert len(deliveries(session, DeliveryKind.WHO_ACTS_CHANGED)) == 1
        assert the_task(session, HubTaskKind.CHECK_DISPUTE).done_at is None

    def test_what_had_not_left_yet_does_not_leave(self, unit, ports, session):
        with unit(SYSTEM) as work:
            organisation = add_organisation(work)
        draft = draft_for(planned(organisation), person=person(**REACHED), representative=MANDATE)
        plan = plan_filing(draft, ports.keyring, ports.clock.now())
        with unit(draft.actor) as work:
            receipt = file_request(work, plan)
        with unit(draft.actor) as work:
            dispute(work, receipt.rights_request_id)
        (row,) = deliveries(session, DeliveryKind.REFERRAL)
        assert row.state is DeliveryState.CANCELLED

    def test_hers_after_all_it_goes_on_and_what_waited_leaves(
        self, unit, ports, session, hub_agent
    ):
        case = mandated(unit, ports)
        with unit(SYSTEM) as work:
            work.session.get_one(Referral, case.referral_id).state = ReferralState.QUEUED
        with unit(case.person) as work:
            dispute(work, case.receipt.rights_request_id)
        task = the_task(session, HubTaskKind.CHECK_DISPUTE)
        with unit(hub_agent) as work:
            finish_task(work, task.id, "Jointe par téléphone.", is_hers=True)
        assert request_row(session, case).state is RequestState.ACTIVE
        waiting = [one.state for one in deliveries(session, DeliveryKind.REFERRAL)]
        assert DeliveryState.WAITING in waiting
        with unit(SYSTEM) as work:
            assert isinstance(open_visit(work, case.receipt.reference, case.receipt.secret), bytes)

    def test_not_hers_it_ends_its_code_is_void_and_controllers_stop(
        self, unit, ports, session, hub_agent
    ):
        case = mandated(unit, ports)
        with unit(case.person) as work:
            dispute(work, case.receipt.rights_request_id)
        task = the_task(session, HubTaskKind.CHECK_DISPUTE)
        with pytest.raises(Invalid), unit(hub_agent) as work:
            finish_task(work, task.id, "Jointe par téléphone.")
        with unit(hub_agent) as work:
            finish_task(work, task.id, "Jointe par téléphone.", is_hers=False)
        assert request_row(session, case).state is RequestState.INADMISSIBLE
        assert session.get(Referral, case.referral_id).state is ReferralState.WITHDRAWN
        with unit(SYSTEM) as work:
            found = open_visit(work, case.receipt.reference, case.receipt.secret)
        assert not isinstance(found, bytes)
        assert deliveries(session, DeliveryKind.REFERRAL_WITHDRAWN)

    def test_it_is_stopped_once_and_only_while_it_runs(self, unit, ports):
        case = mandated(unit, ports)
        with unit(case.person) as work:
            dispute(work, case.receipt.rights_request_id)
        with pytest.raises(ActionNotAllowed), unit(case.person) as work:
            dispute(work, case.receipt.rights_request_id)

    def test_a_controllers_agent_settles_nothing(self, unit, ports, session):
        case = mandated(unit, ports)
        with unit(case.person) as work:
            dispute(work, case.receipt.rights_request_id)
        task = the_task(session, HubTaskKind.CHECK_DISPUTE)
        with pytest.raises(NotYours), unit(case.agent) as work:
            finish_task(work, task.id, "Vu.", is_hers=True)


class TestEndingAMandate:
    def test_the_agents_code_opens_nothing_more_and_controllers_are_told_civil_code_2004(
        self, unit, ports, session
    ):
        case = mandated(unit, ports)
        with unit(SYSTEM) as work:
            open_visit(work, case.receipt.reference, case.receipt.secret)
        with unit(case.person) as work:
            end_mandate(work, case.receipt.rights_request_id)
        assert session.scalar(select(Visit)) is None, "an open visit of the agent ends too"
        with unit(SYSTEM) as work:
            found = open_visit(work, case.receipt.reference, case.receipt.secret)
        assert not isinstance(found, bytes)
        assert len(deliveries(session, DeliveryKind.WHO_ACTS_CHANGED)) == 1
        assert len(deliveries(session, DeliveryKind.MANDATE_ENDED)) == 1
        subjects = {one.subject_id for one in events(session, case, EventKind.MANDATE_ENDED)}
        assert subjects == {case.receipt.rights_request_id, case.referral_id}

    def test_from_then_on_she_is_written_to_and_no_longer_the_agent(self, unit, ports, session):
        case = mandated(unit, ports)
        with unit(case.person) as work:
            end_mandate(work, case.receipt.rights_request_id)
        key = case.receipt.rights_request_id
        sealed = session.get(Identity, key).sealed
        facts = RequestKeys(session, ports.keyring).open_facts(
            Place(key, "identity.sealed", key), sealed
        )
        assert facts["email"] == "angele@person.example"
        assert "jean@agent.example" not in str(facts)
        assert facts["representative"]["ended_on"] == "2026-09-14"

    def test_her_birth_date_gives_her_a_code_that_opens_and_no_other_does(
        self, unit, ports, session
    ):
        case = mandated(unit, ports)
        key = case.receipt.rights_request_id
        with unit(case.person) as work:
            assert isinstance(take_code(work, key, date(1965, 3, 9)), WrongBirthDate)
        assert session.get(RepresentationRow, key).revoked_at is None, "nothing ends for a guess"
        with unit(case.person) as work:
            given = take_code(work, key, BORN)
        assert isinstance(given, Receipt)
        assert given.secret != case.receipt.secret
        with unit(SYSTEM) as work:
            assert isinstance(open_visit(work, given.reference, given.secret), bytes)
        with unit(SYSTEM) as work:
            found = open_visit(work, given.reference, case.receipt.secret)
        assert not isinstance(found, bytes)
        assert not deliveries(session, DeliveryKind.MANDATE_ENDED), "she has her code already"

    def test_guessing_a_birth_date_is_slowed_down(self, unit, ports):
        case = mandated(unit, ports)
        for _ in range(6):
            with unit(case.person) as work:
                take_code(work, case.receipt.rights_request_id, date(1990, 1, 1))
        with unit(case.person) as work:
            found = take_code(work, case.receipt.rights_request_id, BORN)
        assert isinstance(found, TooManyTries)

    def test_without_an_address_her_code_goes_by_post_and_each_print_voids_the_last(
        self, unit, ports, session, hub_agent
    ):
        case = mandated(unit, ports, own_email=None)
        with unit(case.person) as work:
            end_mandate(work, case.receipt.rights_request_id)
        task = the_task(session, HubTaskKind.CODE_BY_POST)
        codes = []
        for _ in range(2):
            with unit(hub_agent) as work:
                codes.append(code_for_letter(work, task.id))
        first, second = codes
        with unit(SYSTEM) as work:
            assert not isinstance(open_visit(work, first.reference, first.secret), bytes)
        with unit(SYSTEM) as work:
            assert isinstance(open_visit(work, second.reference, second.secret), bytes)

    def test_a_guardian_appointed_by_a_judge_is_not_dismissed_so(self, unit, ports):
        case = mandated(unit, ports, said={"capacity": "guardian", "name": "Jean Le Goff"})
        with pytest.raises(NotFound), unit(case.person) as work:
            end_mandate(work, case.receipt.rights_request_id)

    def test_a_mandate_whose_last_day_is_over_ends_by_itself_while_a_case_is_open_c17(
        self, unit, ports, session, clock
    ):
        said = MANDATE | {"ends_on": "2026-09-20"}
        case = mandated(unit, ports, said=said)
        answered = mandated(unit, ports, said=said, organisation="CHU de Lille")
        given = AnswerDraft("Voici.", (ItemAnswer(answered.processing_id, Outcome.NO_DATA_HELD),))
        with unit(answered.agent) as work:
            answer(work, answered.referral_id, given)
        clock.advance(days=6)
        sweep()
        assert session.get(RepresentationRow, case.receipt.rights_request_id).revoked_at is None
        clock.advance(days=1)
        sweep()
        session.rollback()
        ended = session.get(RepresentationRow, case.receipt.rights_request_id)
        assert ended.revoked_at is not None
        with unit(SYSTEM) as work:
            found = open_visit(work, case.receipt.reference, case.receipt.secret)
        assert not isinstance(found, bytes)
        with unit(SYSTEM) as work:
            read = open_visit(work, answered.receipt.reference, answered.receipt.secret)
        assert isinstance(read, bytes), "what the mandate had him answered stays his to read"


def test_who_proves_who_she_is_after_a_mandate_may_still_use_the_link_of_her_mailbox(unit, ports):
    case = mandated(unit, ports)
    key = case.receipt.rights_request_id
    civil = CivilIdentity(("Angèle",), "Dubois", BORN, "female", "35238", "99100")
    proof = ProvenIdentity(ProofMeans.FRANCECONNECT, "sub", ports.clock.now(), civil)
    with unit(SYSTEM) as work:
        end_mandate(work, key)
    with unit(SYSTEM) as work:
        first = give_code_to_proven(work, key, proof)
    with unit(SYSTEM) as work:
        second = take_code(work, key, BORN)
    assert isinstance(second, Receipt)
    assert second.secret != first.secret


class TestFiledAsIfByHerself:
    def test_an_address_she_did_not_type_is_told_and_her_word_stops_everything(
        self, unit, ports, session
    ):
        given = person(email="faux@example.org", own_email="vraie@person.example")
        case = open_case(unit, ports, person=given)
        posting = told_of(session, unit, ports)
        assert posting.order.to == "vraie@person.example"
        assert not posting.order.facts["by_another"]
        with unit(case.person) as work:
            dispute(work, case.receipt.rights_request_id)
        with unit(case.person) as work:
            opened = open_visit(work, case.receipt.reference, case.receipt.secret)
        assert isinstance(opened, RequestStopped)
        items = (ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD),)
        with pytest.raises(FilingDisputed), unit(case.agent) as work:
            answer(work, case.referral_id, AnswerDraft("Nous n’avons rien.", items))
        assert the_task(session, HubTaskKind.CHECK_DISPUTE)

    def test_who_typed_her_own_address_is_told_nothing_more(self, unit, ports, session):
        open_case(unit, ports)
        assert deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME) == []

    def test_a_request_keyed_in_for_her_is_told_to_her(self, unit, ports, session):
        open_case(unit, ports, channel=IntakeChannel.PHONE)
        assert len(deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME)) == 1


class TestFiledWithTheMailboxOfAnother:
    @pytest.fixture
    def hers(self, unit, ports, session):
        """A request of hers: its mailbox confirmed, its answers opened by a proof of identity."""
        case = open_case(unit, ports)
        with unit(SYSTEM) as work:
            key = case.receipt.rights_request_id
            work.session.get_one(RightsRequest, key).confirmed_at = work.now
            work.session.add(
                IdentityProof(
                    rights_request_id=key,
                    means=ProofMeans.FRANCECONNECT_PLUS,
                    level=IdentityLevel.L2,
                    match=IdentityMatch.SAME,
                    proven_at=work.now,
                )
            )
        return case

    def activated(self, unit, ports, **more):
        case = open_case(unit, ports, organisation=f"CHU {len(more)}", **more)
        with unit(SYSTEM) as work:
            activate(work, work.session.get_one(RightsRequest, case.receipt.rights_request_id))
        return case

    def test_the_mailbox_surely_hers_is_told_and_its_link_stops_the_filing(
        self, unit, ports, session, hers
    ):
        false = self.activated(unit, ports, person=replace(PERSON, email="faux@example.org"))
        posting = told_of(session, unit, ports)
        assert posting.order.to == PERSON.email
        assert str(false.receipt.rights_request_id) in posting.order.facts["link"]

    def test_neither_her_own_mailbox_nor_that_of_a_namesake_is_told(
        self, unit, ports, session, hers
    ):
        self.activated(unit, ports)
        self.activated(unit, ports, person=replace(PERSON, given_names="Annie"))
        assert deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME) == []

    def test_a_mailbox_without_proof_is_told_nothing_it_may_be_the_impostors(
        self, unit, ports, session, hers
    ):
        with unit(SYSTEM) as work:
            work.session.execute(update(IdentityProof).values(match=IdentityMatch.DIFFERS))
        self.activated(unit, ports, person=replace(PERSON, email="vraie@example.org"))
        assert deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME) == []

    def test_a_mailbox_that_takes_nothing_makes_no_letter_to_the_address_he_gave(
        self, unit, ports, session, hers
    ):
        self.activated(unit, ports, person=replace(PERSON, email="faux@example.org"))
        (mail,) = deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME)
        with unit(SYSTEM) as work:
            (one,) = claim(work, mail.channel, mail.recipient, 10)
        refused = Attempt(one.id, one.lease_token, delivered=False, error="x", is_permanent=True)
        with unit(SYSTEM) as work:
            record_outcomes(work, [refused])
        session.rollback()
        assert session.scalars(select(HubTask)).all() == []


def told_of(session, unit, ports):
    """The mail that tells the person, as it would leave."""
    (mail,) = deliveries(session, DeliveryKind.FILED_IN_YOUR_NAME)
    with unit(SYSTEM) as work:
        claimed = claim(work, mail.channel, mail.recipient, 10)
    (posting,) = postings_of(session, ports.keyring, claimed, "https://hub.example")
    return posting
