"""A case from filing to its end, through the services alone."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from hub.domain.actors import SYSTEM
from hub.domain.audit_log import Entry, EventKind, breaks_in, detail_digest
from hub.domain.clock import AlreadyPaused, DeadlineAlreadyExtended
from hub.domain.directory import Channel
from hub.domain.grounds import ReasonsMissing
from hub.domain.lifecycle import ActionNotAllowed, NotYours, ReferralState, RequestState
from hub.domain.outcomes import Outcome
from hub.domain.references import new_reference
from hub.domain.rights import Right
from hub.errors import Conflict, HubError, Invalid, NotFound
from hub.models.answer import Answer, AnswerState, Document
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.referral import Referral, ReferralItem, WaitingFor
from hub.models.rights_request import Identity, RightsRequest
from hub.sealing import Place, RequestKeys
from hub.services.answering import (
    AnswerDraft,
    ItemAnswer,
    answer,
    contest,
    correct_answer,
)
from hub.services.applying import Done, mark_applied
from hub.services.confirming import (
    confirm_by_code,
    confirmation_code,
    lapse_unconfirmed,
    remind_unconfirmed,
)
from hub.services.delivering import MOST_IN_A_SET, claim, deliver_to_portal, record_outcomes
from hub.services.delivering import Outcome as SendOutcome
from hub.services.documents import receive_file
from hub.services.exchanging import add_note, ask_question, reply, verify_identity
from hub.services.filing import KeyUsedOtherwise, file_request, find_replay
from hub.services.filing_plans import plan_filing
from hub.services.rerouting import decline, transfer, withdraw_request
from hub.services.visits import TooManyTries, open_visit
from hub.services.working import acknowledge, extend, for_each
from tests.factories import (
    add_member,
    add_organisation,
    add_processing,
    draft_for,
    open_case,
    planned,
)

UNKNOWN_REFERENCE = new_reference(b"nobod")
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def referral_of(session, case):
    session.rollback()
    return session.get(Referral, case.referral_id)


def test_a_filing_gives_each_controller_its_dates_from_the_moment_of_receipt(unit, ports, session):
    case = open_case(unit, ports)
    referral = referral_of(session, case)
    assert referral.state is ReferralState.DELIVERED
    assert referral.received_at == datetime(2026, 9, 14, 8, 2, tzinfo=UTC)
    assert referral.due_on == date(2026, 10, 14)
    assert referral.strict_on == referral.notice_limit_on == referral.refusal_due_on
    assert not referral.is_suspended


def test_the_same_key_gives_the_same_receipt_and_another_body_is_refused(unit, ports, session):
    with unit(SYSTEM) as work:
        organisation = add_organisation(work)
        processing = add_processing(work, organisation)
    draft = draft_for(planned(organisation, processing), idempotency_key="same")
    with unit(draft.actor) as work:
        first = file_request(work, plan_filing(draft, ports.keyring, work.now))
    again = find_replay(session, ports.keyring, draft)
    assert (again.reference, again.secret) == (first.reference, first.secret)
    assert again.replayed
    other = draft_for(planned(organisation, processing), idempotency_key="same", statement="Autre")
    with pytest.raises(KeyUsedOtherwise):
        find_replay(session, ports.keyring, other)


def test_nothing_is_routed_before_the_address_is_confirmed(unit, ports, session):
    case = open_case(unit, ports, active_at_once=False)
    assert referral_of(session, case).state is ReferralState.QUEUED
    request_id = case.receipt.rights_request_id
    with unit(case.person) as work:
        refusal = confirm_by_code(work, request_id, "000000")
    assert refusal.code == "wrong_code"
    with unit(case.person) as work:
        code = confirmation_code(ports.keyring, request_id, 1)
        assert confirm_by_code(work, request_id, f"{code[:3]} {code[3:]}") is None
    with unit(SYSTEM) as work:
        assert deliver_to_portal(work, f"organisation:{case.organisation_id}") == 1
    assert referral_of(session, case).state is ReferralState.DELIVERED


def test_what_is_never_confirmed_is_reminded_once_then_lapses_as_the_receipt_said(
    unit, ports, session, clock
):
    case = open_case(unit, ports, active_at_once=False)
    clock.advance(days=2, minutes=1)
    with unit(SYSTEM) as work:
        assert remind_unconfirmed(work) == 1
    with unit(SYSTEM) as work:
        assert remind_unconfirmed(work) == 0
        assert lapse_unconfirmed(work) == 0
    clock.advance(days=5)
    with unit(SYSTEM) as work:
        assert lapse_unconfirmed(work) == 1
    session.rollback()
    row = session.get(RightsRequest, case.receipt.rights_request_id)
    assert row.state is RequestState.LAPSED
    assert referral_of(session, case).state is ReferralState.WITHDRAWN


def test_the_reply_to_an_identity_check_starts_the_clock_again_by_itself(
    unit, ports, session, clock
):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        question = verify_identity(work, case.referral_id, "Votre lieu ?", "Deux homonymes.")
    referral = referral_of(session, case)
    assert referral.is_suspended
    assert referral.due_on is None
    assert referral.waiting_for is WaitingFor.PERSON
    with pytest.raises(AlreadyPaused), unit(case.agent) as work:
        verify_identity(work, case.referral_id, "Encore", "Toujours")
    clock.advance(days=10)
    with unit(case.person) as work:
        reply(work, case.referral_id, question, "Rennes")
    referral = referral_of(session, case)
    assert not referral.is_suspended
    assert referral.due_on == date(2026, 10, 26)
    assert referral.refusal_due_on == date(2026, 10, 14)
    with pytest.raises(Conflict), unit(case.person) as work:
        reply(work, case.referral_id, question, "Rennes encore")


def test_an_extension_is_granted_once_with_its_reasons(unit, ports, session):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        extend(work, case.referral_id, "volume", "Trois mille pages à relire.")
    assert referral_of(session, case).due_on == date(2026, 12, 14)
    with pytest.raises(DeadlineAlreadyExtended), unit(case.agent) as work:
        extend(work, case.referral_id, "volume", "Encore.")


def test_a_granted_answer_with_a_file_opens_only_with_the_persons_secret(unit, ports, session):
    case = open_case(unit, ports)
    request = session.get(RightsRequest, case.receipt.rights_request_id)
    received = receive_file(
        ports, "dossier.pdf", BytesIO(PDF), sealed_to=request.box_public, limit=1_000_000
    )
    items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
    with unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Voici vos données.", items, (received,)))
    referral = referral_of(session, case)
    assert referral.state is ReferralState.ANSWERED
    assert referral.outcome is Outcome.GRANTED
    document = session.scalar(select(Document))
    private = ports.keyring.unwrap_private(
        request.box_private_wrapped, case.receipt.secret, case.receipt.reference
    )
    assert b"".join(ports.files.read(document.storage_key, opened_with=private)) == PDF
    with pytest.raises(HubError):
        ports.keyring.unwrap_private(
            request.box_private_wrapped, "0000-0000", case.receipt.reference
        )


def test_a_refusal_without_reasons_is_not_an_answer(unit, ports, session):
    case = open_case(unit, ports)
    bare = (ItemAnswer(case.processing_id, Outcome.REFUSED, "ALL-EXCESSIVE", "", "trois fois"),)
    with pytest.raises(ReasonsMissing), unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Non.", bare))
    assert referral_of(session, case).state is ReferralState.DELIVERED
    assert session.scalar(select(Answer)) is None


def test_every_item_needs_its_own_outcome(unit, ports):
    case = open_case(unit, ports)
    with pytest.raises(Invalid), unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Oui.", ()))


def test_decided_is_not_done_until_it_is_applied_with_proof(unit, ports, session):
    case = open_case(unit, ports, right=Right.ERASURE)
    items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
    with unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Nous effaçons.", items))
    assert referral_of(session, case).waiting_for is WaitingFor.TO_APPLY
    nothing = Done(date(2026, 9, 14), "Effacées.", " ")
    with pytest.raises(Invalid), unit(case.agent) as work:
        mark_applied(work, case.referral_id, case.processing_id, nothing)
    with unit(case.agent) as work:
        done = Done(date(2026, 9, 14), "Effacées.", "Journal 12")
        mark_applied(work, case.referral_id, case.processing_id, done)
    assert referral_of(session, case).waiting_for is WaitingFor.NOBODY
    item = session.scalar(select(ReferralItem))
    assert item.decided_on == item.applied_on == date(2026, 9, 14)


def test_of_two_answers_at_once_one_is_given_and_the_other_is_told_so(
    unit, ports, session, engine_name
):
    if engine_name == "sqlite":
        pytest.skip("one unit at a time: what a unit saw cannot change before it is over")
    case = open_case(unit, ports)
    draft = AnswerDraft("Voici.", (ItemAnswer(case.processing_id, Outcome.GRANTED),))
    with unit(case.agent) as slow:
        seen = slow.session.get_one(Referral, case.referral_id)
        with unit(case.agent) as quick:
            answer(quick, case.referral_id, draft)
        assert seen.state is ReferralState.DELIVERED
        with pytest.raises(ActionNotAllowed):
            answer(slow, case.referral_id, draft)
    assert len(session.scalars(select(Answer)).all()) == 1


def test_a_corrected_answer_stays_readable_beside_its_correction(unit, ports, session):
    case = open_case(unit, ports)
    none = (ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD),)
    some = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
    with unit(case.agent) as work:
        first = answer(work, case.referral_id, AnswerDraft("Rien.", none))
    with unit(case.agent) as work:
        second = correct_answer(work, case.referral_id, AnswerDraft("Si, voici.", some))
    session.rollback()
    assert session.get(Answer, first).state is AnswerState.CORRECTED
    assert session.get(Answer, second).corrects_id == first
    assert referral_of(session, case).outcome is Outcome.GRANTED


def test_an_answer_may_be_contested_once(unit, ports, session):
    case = open_case(unit, ports)
    none = AnswerDraft("Rien.", (ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD),))
    with unit(case.agent) as work:
        answer(work, case.referral_id, none)
    with unit(case.person) as work:
        contest(work, case.referral_id)
    assert referral_of(session, case).state is ReferralState.CONTESTED
    with unit(case.agent) as work:
        answer(work, case.referral_id, none)
    with pytest.raises(ActionNotAllowed), unit(case.person) as work:
        contest(work, case.referral_id)


def test_a_transfer_keeps_the_first_receipt_date(unit, ports, session, clock):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        heir = add_organisation(work, "Registre des cancers")
    clock.advance(days=5)
    with unit(case.agent) as work:
        new_id = transfer(work, case.referral_id, heir, "Le registre tient ces données.")
    assert referral_of(session, case).state is ReferralState.TRANSFERRED
    successor = session.get(Referral, new_id)
    assert successor.received_at == referral_of(session, case).received_at
    assert successor.due_on == date(2026, 10, 14)
    assert successor.organisation_id == heir


def test_not_us_ends_the_referral_and_tells_the_person(unit, ports, session):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        decline(work, case.referral_id, "Ce n’est pas nous.", "Clinique des Lilas")
    assert referral_of(session, case).state is ReferralState.DECLINED_NOT_CONTROLLER
    kinds = set(session.scalars(select(Delivery.kind)))
    assert DeliveryKind.NEWS in kinds


def test_another_organisation_cannot_even_know_that_the_case_exists(unit, ports):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        stranger = add_member(work, add_organisation(work, "Autre"), *case.agent.roles)
    with pytest.raises(NotFound), unit(stranger) as work:
        acknowledge(work, case.referral_id)


def test_a_dpo_reads_but_does_not_decide(unit, ports):
    case = open_case(unit, ports)
    with pytest.raises(NotYours), unit(case.dpo) as work:
        acknowledge(work, case.referral_id)


def test_several_at_once_do_what_can_be_done_and_say_what_cannot(unit, ports, session):
    first, second = open_case(unit, ports), open_case(unit, ports, organisation="Autre")
    with unit(first.agent) as work:
        done = for_each(work, [first.referral_id, second.referral_id], acknowledge)
    assert done[first.referral_id] is None
    assert isinstance(done[second.referral_id], NotFound)
    assert referral_of(session, first).state is ReferralState.ACKNOWLEDGED
    assert referral_of(session, second).state is ReferralState.DELIVERED


def test_withdrawing_ends_what_is_open_and_tells_only_who_was_told(unit, ports, session):
    case = open_case(unit, ports)
    with unit(case.person) as work:
        withdraw_request(work, case.receipt.rights_request_id)
    assert referral_of(session, case).state is ReferralState.WITHDRAWN
    told = select(Delivery.recipient).where(Delivery.kind == DeliveryKind.REFERRAL_WITHDRAWN)
    assert session.scalars(told).all() == [f"organisation:{case.organisation_id}"]
    with pytest.raises(ActionNotAllowed), unit(case.person) as work:
        withdraw_request(work, case.receipt.rights_request_id)


def test_each_act_leaves_its_event_and_the_chain_holds(unit, ports, session):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
        add_note(work, case.referral_id, "Vu avec le service.")
        ask_question(work, case.referral_id, "Quelle année ?")
    session.rollback()
    rows = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.stream_id == case.receipt.rights_request_id)
        .order_by(AuditEvent.seq)
    ).all()
    assert [row.kind for row in rows] == [
        EventKind.REQUEST_FILED,
        EventKind.REFERRAL_CREATED,
        EventKind.REFERRAL_DELIVERED,
        EventKind.ACKNOWLEDGEMENT_COMPOSED,
        EventKind.REFERRAL_ACKNOWLEDGED,
        EventKind.ACKNOWLEDGEMENT_COMPOSED,
        EventKind.NOTE_ADDED,
        EventKind.QUESTION_ASKED,
    ]
    entries = [
        (
            Entry(
                row.stream_id,
                row.seq,
                row.at,
                row.actor_kind.value,
                row.actor_pseudonym,
                row.kind.value,
                row.subject_id,
                detail_digest(row.detail_sealed),
                row.prev,
            ),
            row.hash,
        )
        for row in rows
    ]
    assert breaks_in(entries) == []
    assert [found.reason for found in breaks_in(entries[:2] + entries[3:])] == [
        "missing",
        "not_chained",
    ]


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET seq = 9", "DELETE FROM audit_event"])
def test_the_database_itself_refuses_to_change_the_log(unit, ports, session, statement):
    open_case(unit, ports)
    session.rollback()
    with pytest.raises(DatabaseError, match="insert-only"):
        session.execute(text(statement))
    session.rollback()


def test_an_act_that_fails_leaves_neither_change_nor_event(unit, ports, session):
    case = open_case(unit, ports)
    before = session.scalars(select(AuditEvent.id)).all()

    def fail_halfway():
        with unit(case.agent) as work:
            acknowledge(work, case.referral_id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert referral_of(session, case).state is ReferralState.DELIVERED
    assert session.scalars(select(AuditEvent.id)).all() == before


def test_identity_is_sealed_and_a_value_moved_elsewhere_does_not_open(unit, ports, session):
    first, second = open_case(unit, ports), open_case(unit, ports, organisation="Autre")
    stored = session.get(Identity, first.receipt.rights_request_id)
    assert b"Dubois" not in stored.sealed
    keys = RequestKeys(session, ports.keyring)
    place = Place(stored.rights_request_id, "identity.sealed", stored.rights_request_id)
    assert keys.open_facts(place, stored.sealed)["family_name"] == "Dubois"
    other = second.receipt.rights_request_id
    with pytest.raises(HubError):
        keys.open_facts(Place(other, "identity.sealed", other), stored.sealed)


def test_a_wrong_secret_and_an_unknown_reference_are_refused_alike(unit, ports, clock):
    case = open_case(unit, ports)
    with unit(case.person) as work:
        wrong = open_visit(work, case.receipt.reference, "AAAA-BBBB")
        unknown = open_visit(work, UNKNOWN_REFERENCE, "AAAA-BBBB")
    assert (wrong.code, wrong.facts) == (unknown.code, unknown.facts)
    for _ in range(6):
        with unit(case.person) as work:
            known = open_visit(work, case.receipt.reference, "AAAA-BBBB")
            stranger = open_visit(work, UNKNOWN_REFERENCE, "AAAA-BBBB")
        assert (known.code, known.facts) == (stranger.code, stranger.facts)
    with unit(case.person) as work:
        last = open_visit(work, case.receipt.reference, "AAAA-BBBB")
    assert isinstance(last, TooManyTries)


def test_wrong_tries_without_end_never_shut_the_rightful_holder_out(unit, ports):
    case = open_case(unit, ports)
    for _ in range(12):
        with unit(case.person) as work:
            open_visit(work, case.receipt.reference, "AAAA-BBBB")
    with unit(case.person) as work:
        assert isinstance(
            open_visit(work, case.receipt.reference.lower(), case.receipt.secret), bytes
        )


def test_a_stale_worker_cannot_settle_what_another_has_claimed(unit, ports, session, clock):
    case = open_case(unit, ports)
    recipient = f"organisation:{case.organisation_id}"
    with unit(SYSTEM) as work:
        (old,) = claim(work, Channel.EMAIL, recipient, 10)
    with unit(SYSTEM) as work:
        assert claim(work, Channel.EMAIL, recipient, 10) == []
    clock.advance(seconds=61)
    with unit(SYSTEM) as work:
        (new,) = claim(work, Channel.EMAIL, recipient, 10)
    with unit(SYSTEM) as work:
        assert record_outcomes(work, [SendOutcome(old.id, old.lease_token, True)]) == 0
    with unit(SYSTEM) as work:
        assert record_outcomes(work, [SendOutcome(new.id, new.lease_token, True)]) == 1


def test_what_cannot_leave_waits_longer_each_time_then_needs_a_person(unit, ports, session, clock):
    case = open_case(unit, ports)
    recipient = f"organisation:{case.organisation_id}"
    state = None
    for _ in range(60):
        with unit(SYSTEM) as work:
            claimed = claim(work, Channel.EMAIL, recipient, 10)
        if claimed:
            with unit(SYSTEM) as work:
                failed = [SendOutcome(c.id, c.lease_token, False, "down") for c in claimed]
                record_outcomes(work, failed)
        clock.advance(hours=3)
        session.rollback()
        state = session.scalar(
            select(Delivery.state).where(
                Delivery.recipient == recipient, Delivery.channel == Channel.EMAIL
            )
        )
        if state is DeliveryState.NEEDS_PERSON:
            break
    assert state is DeliveryState.NEEDS_PERSON
    assert clock.now() - datetime(2026, 9, 14, 8, 2, tzinfo=UTC) > timedelta(hours=72)


def test_a_hundred_referrals_reach_an_inbox_in_one_set(unit, ports, session):
    with unit(SYSTEM) as work:
        organisation = add_organisation(work)
        processing = add_processing(work, organisation)
    for _ in range(3):
        draft = draft_for(planned(organisation, processing))
        with unit(draft.actor) as work:
            file_request(work, plan_filing(draft, ports.keyring, work.now))
    with unit(SYSTEM) as work:
        assert deliver_to_portal(work, f"organisation:{organisation}") == 3 <= MOST_IN_A_SET
    mails = select(Delivery).where(
        Delivery.channel == Channel.EMAIL, Delivery.recipient == f"organisation:{organisation}"
    )
    assert len(session.scalars(mails).all()) == 1
