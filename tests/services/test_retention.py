"""What is deleted at the end of its time, what is told before, and what is never touched."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind, breaks_in
from hub.domain.incidents import IncidentEntry
from hub.domain.lifecycle import ReferralState, RequestState
from hub.domain.outcomes import Outcome
from hub.domain.retention import (
    HoldReason,
    RetentionStep,
    answer_kept_until,
    answer_told_on,
)
from hub.domain.sightings import SeenKind
from hub.domain.working_days import local_date
from hub.errors import Conflict, NotFound
from hub.models.answer import Answer, CleanedCopy, Document
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.exchange import Message
from hub.models.incident import Incident
from hub.models.member import Member
from hub.models.referral import Referral
from hub.models.representation import Sighting
from hub.models.retention import RetentionRun
from hub.models.rights_request import DataKey, Identity, KeyClass, NameIndex, RightsRequest
from hub.queries.audit_trail import entries_of, trail_of
from hub.queries.incidents import entry_of
from hub.queries.letters import kept_copy
from hub.queries.retention import content_deleted_at, count_due, last_runs
from hub.queries.sightings import sightings_of
from hub.queries.tracking import tracked_request
from hub.sealing import RequestKeys
from hub.services.answering import close, contest
from hub.services.documents import open_document
from hub.services.incidents import report_incident, write_entry
from hub.services.letters import keep_letter
from hub.services.retention import lift_hold, place_hold
from hub.services.sightings import Seen, note_sighting
from hub.services.visits import open_visit
from tests.factories import add_member, add_organisation, open_case
from tests.papers_that_act import active_pdf
from tests.retained import answered, closed, wait_until, without_its_answer
from workers.jobs.retention import delete_over
from workers.jobs.upkeep import sweep


def the(session, model, **columns):
    session.rollback()
    return session.scalars(select(model).filter_by(**columns)).one()


def key_of(session, case, key_class):
    row = the(
        session, DataKey, rights_request_id=case.receipt.rights_request_id, key_class=key_class
    )
    return row.wrapped


def mails(session, kind):
    session.rollback()
    return session.scalars(select(Delivery).where(Delivery.kind == kind)).all()


def save_file(unit, session, case):
    document = the(session, Document, rights_request_id=case.receipt.rights_request_id)
    with unit(case.person) as work:
        open_document(work, document)


def chain_of(session, case):
    session.rollback()
    return breaks_in(entries_of(session, case.receipt.rights_request_id))


def test_the_person_is_told_once_two_weeks_before_an_answer_goes(unit, ports, session, clock):
    case = answered(unit, ports)
    told_on = answer_told_on(answer_kept_until(local_date(clock.now()), None))
    wait_until(clock, told_on - timedelta(days=1))
    delete_over()
    assert not mails(session, DeliveryKind.ANSWER_ENDING)
    clock.advance(days=1)
    delete_over()
    delete_over()
    (mail,) = mails(session, DeliveryKind.ANSWER_ENDING)
    assert mail.recipient == f"person:{case.receipt.rights_request_id}"
    assert mail.details == {"until_on": "2026-12-13"}


def test_an_answer_never_saved_goes_after_90_days_with_its_file_and_its_decision_stays(
    unit, ports, session, clock
):
    case = answered(unit, ports)
    clock.advance(days=76)
    delete_over()
    clock.advance(days=14)
    assert delete_over()[RetentionStep.ANSWERS_DELETED] == 0
    clock.advance(days=1)
    done = delete_over()
    assert done[RetentionStep.ANSWERS_DELETED] == done[RetentionStep.FILES_DELETED] == 1
    row = the(session, Answer, referral_id=case.referral_id)
    assert row.text_sealed == b""
    assert row.outcome is Outcome.GRANTED
    assert row.author_name == "Louise Martin"
    document = the(session, Document, rights_request_id=case.receipt.rights_request_id)
    assert (document.storage_key, document.title_sealed) == (None, b"")
    tracked = tracked_request(
        session, RequestKeys(session, ports.keyring), case.receipt.rights_request_id
    )
    assert tracked.referrals[0].answer.text == ""
    assert tracked.statement == "Je souhaite une copie de mes données."
    assert EventKind.ANSWER_DELETED in [act.kind for act in tracked.referrals[0].acts]


def test_the_copy_without_active_content_goes_with_its_file(unit, ports, session, clock):
    case = answered(unit, ports, content=active_pdf())
    copy = session.scalar(select(CleanedCopy)).storage_key
    with unit(case.person) as work:
        close(work, case.referral_id)
    clock.advance(days=77)
    delete_over()
    assert copy in ports.files.sealed
    clock.advance(days=15)
    planned = count_due(session, clock.now(), ports)[RetentionStep.FILES_DELETED]
    assert delete_over()[RetentionStep.FILES_DELETED] == planned == 2
    assert not ports.files.sealed
    session.rollback()
    assert session.scalar(select(CleanedCopy)) is None


def test_the_letter_kept_on_paper_goes_with_its_answer_and_its_fingerprint_stays(
    unit, ports, session, clock
):
    case = closed(unit, ports)
    key = RequestKeys(session, ports.keyring).key(case.receipt.rights_request_id, KeyClass.CONTENT)
    stored = ports.files.put(BytesIO(b"%PDF the letter"), sealed_to=key)
    given = the(session, Answer, referral_id=case.referral_id)
    with unit(case.agent) as work:
        assert keep_letter(work, given.id, stored)
    clock.advance(days=77)
    delete_over()
    clock.advance(days=15)
    planned = count_due(session, clock.now(), ports)[RetentionStep.FILES_DELETED]
    assert delete_over()[RetentionStep.FILES_DELETED] == planned == 2
    assert stored.key not in ports.files.sealed
    given = the(session, Answer, referral_id=case.referral_id)
    assert (given.letter_key, given.letter_sha256) == (None, stored.sha256)
    with pytest.raises(NotFound):
        kept_copy(session, given.id, organisation_id=case.organisation_id)


def test_an_answer_whose_file_was_saved_goes_30_days_after(unit, ports, session, clock):
    case = answered(unit, ports)
    clock.advance(days=10)
    save_file(unit, session, case)
    clock.advance(days=16)
    delete_over()
    (mail,) = mails(session, DeliveryKind.ANSWER_ENDING)
    assert mail.details == {"until_on": "2026-10-24"}
    clock.advance(days=14)
    assert delete_over()[RetentionStep.ANSWERS_DELETED] == 0
    clock.advance(days=1)
    assert delete_over()[RetentionStep.ANSWERS_DELETED] == 1


def test_a_notice_that_left_late_still_gives_two_weeks(unit, ports, session, clock):
    answered(unit, ports)
    clock.advance(days=200)
    assert delete_over()[RetentionStep.ANSWERS_DELETED] == 0
    clock.advance(days=14)
    assert delete_over()[RetentionStep.ANSWERS_DELETED] == 0
    clock.advance(days=1)
    assert delete_over()[RetentionStep.ANSWERS_DELETED] == 1


def test_a_contested_answer_is_never_deleted(unit, ports, session, clock):
    case = answered(unit, ports)
    with unit(case.person) as work:
        contest(work, case.referral_id)
    clock.advance(days=4000)
    sweep()
    assert not any(delete_over().values()) or delete_over()[RetentionStep.ANSWERS_DELETED] == 0
    assert the(session, Answer, referral_id=case.referral_id).deleted_at is None
    assert key_of(session, case, KeyClass.CONTENT)


def test_a_case_whose_clock_runs_is_never_deleted(unit, ports, session, clock):
    case = open_case(unit, ports)
    clock.advance(days=4000)
    sweep()
    delete_over()
    assert all(key_of(session, case, key_class) for key_class in KeyClass)


def test_content_goes_a_year_after_the_close_and_nobody_reads_it_again(unit, ports, session, clock):
    case = without_its_answer(unit, ports, clock)
    clock.advance(days=365 - 92)
    delete_over()
    assert key_of(session, case, KeyClass.CONTENT)
    clock.advance(days=1)
    assert delete_over()[RetentionStep.CONTENTS_DELETED] == 1
    assert key_of(session, case, KeyClass.CONTENT) is None
    assert key_of(session, case, KeyClass.PROCEDURE)
    request_id = case.receipt.rights_request_id
    assert content_deleted_at(session, request_id) == clock.now()
    assert not session.scalars(select(NameIndex)).all()
    assert session.get_one(Identity, request_id).email_index is None
    tracked = tracked_request(session, RequestKeys(session, ports.keyring), request_id)
    assert tracked.content_deleted_at == clock.now()
    assert (tracked.person_name, tracked.statement, tracked.email) == ("", "", "")
    assert [one.state for one in tracked.referrals] == [ReferralState.CLOSED]


def test_the_chain_still_verifies_at_each_stage_and_each_stage_is_in_it(
    unit, ports, session, clock
):
    case = closed(unit, ports)
    request_id = case.receipt.rights_request_id
    for days in (77, 15, 366, 366, 4 * 366):
        clock.advance(days=days)
        delete_over()
        assert not chain_of(session, case)
    kinds = list(session.scalars(select(AuditEvent.kind).where(AuditEvent.stream_id == request_id)))
    for kind in (
        EventKind.ANSWER_DELETION_TOLD,
        EventKind.ANSWER_DELETED,
        EventKind.CONTENT_DELETED,
        EventKind.CONSULTATIONS_DELETED,
        EventKind.PROCEDURE_DELETED,
    ):
        assert kinds.count(kind) == 1, kind
    keys = RequestKeys(session, ports.keyring)
    assert all(not row.facts for row in trail_of(session, keys, request_id, None))


def write_of_an_incident(unit, session, case):
    """Its DPO writes in the register what went to somebody else."""
    with unit(SYSTEM) as work:
        dpo = add_member(work, case.organisation_id, Role.DPO, name="Inès Robert")
    with unit(case.agent) as work:
        incident_id = report_incident(work, the(session, Answer).id)
    with unit(dpo) as work:
        write_entry(work, incident_id, IncidentEntry(facts="Un courrier joint par erreur."))
    assert the(session, Incident).written_by_name == "Inès Robert"


def test_after_five_years_no_name_is_left_and_the_counts_are(unit, ports, session, clock):
    case = closed(unit, ports)
    write_of_an_incident(unit, session, case)
    clock.advance(days=5 * 366)
    delete_over()
    clock.advance(days=15)
    delete_over()
    session.rollback()
    assert not any(session.scalars(select(DataKey.wrapped)))
    assert set(session.scalars(select(Answer.author_name))) == {""}
    assert set(session.scalars(select(Message.author_name))) == {""}
    assert the(session, Incident).written_by_name == ""
    keys = RequestKeys(session, ports.keyring)
    assert entry_of(keys, the(session, Incident)) == IncidentEntry()
    mailed = select(func.count()).select_from(Delivery).where(Delivery.referral_id.is_not(None))
    assert session.scalar(mailed) == 0
    referral = the(session, Referral, id=case.referral_id)
    assert (referral.outcome, referral.answered_at is None) == (Outcome.GRANTED, False)
    with unit(SYSTEM) as work:
        refused = open_visit(work, case.receipt.reference, case.receipt.secret)
    assert refused.code == "wrong_reference_or_secret"


def test_who_looked_at_a_mandate_is_forgotten_with_the_procedure_and_what_it_showed_before(
    unit, ports, session, clock
):
    case = answered(unit, ports)
    seen = Seen(SeenKind.MANDATE, clock.now().date(), words="Mandat de Jean Le Goff.")
    with unit(case.agent) as work:
        note_sighting(work, case.referral_id, seen)
    with unit(case.person) as work:
        close(work, case.referral_id)
    sweep()
    assert the(session, Sighting).seen_by_name
    clock.advance(days=5 * 366)
    delete_over()
    clock.advance(days=15)
    delete_over()
    row = the(session, Sighting)
    assert (row.seen_by_name, row.seen_by_id) == ("", None)
    lines = sightings_of(
        session, RequestKeys(session, ports.keyring), row.rights_request_id, case.referral_id
    )
    assert [one.words for one in lines] == [""]


def test_looking_at_a_case_after_its_keys_are_gone_is_still_written_down(
    unit, ports, session, clock
):
    case = closed(unit, ports)
    clock.advance(days=6 * 366)
    delete_over()
    clock.advance(days=15)
    delete_over()
    assert not key_of(session, case, KeyClass.PROCEDURE)
    with unit(case.dpo) as work:
        request_id = case.receipt.rights_request_id
        work.record(EventKind.REFERRAL_OPENED, request_id, case.referral_id)
    assert not chain_of(session, case)


def test_who_looked_is_kept_a_year_after_the_last_look(unit, ports, session, clock):
    case = without_its_answer(unit, ports, clock)
    clock.advance(days=300 - 92)
    with unit(case.person) as work:
        open_visit(work, case.receipt.reference, case.receipt.secret)
    clock.advance(days=100)
    delete_over()
    assert key_of(session, case, KeyClass.CONSULTATIONS)
    clock.advance(days=267)
    assert delete_over()[RetentionStep.CONSULTATIONS_DELETED] == 1
    assert key_of(session, case, KeyClass.CONSULTATIONS) is None


def test_a_case_in_dispute_is_kept_until_its_hold_is_lifted(unit, ports, session, clock):
    case = closed(unit, ports)
    request_id = case.receipt.rights_request_id
    with unit(case.dpo) as work:
        place_hold(work, request_id, HoldReason.COMPLAINT)
    with pytest.raises(Conflict), unit(case.dpo) as work:
        place_hold(work, request_id, HoldReason.COURT)
    clock.advance(days=6 * 366)
    delete_over()
    clock.advance(days=15)
    delete_over()
    assert all(key_of(session, case, key_class) for key_class in KeyClass)
    with unit(case.dpo) as work:
        lift_hold(work, request_id)
    delete_over()
    clock.advance(days=15)
    delete_over()
    assert not any(key_of(session, case, key_class) for key_class in KeyClass)


def test_a_run_cut_between_the_store_and_its_line_ends_next_time(unit, ports, session, clock):
    case = closed(unit, ports)
    clock.advance(days=77)
    delete_over()
    clock.advance(days=15)

    class DiskAway(Exception):
        pass

    files, deleted = ports.files, ports.files.delete

    def fails(key):
        deleted(key)
        raise DiskAway

    files.delete = fails
    with pytest.raises(DiskAway):
        delete_over()
    files.delete = deleted
    cut = last_runs(session)[0]
    assert cut.ended_at is None
    assert cut.counts[RetentionStep.ANSWERS_DELETED] == 1
    session.rollback()
    assert delete_over()[RetentionStep.FILES_DELETED] == 1
    assert (
        the(session, Document, rights_request_id=case.receipt.rights_request_id).storage_key is None
    )
    assert last_runs(session)[0].ended_at == clock.now()


def test_a_run_without_its_store_does_the_rest_and_the_next_one_deletes(
    unit, ports, session, clock
):
    case = closed(unit, ports)
    clock.advance(days=77)
    delete_over()
    clock.advance(days=15)
    ports.files.answers = False
    done = delete_over()
    assert (done[RetentionStep.ANSWERS_DELETED], done[RetentionStep.FILES_DELETED]) == (1, 0)
    assert last_runs(session)[0].ended_at == clock.now()
    ports.files.answers = True
    assert delete_over()[RetentionStep.FILES_DELETED] == 1
    session.rollback()
    assert (
        the(session, Document, rights_request_id=case.receipt.rights_request_id).storage_key is None
    )


def test_a_dry_run_says_what_the_run_then_does(unit, ports, session, clock):
    closed(unit, ports)
    clock.advance(days=77)
    delete_over()
    clock.advance(days=15)
    session.rollback()
    foreseen = count_due(session, clock.now(), ports)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(RetentionRun)) == 1
    assert delete_over() == foreseen
    session.rollback()
    assert not any(count_due(session, clock.now(), ports).values())


def test_an_account_nobody_uses_is_told_then_deleted(unit, ports, session, clock):
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work)
        boss = add_member(work, organisation_id, Role.ADMINISTRATOR, name="Anne Petit")
        idle = add_member(work, organisation_id, Role.AGENT, name="Yves Leroy")
        busy = add_member(work, organisation_id, Role.AGENT, name="Zoé Blanc")
    clock.advance(days=443)
    delete_over()
    assert not mails(session, DeliveryKind.ACCOUNT_ENDING)
    clock.advance(days=1)
    delete_over()
    told = {one.recipient for one in mails(session, DeliveryKind.ACCOUNT_ENDING)}
    assert told == {f"member:{one.id}" for one in (boss, idle, busy)}
    clock.advance(days=10)
    with unit(SYSTEM) as work:
        work.session.get_one(Member, busy.id).last_login_at = work.now
    clock.advance(days=21)
    assert delete_over()[RetentionStep.ACCOUNTS_DELETED] == 1
    session.rollback()
    gone = session.get_one(Member, idle.id)
    assert (gone.name, gone.active, gone.email) == ("", False, f"{idle.id}@deleted.invalid")
    assert session.get_one(Member, busy.id).name == "Zoé Blanc"
    assert session.get_one(Member, boss.id).name == "Anne Petit", "the last administrator stays"


def test_a_request_closes_with_the_last_of_its_referrals(unit, ports, session, clock):
    case = closed(unit, ports)
    row = the(session, RightsRequest, id=case.receipt.rights_request_id)
    assert row.state is RequestState.CLOSED
    assert row.closed_at == clock.now()


def test_nothing_of_a_destroyed_key_lies_in_the_file_of_the_database(
    unit, ports, session, clock, settings, engine_name
):
    if engine_name != "sqlite":
        pytest.skip("PostgreSQL keeps old rows until VACUUM; its operator's backups do too")
    case = without_its_answer(unit, ports, clock)
    wrapped = key_of(session, case, KeyClass.CONTENT)
    clock.advance(days=366)
    delete_over()
    session.rollback()
    session.connection().exec_driver_sql("SELECT 1")
    session.rollback()
    session.get_bind().dispose()
    import sqlite3

    with sqlite3.connect(settings.home / "hub.sqlite3") as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in settings.home.glob("hub.sqlite3*"):
        assert wrapped[20:] not in path.read_bytes(), path.name
