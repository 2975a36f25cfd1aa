"""Brings what is due to one recipient by one channel; safe to run twice, or half."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

import structlog
from flask import current_app

from config import Settings
from hub.domain.actors import SYSTEM
from hub.domain.directory import Channel
from hub.extensions import db
from hub.port_errors import MailRefused, MailUnavailable
from hub.ports import Correspondence, Ports
from hub.services.answer_links import hand_over_to_links, readdress
from hub.services.delivering import (
    MOST_IN_A_SET,
    Claimed,
    Outcome,
    claim,
    claim_together,
    deliver_to_portal,
    give_back,
)
from hub.services.delivering import record_outcomes as write_outcomes
from hub.services.delivery_alarms import move_held_back, raise_alarms
from hub.services.mail_to_strangers import hold_back
from hub.services.posting import Posting, postings_of
from hub.services.unit_of_work import Work, unit_of_work
from workers.jobs.calling import call_endpoint
from workers.queues import ALONE

MOST_SETS = 40
MOST_CLAIMED = 1000
"""Deliveries to one recipient at once: those of one kind make one mail."""
SENDS_FOR = timedelta(seconds=40)
"""Shorter than a lease by more than a mail server's longest answer."""
NOT_COMPOSED = "not_composed"
AT_ONCE = 200
MOST_ROUNDS = 50

log = structlog.get_logger(__name__)


def drain(channel: str, *recipients: str) -> int:
    """Deliver all that is due for these recipients; says how many deliveries it settled."""
    return CARRIERS[Channel(channel)](recipients)


def watch_deliveries() -> int:
    """Move what is held back too long, and tell the hub's DPO of what is three days old.

    Says how many deliveries it moved or told of.
    """
    total = 0
    for step in (move_held_back, raise_alarms):
        for _ in range(MOST_ROUNDS):
            with unit_of_work(SYSTEM, engine=db.engine, ports=_ports()) as work:
                done = step(work, AT_ONCE)
            total += done
            if not done:
                break
    return total


def _ports() -> Ports:
    ports: Ports = current_app.extensions["ports"]
    return ports


def _drain_portal(recipients: Sequence[str]) -> int:
    return sum(_drain_inbox(recipient) for recipient in recipients)


def _drain_inbox(recipient: str) -> int:
    """Into its inbox, or to links where nobody reads it: the mails leave by the next rings."""
    settled = 0
    for _ in range(MOST_SETS):
        with unit_of_work(SYSTEM, engine=db.engine, ports=_ports()) as work:
            handed_over = hand_over_to_links(work, recipient)
            # One decision for both: what is filed meanwhile must not reach an inbox nobody reads.
            is_read = handed_over is None
            done = (handed_over or 0) + deliver_to_portal(work, recipient, with_referrals=is_read)
        settled += done
        if done < MOST_IN_A_SET:
            break
    return settled


def _drain_email(recipients: Sequence[str]) -> int:
    """Several recipients without circuits of their own have one conversation, each other hers."""
    alone = [one for one in recipients if one.startswith(ALONE)]
    together = [one for one in recipients if not one.startswith(ALONE)]
    settled = sum(_converse(partial(_claim_for_one, recipient=one)) for one in alone)
    return settled + (_converse(partial(_claim_for, recipients=together)) if together else 0)


def _claim_for_one(work: Work, recipient: str) -> list[Claimed]:
    if recipient.startswith("link:"):
        readdress(work, recipient)
    return claim(work, Channel.EMAIL, recipient, MOST_CLAIMED)


def _claim_for(work: Work, recipients: Sequence[str]) -> list[Claimed]:
    return claim_together(work, Channel.EMAIL, recipients, MOST_CLAIMED)


def _converse(claims: Callable[[Work], list[Claimed]]) -> int:
    """Claim, send, record: two short units with the sending between them."""
    with unit_of_work(SYSTEM, engine=db.engine, ports=_ports()) as work:
        claimed = hold_back(work, claims(work))
    if not claimed:
        return 0
    outcomes = _send(claimed)
    tried = {one.delivery_id for one in outcomes}
    with unit_of_work(SYSTEM, engine=db.engine, ports=_ports()) as work:
        give_back(work, [one for one in claimed if one.id not in tried])
        return write_outcomes(work, outcomes)


def _send(claimed: list[Claimed]) -> list[Outcome]:
    """Send until all is sent, the time is over, or the server itself is at fault."""
    since = _ports().clock.now()
    settings: Settings = current_app.extensions["settings"]
    correspondence: Correspondence = current_app.extensions["correspondence"]
    postings = postings_of(
        db.session(), _ports().keyring, claimed, settings.public_url, settings.reply_domain
    )
    db.session.rollback()
    outcomes: list[Outcome] = []
    with correspondence.conversation():
        for posting in postings:
            # What is left goes back before its lease is over: no two workers send at once.
            if _ports().clock.now() >= since + SENDS_FOR:
                break
            outcomes += _post(correspondence, posting)
            if outcomes[-1].channel_failed:
                break
    return outcomes


def _post(correspondence: Correspondence, posting: Posting) -> list[Outcome]:
    if posting.is_moot:
        return _outcomes(posting, delivered=True, was_tried=False)
    if posting.is_faulty:
        return _outcomes(posting, delivered=False, error=NOT_COMPOSED, was_tried=False)
    if posting.order is None:
        return _outcomes(
            posting, delivered=False, error="no_address", is_permanent=True, was_tried=False
        )
    try:
        correspondence.send(posting.order)
    except MailUnavailable as error:
        reason = str(error.facts.get("reason", "unavailable"))
        log.warning("mail_unavailable", reason=reason, kind=posting.order.kind)
        # What the server says of one recipient has a code; without one, it is the server itself.
        is_server = not reason.startswith("smtp_")
        return _outcomes(posting, delivered=False, error=reason, channel_failed=is_server)
    except MailRefused as error:
        reason = str(error.facts.get("reason", "refused"))
        log.warning("mail_refused", reason=reason, kind=posting.order.kind)
        return _outcomes(posting, delivered=False, error=reason, is_permanent=True)
    except Exception as error:
        log.error("mail_not_composed", kind=posting.order.kind, error=type(error).__name__)
        return _outcomes(posting, delivered=False, error=NOT_COMPOSED, was_tried=False)
    return _outcomes(posting, delivered=True)


def _outcomes(posting: Posting, *, delivered: bool, **more: Any) -> list[Outcome]:
    return [
        Outcome(one.id, one.lease_token, delivered=delivered, **more) for one in posting.claimed
    ]


def _call(recipients: Sequence[str]) -> int:
    return call_endpoint(Channel.WEBHOOK.value, *recipients)


CARRIERS: Mapping[Channel, Callable[[Sequence[str]], int]] = MappingProxyType(
    {
        Channel.EMAIL: _drain_email,
        Channel.PORTAL: _drain_portal,
        Channel.WEBHOOK: _call,
    }
)
"""Who carries by each channel: brings what is due to recipients, says how many it settled."""
