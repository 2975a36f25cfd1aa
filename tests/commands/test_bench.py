"""A measure of delivery: what is held back leaves when it is released, and is counted where it
arrives.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from apiflask import APIFlask

from hub.adapters.mail.smtp import SmtpMailer
from hub.adapters.mail.wording import WordedCorrespondence
from hub.adapters.outward.http import OutwardHttp
from hub.commands import bench_cases
from hub.commands.bench_receivers import receiving
from hub.commands.bench_routing import received_once
from hub.domain.directory import Channel
from hub.models.delivery import DeliveryKind
from hub.queries.outbox import due_recipients
from workers.jobs.delivering import drain
from workers.relay import together


@pytest.fixture
def engine_name() -> str:
    """The engines differ in nothing that is measured here."""
    return "sqlite"


def leave(session, clock, channel) -> None:
    for due, recipients in together(due_recipients(session, clock.now(), 400)):
        if due == channel:
            drain(due, *recipients)


def test_what_is_measured_is_held_back_then_leaves_by_its_channel_once_each(
    app: APIFlask, ports, ports_with, session, clock
) -> None:
    with receiving() as receivers:
        app.config["MAIL_SERVER"], app.config["MAIL_PORT"] = "127.0.0.1", receivers.mail_port
        outside = ports_with(outward=OutwardHttp(allows_loopback=True))
        app.extensions["ports"] = outside
        app.extensions["correspondence"] = WordedCorrespondence(app, SmtpMailer(app))
        controllers = bench_cases.add_controllers(outside)
        bench_cases.hold_referrals(outside, controllers, 10)
        bench_cases.hold_mails(outside, controllers, 3)
        assert due_recipients(session, clock.now(), 9) == []
        assert [bench_cases.left(one) for one in (Channel.PORTAL, Channel.EMAIL)] == [10, 3]
        for channel in (Channel.PORTAL, Channel.EMAIL):
            bench_cases.release(outside, channel)
            leave(session, clock, channel)
            assert bench_cases.left(channel) == 0
        bench_cases.add_endpoints(outside, controllers[:2], receivers.endpoint_port)
        leave(session, clock, Channel.WEBHOOK)
        assert bench_cases.unconfirmed_endpoints() == 0
        bench_cases.hold_calls(outside, controllers[:2], 10)
        how_many = bench_cases.left(Channel.WEBHOOK)
        bench_cases.release(outside, Channel.WEBHOOK)
        leave(session, clock, Channel.WEBHOOK)
        assert received_once(DeliveryKind.NEWS, receivers.mails) == 3
        assert received_once(DeliveryKind.REFERRAL_ANNOUNCED, receivers.calls) == how_many
        assert received_once(DeliveryKind.NEWS, [*receivers.mails, *receivers.mails, uuid4()]) == 0
