"""Trials of the ways to controllers: something leaves by the way, and its proof comes back."""

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.audit_log import HUB_STREAM, EventKind
from hub.domain.channel_trials import CODE_DIGITS, MOST_TRIES, TRIAL_LASTS, TriedWay
from hub.domain.directory import Channel
from hub.errors import HubError
from hub.models.channel_trial import ChannelTrial
from hub.models.columns import new_id
from hub.models.delivery import ORGANISATION, DeliveryKind
from hub.models.webhook import EndpointState, WebhookEndpoint
from hub.ports import Keyring
from hub.services.confirming import CodeExhausted, WrongCode
from hub.services.endpoints import check_again
from hub.services.unit_of_work import Work


class TrialOver(HubError):
    """No trial of this way is under way: it was never asked, is too old, or another was asked."""

    code = "trial_over"


def trial_code(keyring: Keyring, trial_id: UUID) -> str:
    """The six digits that a trial brings, derived and so stored nowhere."""
    digest = keyring.blind_index(str(trial_id), "channel_trial_code")
    return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def trial_token(keyring: Keyring, trial_id: UUID) -> str:
    """The secret part of the link that a trial brings."""
    return keyring.blind_index(str(trial_id), "channel_trial_link").hex()


def ask_trial(work: Work, way: TriedWay) -> None:
    """Begin a trial of a way, in place of the former one; what it sends goes to who asks.

    By e-mail a code, or a link for the signed link, to her own mailbox; in the inbox of her
    organisation; on paper, by the page that prints it. Software is asked its challenge again.
    """
    if way is TriedWay.WEBHOOK:
        _check_software(work)
    row = work.session.get(ChannelTrial, way, with_for_update=True)
    if row is None:
        row = ChannelTrial(way=way)
        work.session.add(row)
    row.trial_id, row.asked_at, row.tries, row.passed_at = new_id(), work.now, 0, None
    work.session.flush()
    if way in {TriedWay.EMAIL, TriedWay.LINK}:
        _send(work, row, Channel.EMAIL, f"member:{work.actor.id}")
    elif way is TriedWay.PORTAL:
        _send(work, row, Channel.PORTAL, f"{ORGANISATION}{work.actor.organisation_id}")
    work.record(EventKind.CHANNEL_TRIAL_ASKED, HUB_STREAM, row.trial_id, channel=way.value)


def pass_by_code(work: Work, way: TriedWay, code: str) -> HubError | None:
    """The code came back; gives the refusal, so that the failed try is kept. Raises TrialOver."""
    row = _under_way(work, way)
    if row.tries >= MOST_TRIES:
        return CodeExhausted()
    typed = "".join(character for character in code if character.isdecimal())
    expected = trial_code(work.ports.keyring, row.trial_id)
    if not hmac.compare_digest(expected.encode(), typed.encode()):
        row.tries += 1
        return WrongCode(tries_left=MOST_TRIES - row.tries)
    _passed(work, row)
    return None


def link_opens(session: Session, keyring: Keyring, token: str, now: datetime) -> bool:
    """Whether a link is that of the trial under way; only looks."""
    row = session.get(ChannelTrial, TriedWay.LINK)
    return row is not None and _is_under_way(row, now) and _is_its_token(keyring, row, token)


def pass_by_link(work: Work, token: str) -> None:
    """The link was followed, without an account. Raises TrialOver."""
    row = _under_way(work, TriedWay.LINK)
    if not _is_its_token(work.ports.keyring, row, token):
        raise TrialOver
    _passed(work, row)


def _check_software(work: Work) -> None:
    known = select(WebhookEndpoint.organisation_id).where(
        WebhookEndpoint.state != EndpointState.STOPPED
    )
    for organisation_id in work.session.scalars(known.order_by(WebhookEndpoint.id)).all():
        check_again(work, organisation_id)


def _send(work: Work, row: ChannelTrial, channel: Channel, recipient: str) -> None:
    kind, trial = DeliveryKind.CHANNEL_TRIAL, str(row.trial_id)
    work.deliver(kind, channel, recipient, way=row.way.value, trial=trial)


def _under_way(work: Work, way: TriedWay) -> ChannelTrial:
    row = work.session.get(ChannelTrial, way, with_for_update=True)
    if row is None or not _is_under_way(row, work.now):
        raise TrialOver
    return row


def _is_under_way(row: ChannelTrial, now: datetime) -> bool:
    return row.passed_at is None and now - row.asked_at < TRIAL_LASTS


def _is_its_token(keyring: Keyring, row: ChannelTrial, token: str) -> bool:
    expected = trial_token(keyring, row.trial_id)
    return hmac.compare_digest(expected.encode(), token.encode())


def _passed(work: Work, row: ChannelTrial) -> None:
    row.passed_at = work.now
    work.record(EventKind.CHANNEL_TRIAL_PASSED, HUB_STREAM, row.trial_id, channel=row.way.value)
