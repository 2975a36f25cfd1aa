"""A controller's software is called once its endpoint has shown that it is its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from hub.adapters.outward.memory import Posted
from hub.domain.actors import SYSTEM, Role
from hub.domain.directory import Channel
from hub.domain.lifecycle import ReferralState
from hub.domain.webhooks import CallKind, key_from, signature
from hub.errors import NotFound
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.key_holders import HOLDERS
from hub.models.referral import Referral
from hub.models.webhook import EndpointState, WebhookEndpoint
from hub.port_errors import CallFailed
from hub.ports import OutwardAnswer
from hub.queries.endpoints import attempts_of, endpoint_of
from hub.queries.outbox import due_recipients
from hub.queries.wrapped_keys import wrapped_by_others
from hub.services import endpoints
from hub.services.calling import Call, Made, announced_referral, record_calls
from hub.services.delivering import claim
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from tests.factories import add_organisation, draft_for, open_case, planned
from tests.web.members import add_member, sign_in
from workers.jobs.calling import AT_ONCE, call_endpoint
from workers.jobs.contacts import keep_contacts_true
from workers.jobs.delivering import drain

URL = "https://hooks.chu.example/hub"


@dataclass
class Receiver:
    """Software of a controller: checks the signature with its keys, answers as it should."""

    secrets: set[str] = field(default_factory=set)
    failing: str | None = None
    answers: dict[str, object] | None = None
    status: int = 200
    retry_after: str | None = None
    got: list[dict[str, object]] = field(default_factory=list)

    def __call__(self, call: Posted) -> OutwardAnswer:
        if self.failing:
            raise CallFailed(reason=self.failing)
        fields = call.headers
        good = {
            signature(fields["webhook-id"], int(fields["webhook-timestamp"]), call.body, secret)
            for secret in self.secrets
        }
        if not good & set(fields["webhook-signature"].split(" ")):
            return OutwardAnswer(401, "", b"")
        said = json.loads(call.body)
        self.got.append(said | {"id": fields["webhook-id"]})
        answer = {"received": fields["webhook-id"]}
        if said["type"] == CallKind.CHALLENGE:
            answer = {"challenge": said["data"]["challenge"]}
        body = json.dumps(answer if self.answers is None else self.answers).encode()
        return OutwardAnswer(self.status, "application/json", body, 12, self.retry_after)


@pytest.fixture
def receiver(ports) -> Receiver:
    made = Receiver()
    ports.outward.answering = made
    return made


@pytest.fixture
def run(session, clock):
    def everything() -> None:
        for _ in range(3):
            for channel, recipient in due_recipients(session, clock.now(), 100):
                job = call_endpoint if channel == Channel.WEBHOOK else drain
                job(channel, recipient)
            session.rollback()

    return everything


@pytest.fixture
def case(unit, ports):
    """An organisation that has a case, and whose software is not known yet."""
    return open_case(unit, ports)


@pytest.fixture
def secret(unit, receiver, run, case) -> str:
    """The key of a confirmed endpoint of that organisation."""
    with unit(case.agent) as work:
        made = endpoints.set_endpoint(work, case.organisation_id, URL)
    receiver.secrets.add(made)
    run()
    return made


@pytest.fixture
def file(unit, ports, case, run):
    """Files one more request with the organisation, and lets everything leave."""

    def filed():
        draft = draft_for(planned(case.organisation_id, case.processing_id))
        plan = plan_filing(draft, ports.keyring, ports.clock.now())
        with unit(draft.actor) as work:
            receipt = file_request(work, plan)
        run()
        return receipt

    return filed


def announced(session, *states) -> list[Delivery]:
    session.rollback()
    found = select(Delivery).where(Delivery.kind == DeliveryKind.REFERRAL_ANNOUNCED)
    return [row for row in session.scalars(found) if not states or row.state in states]


def received(receiver) -> list[dict]:
    return [one for one in receiver.got if one["type"] == CallKind.REFERRAL_RECEIVED]


def acts(session, organisation_id) -> list[str]:
    session.rollback()
    found = select(AuditEvent.kind).where(AuditEvent.stream_id == organisation_id)
    kinds = session.scalars(found.order_by(AuditEvent.seq))
    return [kind.partition(":")[2] for kind in kinds if ":endpoint" in kind]


def test_nothing_is_announced_before_the_endpoint_has_answered_the_challenge(
    unit, ports, session, receiver, run, case, file
):
    with unit(case.agent) as work:
        secret = endpoints.set_endpoint(work, case.organisation_id, URL)
    file()
    shown = endpoint_of(session, case.organisation_id, ports.clock.now())
    assert shown.state is EndpointState.UNCONFIRMED
    (refused,) = attempts_of(session, case.organisation_id, 9)
    assert (refused.kind, refused.result, refused.status) == (CallKind.CHALLENGE, "refused", 401)
    receiver.secrets.add(secret)
    with unit(case.agent) as work:
        endpoints.check_again(work, case.organisation_id)
    run()
    shown = endpoint_of(session, case.organisation_id, ports.clock.now())
    assert (shown.state, shown.last_done_at) == (EndpointState.CONFIRMED, ports.clock.now())
    assert not announced(session)


def test_a_call_carries_ids_and_an_address_and_nothing_of_anyone(session, receiver, secret, file):
    receipt = file()
    (call,) = received(receiver)
    (row,) = announced(session, DeliveryState.DELIVERED)
    assert call["id"] == str(row.id)
    assert set(call["data"]) == {"referral", "pull_url"}
    assert call["data"]["referral"] == str(row.referral_id)
    assert call["data"]["pull_url"].startswith("http://localhost/api/v1/announced/")
    said = json.dumps(call)
    for word in ("Dubois", "Rennes", "access", "Entrep", receipt.reference):
        assert word not in said


def test_the_inbox_and_the_mail_wait_for_no_endpoint(session, ports, receiver, secret, file):
    receiver.failing = "too_slow"
    ports.mailer.sent.clear()
    file()
    (row,) = announced(session)
    assert (row.state, row.last_error) == (DeliveryState.WAITING, "too_slow")
    assert session.get_one(Referral, row.referral_id).state is ReferralState.DELIVERED
    assert "droits@chu-de-rennes.example" in {mail.to for mail in ports.mailer.sent}


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ({"status": 200, "answers": {"received": "x", "error": "full"}}, "says_error"),
        ({"status": 503}, "try_later"),
    ],
)
def test_an_answer_that_is_not_explicit_is_not_done_and_is_shown(
    session, case, receiver, secret, file, answer, result
):
    for name, value in answer.items():
        setattr(receiver, name, value)
    file()
    (row,) = announced(session)
    assert (row.state, row.last_error) == (DeliveryState.WAITING, result)
    assert attempts_of(session, case.organisation_id, 1)[0].result == result


def test_an_announcement_that_failed_comes_again_under_the_same_id(
    session, clock, receiver, secret, file, run
):
    receiver.failing = "connection_refused"
    file()
    receiver.failing = None
    clock.advance(minutes=2)
    run()
    (row,) = announced(session, DeliveryState.DELIVERED)
    assert [one["id"] for one in received(receiver)] == [str(row.id)]


@pytest.fixture
def announce_many(unit, case, secret):
    """Puts announcements of one referral in the outbox; gives their recipient."""

    def put(how_many: int) -> str:
        recipient = f"organisation:{case.organisation_id}"
        with unit(SYSTEM) as work:
            for _ in range(how_many):
                work.deliver(
                    DeliveryKind.REFERRAL_ANNOUNCED,
                    Channel.WEBHOOK,
                    recipient,
                    rights_request_id=case.receipt.rights_request_id,
                    referral_id=case.referral_id,
                )
        return recipient

    return put


def test_after_a_call_that_failed_the_others_are_as_if_untried(
    session, clock, receiver, announce_many
):
    recipient = announce_many(30)
    receiver.failing = "too_slow"
    tried = call_endpoint("webhook", recipient)
    assert 1 <= tried <= AT_ONCE
    rows = announced(session, DeliveryState.WAITING)
    assert sorted(row.attempts for row in rows) == [0] * (30 - tried) + [1] * tried
    assert {row.lease_token for row in rows} == {None}
    receiver.failing = None
    clock.advance(minutes=2)
    assert call_endpoint("webhook", recipient) == 30
    assert {one["id"] for one in received(receiver)} == {str(row.id) for row in rows}
    assert len(received(receiver)) == 30


def test_an_endpoint_whose_turn_is_over_lets_others_have_theirs(
    session, ports, clock, receiver, announce_many
):
    recipient = announce_many(30)

    def slowly(call: Posted) -> OutwardAnswer:
        clock.advance(seconds=6)
        return receiver(call)

    ports.outward.answering = slowly
    assert 1 <= call_endpoint("webhook", recipient) <= AT_ONCE + 1
    assert {row.attempts for row in announced(session, DeliveryState.WAITING)} == {0}


def test_endpoints_of_one_job_are_called_at_the_same_time(unit, ports, receiver, secret, case):
    other = open_case(unit, ports, organisation="CHU de Brest")
    recipients = [f"organisation:{one.organisation_id}" for one in (case, other)]
    with unit(other.agent) as work:
        receiver.secrets.add(endpoints.set_endpoint(work, other.organisation_id, URL))
    with unit(case.agent) as work:
        endpoints.ask_test(work, case.organisation_id)
    both_are_there = Barrier(2, timeout=20)

    def together(call: Posted) -> OutwardAnswer:
        both_are_there.wait()
        return receiver(call)

    ports.outward.answering = together
    assert call_endpoint("webhook", *recipients) == 2


def test_a_stale_job_changes_nothing(session, unit, ports, receiver, secret, file, clock):
    receiver.failing = "too_slow"
    file()
    clock.advance(hours=1)
    (row,) = announced(session)
    with unit(SYSTEM) as work:
        claimed = claim(work, Channel.WEBHOOK, row.recipient, 4)
    made = [Made(Call(one, CallKind.REFERRAL_RECEIVED), "done") for one in claimed]
    clock.advance(minutes=2)
    with unit(SYSTEM) as work:
        claim(work, Channel.WEBHOOK, row.recipient, 4)
    with unit(SYSTEM) as work:
        assert record_calls(work, made) == 0
    assert announced(session, DeliveryState.CLAIMED)


def test_while_a_key_is_changed_both_are_good_and_then_the_new_one_alone(
    unit, session, clock, case, receiver, secret, file
):
    with unit(case.agent) as work:
        new = endpoints.change_key(work, case.organisation_id)
    assert new != secret
    file()
    receiver.secrets = {new}
    file()
    assert len(received(receiver)) == 2
    receiver.secrets = {secret}
    clock.advance(days=8)
    file()
    assert len(received(receiver)) == 2
    assert attempts_of(session, case.organisation_id, 1)[0].status == 401


def test_a_former_key_that_leaked_is_ended_at_once(unit, session, case, receiver, secret, file):
    with unit(case.agent) as work:
        endpoints.change_key(work, case.organisation_id)
        endpoints.end_former_key(work, case.organisation_id)
    file()
    assert not received(receiver)
    assert acts(session, case.organisation_id)[-2:] == ["endpoint_key:changed"] * 2


def test_a_key_is_not_to_be_read_in_the_database(session, secret):
    row = session.scalars(select(WebhookEndpoint)).one()
    for column in (row.secret_sealed, row.data_key):
        assert secret.encode() not in column
        assert key_from(secret) not in column


def test_a_test_call_is_made_once_and_never_again_by_itself(
    unit, session, clock, case, receiver, secret, run
):
    receiver.failing = "name_unknown"
    for _ in range(2):
        with unit(case.agent) as work:
            endpoints.ask_test(work, case.organisation_id)
    run()
    clock.advance(days=1)
    run()
    tests = [
        one for one in attempts_of(session, case.organisation_id, 9) if one.kind == "endpoint.test"
    ]
    assert [one.result for one in tests] == ["name_unknown"]


def test_no_test_call_leaves_for_an_endpoint_that_is_not_confirmed(unit, case, receiver):
    with unit(case.agent) as work:
        endpoints.set_endpoint(work, case.organisation_id, URL)
        with pytest.raises(endpoints.NotConfirmed):
            endpoints.ask_test(work, case.organisation_id)


def test_an_announcement_can_be_replayed_by_its_own_organisation_alone(
    unit, session, case, receiver, secret, file, run
):
    file()
    (row,) = announced(session)
    with unit(case.agent) as work, pytest.raises(NotFound):
        endpoints.replay(work, case.processing_id, row.id)
    with unit(case.agent) as work:
        endpoints.replay(work, case.organisation_id, row.id)
    run()
    assert [one["id"] for one in received(receiver)] == [str(row.id)] * 2


def test_an_endpoint_that_says_it_is_gone_is_called_no_more(
    session, ports, clock, case, receiver, secret, file, run
):
    receiver.status = 410
    file()
    shown = endpoint_of(session, case.organisation_id, ports.clock.now())
    assert shown.state is EndpointState.STOPPED
    count = len(ports.outward.posted)
    clock.advance(hours=1)
    run()
    assert len(ports.outward.posted) == count
    assert acts(session, case.organisation_id)[-1] == "endpoint:stopped"


def test_a_new_address_must_be_confirmed_again_with_a_new_key(
    unit, session, ports, case, receiver, secret, file
):
    with unit(case.agent) as work:
        new = endpoints.set_endpoint(work, case.organisation_id, URL + "/v2")
    file()
    shown = endpoint_of(session, case.organisation_id, ports.clock.now())
    assert new != secret
    assert shown.state is EndpointState.UNCONFIRMED
    assert not received(receiver)


def test_a_removed_endpoint_leaves_nothing_waiting(unit, session, case, receiver, secret, file):
    receiver.failing = "too_slow"
    file()
    with unit(case.agent) as work:
        endpoints.remove_endpoint(work, case.organisation_id)
    assert announced(session, DeliveryState.CANCELLED)
    assert session.scalar(select(WebhookEndpoint)) is None
    assert acts(session, case.organisation_id) == [
        "endpoint:changed",
        "endpoint:confirmed",
        "endpoint:removed",
    ]


def test_an_address_that_leads_inside_is_refused_when_it_is_given(unit, case):
    with unit(case.agent) as work, pytest.raises(endpoints.AddressRefused) as refused:
        endpoints.set_endpoint(work, case.organisation_id, "https://127.0.0.1/")
    assert refused.value.facts["reason"] == "not_a_name"


def test_the_log_of_calls_is_kept_for_ninety_days(session, clock, case, receiver, secret, file):
    clock.advance(days=91)
    file()
    kinds = [one.kind for one in attempts_of(session, case.organisation_id, 9)]
    assert kinds == [CallKind.REFERRAL_RECEIVED]


def test_the_address_in_a_call_opens_the_referral_to_its_organisation_for_a_week(
    session, ports, clock, case, receiver, secret, file
):
    file()
    (call,) = received(receiver)
    token = call["data"]["pull_url"].rpartition("/")[2]
    (row,) = announced(session)

    def opened(text, organisation_id=case.organisation_id):
        return announced_referral(session, ports.keyring, text, organisation_id, ports.clock.now())

    assert opened(token) == row.referral_id
    assert opened(token, case.processing_id) is None
    which, until, mac = token.split(".")
    later = f"{int(until, 16) + 1:x}"
    for forged in (f"{which}.{later}.{mac}", f"{which}.{until}.{mac[:-1]}x", "x", "a.b.c", "é.1.2"):
        assert opened(forged) is None
    clock.advance(days=7, seconds=1)
    assert opened(token) is None


def test_the_keys_of_endpoints_turn_with_those_of_the_hub(session, secret):
    (holder,) = [one for one in HOLDERS if one.table is WebhookEndpoint.__table__]
    (batch,) = wrapped_by_others(session, holder, 2, 10)
    assert [row.wrapped for row in batch] == list(session.scalars(select(WebhookEndpoint.data_key)))


def asked(receiver) -> int:
    return len([one for one in receiver.got if one["type"] == CallKind.CHALLENGE])


def state_of(session, case, clock) -> EndpointState:
    session.rollback()
    return endpoint_of(session, case.organisation_id, clock.now()).state


def test_an_endpoint_not_heard_for_a_month_is_asked_again_and_one_that_is_heard_is_not(
    session, case, clock, receiver, secret, file, run
):
    clock.advance(days=29)
    keep_contacts_true()
    run()
    assert asked(receiver) == 1
    file()
    clock.advance(days=29)
    keep_contacts_true()
    run()
    assert asked(receiver) == 1
    clock.advance(days=1)
    for _ in range(2):
        keep_contacts_true()
        run()
    assert asked(receiver) == 2
    assert state_of(session, case, clock) is EndpointState.CONFIRMED


def test_an_endpoint_that_answers_nothing_for_a_week_is_put_at_rest_until_it_is_checked_again(
    client, unit, session, case, clock, receiver, secret, run, file
):
    clock.advance(days=30)
    receiver.failing = "name_unknown"
    for _ in range(8):
        assert state_of(session, case, clock) is EndpointState.CONFIRMED
        keep_contacts_true()
        run()
        clock.advance(days=1)
    assert state_of(session, case, clock) is EndpointState.IN_REVIEW
    assert acts(session, case.organisation_id)[-1] == "endpoint:doubted"
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Le concentrateur", runs_hub=True)
        add_member(work, hub, "exploitation@hub.example", Role.OPERATOR)
    sign_in(client, "exploitation@hub.example", clock.now())
    assert "1 adresse d’organisme est à revoir" in client.get("/exploitation").text
    assert URL in client.get("/exploitation/adresses").text
    receiver.failing = None
    file()
    assert not announced(session)
    with unit(case.agent) as work:
        endpoints.check_again(work, case.organisation_id)
    run()
    assert state_of(session, case, clock) is EndpointState.CONFIRMED


def test_checking_the_address_again_passes_although_the_way_rests_and_the_rest_follows(
    unit, session, clock, case, receiver, secret, file, run
):
    receiver.failing = "connection_refused"
    for _ in range(3):
        file()
        clock.advance(minutes=1)
    clock.advance(minutes=10)
    run()
    tried = len(attempts_of(session, case.organisation_id, 99))
    receiver.failing = None
    run()
    assert len(attempts_of(session, case.organisation_id, 99)) == tried, "the way rests"
    with unit(case.agent) as work:
        endpoints.check_again(work, case.organisation_id)
    run()
    assert asked(receiver) == 2
    assert len(received(receiver)) == 3
    assert not announced(session, DeliveryState.WAITING)


@pytest.mark.parametrize("says", ["3600", "Mon, 14 Sep 2026 09:02:00 GMT"])
def test_an_endpoint_that_asks_to_wait_an_hour_is_left_in_peace_for_an_hour(
    session, clock, case, receiver, secret, file, run, says
):
    receiver.status, receiver.retry_after = 503, says
    file()
    receiver.status = 200
    file()
    clock.advance(minutes=58)
    run()
    assert len(attempts_of(session, case.organisation_id, 99)) == 2
    assert {row.attempts for row in announced(session)} == {0, 1}
    clock.advance(minutes=3)
    run()
    run()
    assert not announced(session, DeliveryState.WAITING)


def test_a_wait_that_is_asked_does_not_shorten_those_of_the_retry_table(
    session, clock, receiver, secret, file
):
    receiver.status, receiver.retry_after = 429, "1"
    file()
    (row,) = announced(session)
    assert row.next_at - clock.now() > timedelta(seconds=50)
