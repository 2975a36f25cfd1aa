"""Brings what is due to one recipient by one channel; safe to run twice, or half."""

import structlog
from flask import current_app

from config import Settings
from hub.domain.actors import SYSTEM
from hub.domain.directory import Channel
from hub.extensions import db
from hub.port_errors import MailRefused, MailUnavailable
from hub.ports import Correspondence, Ports
from hub.services.answer_links import hand_over_to_links, readdress
from hub.services.delivering import MOST_IN_A_SET, Claimed, Outcome, claim, deliver_to_portal
from hub.services.delivering import record_outcomes as write_outcomes
from hub.services.mail_to_strangers import hold_back
from hub.services.posting import Posting, postings_of
from hub.services.unit_of_work import unit_of_work
from workers.jobs.calling import call_endpoint

MOST_SETS = 40
MOST_CLAIMED = 1000
"""Deliveries to one recipient at once: those of one kind make one mail."""

log = structlog.get_logger(__name__)


def drain(channel: str, recipient: str) -> int:
    """Deliver all that is due for one recipient; says how many deliveries it settled."""
    if Channel(channel) is Channel.PORTAL:
        return _drain_portal(recipient)
    if Channel(channel) is Channel.WEBHOOK:
        return call_endpoint(channel, recipient)
    return _drain_email(recipient)


def _ports() -> Ports:
    ports: Ports = current_app.extensions["ports"]
    return ports


def _drain_portal(recipient: str) -> int:
    settled = _hand_over(recipient)
    for _ in range(MOST_SETS):
        with unit_of_work(SYSTEM, engine=db.engine, ports=_ports()) as work:
            done = deliver_to_portal(work, recipient)
        settled += done
        if done < MOST_IN_A_SET:
            break
    return settled


def _hand_over(recipient: str) -> int:
    """Give to links what nobody would read in an inbox: the mails leave by the next rings."""
    handed_over = 0
    for _ in range(MOST_SETS):
        with unit_of_work(SYSTEM, engine=db.engine, ports=_ports()) as work:
            done = hand_over_to_links(work, recipient)
        handed_over += done
        if not done:
            break
    return handed_over


def _drain_email(recipient: str) -> int:
    """Claim, send, record: two short units with the sending between them."""
    with unit_of_work(SYSTEM, engine=db.engine, ports=_ports()) as work:
        if recipient.startswith("link:"):
            readdress(work, recipient)
        claimed = hold_back(work, claim(work, Channel.EMAIL, recipient, MOST_CLAIMED))
    if not claimed:
        return 0
    outcomes = _send(claimed)
    with unit_of_work(SYSTEM, engine=db.engine, ports=_ports()) as work:
        return write_outcomes(work, outcomes)


def _send(claimed: list[Claimed]) -> list[Outcome]:
    settings: Settings = current_app.extensions["settings"]
    correspondence: Correspondence = current_app.extensions["correspondence"]
    postings = postings_of(
        db.session(), _ports().keyring, claimed, settings.public_url, settings.reply_domain
    )
    db.session.rollback()
    return [outcome for posting in postings for outcome in _post(correspondence, posting)]


def _post(correspondence: Correspondence, posting: Posting) -> list[Outcome]:
    if posting.is_moot:
        return _outcomes(posting, delivered=True)
    if posting.order is None:
        return _outcomes(posting, delivered=False, error="no_address", is_permanent=True)
    try:
        correspondence.send(posting.order)
    except MailUnavailable as error:
        reason = str(error.facts.get("reason", "unavailable"))
        log.warning("mail_unavailable", reason=reason, kind=posting.order.kind)
        return _outcomes(posting, delivered=False, error=reason)
    except MailRefused as error:
        reason = str(error.facts.get("reason", "refused"))
        log.warning("mail_refused", reason=reason, kind=posting.order.kind)
        return _outcomes(posting, delivered=False, error=reason, is_permanent=True)
    return _outcomes(posting, delivered=True)


def _outcomes(
    posting: Posting, *, delivered: bool, error: str | None = None, is_permanent: bool = False
) -> list[Outcome]:
    return [
        Outcome(one.id, one.lease_token, delivered, error, is_permanent) for one in posting.claimed
    ]
