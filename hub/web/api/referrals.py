"""`/api/v1/referrals`: what a controller's program reads and does."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from hub.domain.actors import Actor
from hub.domain.lifecycle import ActionNotAllowed
from hub.errors import Invalid, NotFound
from hub.models.answer import AnswerState
from hub.models.member import TokenScope
from hub.queries.cases import referral_of_organisation, referrals_of_organisation
from hub.queries.last_acts import last_act_of
from hub.queries.members import organisation_by_siren
from hub.services.answering import AnswerDraft, ItemAnswer, Signature, answer, items_of
from hub.services.exchanging import resume, verify_identity
from hub.services.referrals import Referral
from hub.services.rerouting import decline, transfer
from hub.services.unit_of_work import Work
from hub.services.working import acknowledge, extend
from hub.web.access import api_client
from hub.web.api.idempotency import once
from hub.web.api.rows import referral_json
from hub.web.api.schemas import (
    AnswerIn,
    DeclineIn,
    ExtendIn,
    PauseIn,
    ReferralOut,
    ReferralsOut,
    ReferralsQuery,
    TransferIn,
)
from hub.web.paging import clamp, cursor_of, instant_and_id
from hub.web.work import reading, request_keys

bp = APIBlueprint("api_referrals", __name__, url_prefix="/api/v1/referrals", tag="Referrals")


@bp.get("")
@api_client(TokenScope.ANSWER)
@bp.input(ReferralsQuery, location="query", arg_name="query")
@bp.output(ReferralsOut)
@bp.doc(security="token")
def inbox(query: ReferralsQuery, client: Actor) -> dict[str, Any]:
    """Referrals delivered to this organisation, oldest receipt first."""
    limit = clamp(query.limit)
    rows = referrals_of_organisation(
        reading(),
        _organisation(client),
        state=query.state,
        after=instant_and_id(query.cursor),
        limit=limit + 1,
    )
    shown = rows[:limit]
    more = len(rows) > limit
    cursor = cursor_of(shown[-1].received_at.isoformat(), shown[-1].id) if more else None
    return {"items": [referral_json(row) for row in shown], "next_cursor": cursor}


@bp.get("/<uuid:referral_id>")
@api_client(TokenScope.ANSWER)
@bp.output(ReferralOut)
@bp.doc(security="token")
def one(referral_id: UUID, client: Actor) -> dict[str, Any]:
    """One referral of this organisation."""
    return _shown(client, referral_id)


@bp.post("/<uuid:referral_id>/acknowledge")
@api_client(TokenScope.ANSWER)
@bp.output(ReferralOut)
@bp.doc(security="token")
def acknowledge_one(referral_id: UUID, client: Actor) -> dict[str, Any]:
    """Say that it was received and is being handled."""
    return _act(client, referral_id, lambda work: acknowledge(work, referral_id))


@bp.post("/<uuid:referral_id>/pause")
@api_client(TokenScope.ANSWER)
@bp.input(PauseIn, arg_name="body")
@bp.output(ReferralOut)
@bp.doc(security="token")
def pause_one(referral_id: UUID, body: PauseIn, client: Actor) -> dict[str, Any]:
    """Ask for what identifies the person, with the reasonable doubt; the clock stops."""
    text = body.text or body.doubt
    return _act(
        client, referral_id, lambda work: verify_identity(work, referral_id, text, body.doubt)
    )


@bp.post("/<uuid:referral_id>/resume")
@api_client(TokenScope.ANSWER)
@bp.output(ReferralOut)
@bp.doc(security="token")
def resume_one(referral_id: UUID, client: Actor) -> dict[str, Any]:
    """Start the clock again."""
    return _act(client, referral_id, lambda work: resume(work, referral_id))


@bp.post("/<uuid:referral_id>/extend")
@api_client(TokenScope.ANSWER)
@bp.input(ExtendIn, arg_name="body")
@bp.output(ReferralOut)
@bp.doc(security="token")
def extend_one(referral_id: UUID, body: ExtendIn, client: Actor) -> dict[str, Any]:
    """Extend once, with a listed cause and its reasons, within the notice limit."""
    return _act(
        client, referral_id, lambda work: extend(work, referral_id, body.cause, body.reasons)
    )


@bp.post("/<uuid:referral_id>/answer")
@api_client(TokenScope.ANSWER)
@bp.input(AnswerIn, arg_name="body")
@bp.output(ReferralOut)
@bp.doc(security="token", responses={202: "A second reader must approve it; nothing has left."})
def answer_one(referral_id: UUID, body: AnswerIn, client: Actor) -> tuple[dict[str, Any], int]:
    """Answer every processing of the referral.

    A refusal, even in part, leaves once a member of the organisation has approved it in the
    portal: 202, with `answer_state` `awaiting_second_reader`. Where no member could, it leaves at
    once and the organisation's DPO reviews it.
    """
    shown = _act(client, referral_id, lambda work: _answer(work, referral_id, body))
    waits = shown["answer_state"] == AnswerState.AWAITING_SECOND_READER
    return shown, 202 if waits else 200


@bp.post("/<uuid:referral_id>/transfer")
@api_client(TokenScope.ANSWER)
@bp.input(TransferIn, arg_name="body")
@bp.output(ReferralOut)
@bp.doc(security="token")
def transfer_one(referral_id: UUID, body: TransferIn, client: Actor) -> dict[str, Any]:
    """Hand it to the organisation that is competent (CRPA L114-2)."""
    heir = organisation_by_siren(reading(), body.siren)
    if heir is None:
        raise Invalid(field="siren", reason="unknown")
    return _act(client, referral_id, lambda work: transfer(work, referral_id, heir, body.text))


@bp.post("/<uuid:referral_id>/decline")
@api_client(TokenScope.ANSWER)
@bp.input(DeclineIn, arg_name="body")
@bp.output(ReferralOut)
@bp.doc(security="token")
def decline_one(referral_id: UUID, body: DeclineIn, client: Actor) -> dict[str, Any]:
    """Say "not us"; the person is told."""
    return _act(client, referral_id, lambda work: decline(work, referral_id, body.text, body.named))


def _organisation(client: Actor) -> UUID:
    if client.organisation_id is None:
        raise NotFound
    return client.organisation_id


def _shown(client: Actor, referral_id: UUID) -> dict[str, Any]:
    row = referral_of_organisation(reading(), _organisation(client), referral_id)
    if row is None:
        raise NotFound(referral_id=referral_id)
    return referral_json(row)


def _act(client: Actor, referral_id: UUID, act: Callable[[Work], object]) -> dict[str, Any]:
    def done(work: Work) -> dict[str, Any]:
        act(work)
        work.session.flush()
        row = referral_of_organisation(work.session, _organisation(client), referral_id)
        if row is None:
            raise NotFound(referral_id=referral_id)
        return referral_json(row)

    try:
        return once(client, done)
    except ActionNotAllowed as refusal:
        raise ActionNotAllowed(**refusal.facts | _overtaken_by(referral_id)) from refusal


def _overtaken_by(referral_id: UUID) -> dict[str, Any]:
    """Who was quicker, what was done and when, for whoever came second."""
    act = last_act_of(reading(), request_keys(), referral_id)
    return {"last_event": act.kind, "by": act.actor_name, "at": act.at.isoformat()} if act else {}


def _answer(work: Work, referral_id: UUID, body: AnswerIn) -> UUID:
    given = [
        ItemAnswer(item.processing, item.outcome, item.ground, item.reasons, item.evidence)
        for item in body.items
    ]
    named = {item.processing for item in body.items}
    referral = work.session.get(Referral, referral_id)
    if referral is None:
        raise NotFound(referral_id=referral_id)
    given += [
        ItemAnswer(item.processing_id, body.outcome, body.ground, body.reasons, body.evidence)
        for item in items_of(work, referral)
        if item.processing_id not in named
    ]
    author = body.author
    draft = AnswerDraft(
        body.text,
        tuple(given),
        signature=Signature(author.capacity, author.service, author.name)
        if author
        else Signature(),
        alone_reason=body.no_second_reader,
        uploads=tuple(dict.fromkeys(body.uploads)),
    )
    return answer(work, referral_id, draft)
