"""The job that chases: what leaves, to whom, in which words, and what no longer needs saying."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM, Role
from hub.domain.directory import Channel, ContactRole
from hub.domain.outcomes import Outcome
from hub.models.delivery import Delivery, DeliveryState
from hub.models.directory import ContactPoint
from hub.models.member import Member
from hub.models.notice import Notice
from hub.models.referral import Referral
from hub.queries.outbox import due_recipients, outbox_figures
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request
from hub.services.filing_drafts import PersonGiven
from hub.services.filing_plans import plan_filing
from hub.services.members import set_preferences
from hub.services.rerouting import withdraw_request
from hub.services.working import acknowledge, assign, extend
from tests.factories import add_member, add_organisation, draft_for, open_case, planned
from workers.jobs.delivering import drain
from workers.jobs.noticing import send_due_notices

DUE = date(2026, 10, 14)
CANARIES = (
    "Quenouille", "Zéphyrine", "zephyrine", "mucoviscidose", "Hospices", "1965", "access",
    "accès", "Louise Martin",
)  # fmt: skip
SUBJECTS = ("Rien à faire", "Quelque chose à lire", "Quelque chose à faire", "À faire avant le ")


@pytest.fixture
def case(unit, ports, clock):
    """A case full of words that no mail may hold, acknowledged and assigned."""
    case = open_case(
        unit,
        ports,
        organisation="Hospices de Brocéliande",
        processing={"title": "Registre de la mucoviscidose"},
        person=PersonGiven(
            "Zéphyrine", "Quenouille", date(1965, 3, 8), email="angele@person.example"
        ),
        statement="Je souhaite l’accès à mes données de mucoviscidose.",
    )
    with unit(case.agent) as work:
        acknowledge(work, case.referral_id)
        assign(work, case.referral_id, case.agent.id)
    drain_all(clock)
    ports.mailer.sent.clear()
    return case


def on(clock, days, hour=8, minute=2):
    clock.instant = datetime(2026, 10, 14, hour, minute, tzinfo=UTC) + timedelta(days=days)


def drain_all(clock):
    session = drain_all.session
    session.rollback()
    for channel, recipient in due_recipients(session, clock.now(), 100):
        drain(channel, recipient)
    session.rollback()


@pytest.fixture(autouse=True)
def _reads(session):
    drain_all.session = session


def another_case(unit, ports, case):
    """One more request to the same controller, assigned to the same agent."""
    draft = draft_for(planned(case.organisation_id, case.processing_id))
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit(draft.actor) as work:
        file_request(work, plan)
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{case.organisation_id}")
    referral_id = next(rows[0]["id"] for table, rows in plan.rows if table.name == "referral")
    with unit(case.agent) as work:
        acknowledge(work, referral_id)
        assign(work, referral_id, case.agent.id)
    return referral_id


def address_of(session, actor):
    return session.get(Member, actor.id).email


def number_of(session, referral_id):
    return session.get(Referral, referral_id).number


def test_no_reminder_says_anything_of_the_case_but_its_number(unit, ports, session, clock, case):
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, Role.HUB_DPO, name="Hélène Petit")
        work.session.get(Member, case.dpo.id).language = "en"
    for day in range(-11, 23):
        on(clock, day)
        send_due_notices()
        drain_all(clock)
    mails = ports.mailer.sent
    assert len(mails) == 10
    number = number_of(session, case.referral_id)
    for mail in mails:
        everything = mail.subject + mail.text + mail.html
        assert not [word for word in CANARIES if word in everything]
        to_person = mail.to == "angele@person.example"
        assert (number in mail.text) == (number in mail.html) == (not to_person)
        if mail.language == "fr":
            assert mail.subject.startswith(SUBJECTS)
        assert "14 octobre 2026" in mail.text or "14 October 2026" in mail.text or to_person


def test_the_reminder_says_by_when_and_what_is_late_says_so(unit, ports, session, clock, case):
    on(clock, -5)
    send_due_notices()
    drain_all(clock)
    on(clock, 7)
    send_due_notices()
    drain_all(clock)
    agent = address_of(session, case.agent)
    before, after = [mail for mail in ports.mailer.sent if mail.to == agent]
    assert before.subject == "À faire avant le 14 octobre 2026"
    assert "au plus tard le 14 octobre 2026" in before.text
    assert after.subject == "Quelque chose à faire"
    assert "Le délai de réponse est dépassé" in after.text


def test_a_reminder_of_the_day_that_comes_late_does_not_say_that_there_is_time(
    unit, ports, session, clock, case
):
    on(clock, 3)
    send_due_notices()
    drain_all(clock)
    agent = address_of(session, case.agent)
    (mail,) = [mail for mail in ports.mailer.sent if mail.to == agent]
    assert "Le délai de réponse est dépassé" in mail.text


def test_several_cases_of_one_agent_make_one_mail(unit, ports, session, clock, case):
    clock.instant = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
    others = [another_case(unit, ports, case) for _ in range(60)]
    drain_all(clock)
    ports.mailer.sent.clear()
    on(clock, -10)
    assert send_due_notices() == 61
    drain_all(clock)
    (mail,) = ports.mailer.sent
    assert mail.to == address_of(session, case.agent)
    for referral_id in [case.referral_id, *others]:
        assert number_of(session, referral_id) in mail.text


def test_a_digest_is_one_mail_in_the_morning_with_everything(unit, ports, session, clock, case):
    with unit(SYSTEM) as work:
        member = work.session.get(Member, case.agent.id)
        member.notices = "digest"
    clock.instant = datetime(2026, 9, 25, 9, 0, tzinfo=UTC)
    later = another_case(unit, ports, case)  # due on 26 October
    drain_all(clock)
    ports.mailer.sent.clear()
    on(clock, 7, hour=22, minute=10)  # ten past midnight on the 22nd in Paris
    send_due_notices()
    drain_all(clock)
    agent = address_of(session, case.agent)
    assert agent not in [mail.to for mail in ports.mailer.sent]
    on(clock, 8, hour=5, minute=31)
    drain_all(clock)
    (mail,) = [mail for mail in ports.mailer.sent if mail.to == agent]
    assert number_of(session, case.referral_id) in mail.text
    assert number_of(session, later) in mail.text
    assert mail.text.index("dépassé") < mail.text.index("au plus tard")
    assert mail.subject == "À faire avant le 26 octobre 2026"


def test_a_digest_that_the_server_delays_stays_one_mail(unit, ports, session, clock, case):
    with unit(case.agent) as work:
        set_preferences(work, case.agent.id, language="fr", notices="digest")
    clock.instant = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
    for _ in range(5):
        another_case(unit, ports, case)
    drain_all(clock)
    ports.mailer.sent.clear()
    on(clock, -9, hour=4)
    send_due_notices()
    ports.mailer.down = True
    on(clock, -9, hour=5, minute=31)
    drain_all(clock)
    ports.mailer.down = False
    for _ in range(30):
        clock.advance(seconds=5)
        drain_all(clock)
    assert [mail.to for mail in ports.mailer.sent] == [address_of(session, case.agent)]


@pytest.mark.parametrize("how", ["answered", "withdrawn", "extended"])
def test_what_changed_before_the_mail_left_is_not_said(unit, ports, session, clock, case, how):
    on(clock, -1)
    send_due_notices()
    if how == "withdrawn":
        with unit(case.person) as work:
            withdraw_request(work, case.receipt.rights_request_id)
    with unit(case.agent) as work:
        if how == "extended":
            extend(work, case.referral_id, "volume", "Trois mille pages à relire.")
        if how == "answered":
            given = ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD)
            answer(work, case.referral_id, AnswerDraft("Rien.", (given,)))
    drain_all(clock)
    agent = address_of(session, case.agent)
    assert agent not in [mail.to for mail in ports.mailer.sent]
    left = outbox_figures(session, clock.now()).by_state
    assert left["needs_person"] == left["waiting"] == 0


def test_a_dpo_without_account_is_alerted_at_her_own_address(unit, ports, session, clock, case):
    with unit(SYSTEM) as work:
        work.session.get(Member, case.dpo.id).active = False
        work.session.add(
            ContactPoint(
                organisation_id=case.organisation_id,
                role=ContactRole.DPO,
                channel=Channel.EMAIL,
                address="dpd@broceliande.example",
            )
        )
    on(clock, 1)
    send_due_notices()
    drain_all(clock)
    (mail,) = [mail for mail in ports.mailer.sent if mail.to == "dpd@broceliande.example"]
    assert mail.subject == "Quelque chose à lire"
    assert "Votre organisme a dépassé" in mail.text


def test_the_person_is_told_what_she_can_do_and_nothing_else(unit, ports, session, clock, case):
    on(clock, 1)
    send_due_notices()
    drain_all(clock)
    (mail,) = [mail for mail in ports.mailer.sent if mail.to == "angele@person.example"]
    assert mail.subject == "Quelque chose à lire"
    assert "Une date à laquelle vous auriez dû avoir une réponse est dépassée." in mail.text
    assert "/suivre" in mail.text
    assert "R-" not in mail.text


def test_running_the_job_again_adds_nothing(unit, ports, session, clock, case):
    on(clock, 1)
    assert send_due_notices() == 3
    assert send_due_notices() == 0
    drain_all(clock)
    states = set(session.scalars(select(Delivery.state)))
    assert states == {DeliveryState.DELIVERED}


def test_four_jobs_at_once_send_each_reminder_once(app, unit, ports, session, clock, case):
    clock.instant = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
    for _ in range(10):
        another_case(unit, ports, case)
    on(clock, -10)

    def run(_):
        with app.app_context():
            return send_due_notices()

    with ThreadPoolExecutor(4) as pool:
        entered = list(pool.map(run, range(4)))
    session.rollback()
    assert sum(entered) == 11
    assert session.scalar(select(func.count()).select_from(Notice)) == 11
    of_reminders = Delivery.details["about"].as_string().is_not(None)
    assert session.scalar(select(func.count(Delivery.id)).where(of_reminders)) == 11
