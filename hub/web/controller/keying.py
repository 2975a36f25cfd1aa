"""Keying in what came by post, e-mail, telephone or at the counter, and the paper it earns."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hub.domain.actors import Actor, Role
from hub.domain.permissions import Permission
from hub.domain.representation import leaves_answer_to_person
from hub.domain.rights import Right
from hub.domain.routing import Choice, ProcessingNotInDirectory, ProcessingWithoutController
from hub.domain.working_days import local_date
from hub.errors import HubError
from hub.models.referral import Referral
from hub.models.rights_request import Identity, IntakeChannel
from hub.queries.cases import request_by_reference
from hub.queries.directory import processings_of, search_processings
from hub.queries.hub_tasks import count_waiting
from hub.queries.keying import (
    KeyedLine,
    OwnProcessing,
    Sought,
    keyed_by,
    lately_keyed,
    likely_same,
    own_processings,
)
from hub.queries.tokens import may_file_for_others
from hub.sealing import Place
from hub.services.documents import ReceivedFile, discard_files, receive_file
from hub.services.filing import AlreadyFiling, KeyUsedOtherwise, receipt_again
from hub.services.filing_drafts import FilingDraft, PersonGiven, PlannedReferral
from hub.services.filing_plans import FilingPlan, Receipt, plan_filing, same_person_index, secret_of
from hub.services.keying import (
    Keyed,
    ScanToSeveral,
    check_scan,
    file_keyed,
    key_of,
    keyed_drafts,
    note_receipt_printed,
    scope_of,
)
from hub.services.routing import plan_referrals, route_choices
from hub.services.sightings import Seen
from hub.web.access import member
from hub.web.controller.keying_forms import KeyingForm, PaperForm
from hub.web.downloads import download_of
from hub.web.file_words import KINDS, file_refusal_words, limit_words
from hub.web.form_fields import read_date
from hub.web.identity_words import needs_words
from hub.web.law_words import channel_words, right_term
from hub.web.receipt_paper import Filed, receipt_paper
from hub.web.representation_words import objection_words
from hub.web.work import ports, reading, request_keys, settings, unit_of_work

bp = Blueprint("keying", __name__, url_prefix="/saisie")

MOST_FOUND = 20


@dataclass(frozen=True)
class Recorded:
    """One request just recorded, with the secret that goes on its paper; or why it is refused."""

    right: Right
    receipt: Receipt
    key: str
    refused: str = ""


@bp.get("")
@member(Permission.KEY_IN)
def key_in(actor: Actor) -> str:
    """An empty form, ready for the next letter."""
    form = KeyingForm(formdata=None, today=_today(), data={"key": _new_key(), "language": "fr"})
    return _page(actor, form)


@bp.post("")
@member(Permission.KEY_IN)
def record(actor: Actor) -> Any:
    """Search, or check, show what looks the same, and record."""
    form = KeyingForm(today=_today())
    if request.form.get("act") == "search":
        return _page(actor, form)
    is_valid = form.validate_on_submit()
    referrals = _referrals(actor, form)
    if referrals:
        is_valid = _may_keep_scan(form, referrals) and is_valid
    if not is_valid or not referrals:
        return _page(actor, form), 422
    alike = _alike(actor, form.person())
    if alike and form.known.data != _seen(alike):
        return _page(actor, form, alike), 409
    return _recorded(actor, form, _keyed(form, referrals, is_at_hub=_own_only(actor) is None))


@bp.post("/papier")
@member(Permission.KEY_IN)
def paper(actor: Actor) -> Response:
    """The acknowledgement of receipt, to hand over or to post: reference, secret, dates."""
    form = PaperForm()
    if not form.validate_on_submit() or actor.member_id is None:
        abort(404)
    row = keyed_by(reading(), actor.member_id, form.reference.data)
    if row is None:
        abort(404)
    secret = secret_of(ports().keyring, scope_of(actor.member_id), form.key.data, row.reference)
    if not ports().keyring.secret_matches(row.secret_hash, row.reference, secret):
        abort(404)
    right, channel, language, row_id = row.right, row.channel, row.language, row.id
    content = _paper(row.reference, secret, Right(right), channel, language)
    reference = row.reference
    with unit_of_work(actor) as work:
        note_receipt_printed(work, row_id, channel)
    return download_of(content, f"accuse-de-reception-{reference}.pdf")


def _recorded(actor: Actor, form: KeyingForm, keyed: Keyed) -> Any:
    drafts = keyed_drafts(keyed, actor, ports().clock.now())
    try:
        receipts = [receipt_again(reading(), ports(), draft) for draft in drafts]
        if not all(receipts):
            plans = [plan_filing(one, ports().keyring, ports().clock.now()) for one in drafts]
            receipts = list(_filed(actor, form, plans, keyed.seen))
    except (KeyUsedOtherwise, AlreadyFiling):
        form.key.data = form.key.raw_data = None
        form.key.process(None, _new_key())
        form.form_errors.append(
            _("This page was already recorded. To record another request, press the button again.")
        )
        return _page(actor, form), 409
    except HubError as refusal:
        if refusal.code not in {"file_kind_refused", "file_too_large", "storage_full"}:
            raise
        form.scan.errors = [file_refusal_words(str(form.scan.data.filename), refusal)]
        return _page(actor, form), 422
    recorded = [
        Recorded(draft.right, receipt, key_of(keyed.key, draft.right), _why_refused(draft))
        for draft, receipt in zip(drafts, receipts, strict=True)
        if receipt
    ]
    return render_template(
        "controller/keying_done.html",
        recorded=recorded,
        keyed=keyed,
        answers_to_person=_answers_to_person(keyed),
        paper=PaperForm(formdata=None),
        channel=keyed.channel.value,
        right_term=right_term,
    )


def _filed(
    actor: Actor, form: KeyingForm, plans: list[FilingPlan], seen: Seen | None
) -> list[Receipt]:
    """File all the rights of a letter at once, each with its own sealed copy of the scan."""
    scans: dict[int, ReceivedFile] = {}
    try:
        if form.scan.data:
            for place, plan in enumerate(plans):
                if plan.rows_of(Referral):
                    scans[place] = _sealed(form, plan)
        with unit_of_work(actor) as work:
            return [
                file_keyed(work, plan, scans.get(place), seen) for place, plan in enumerate(plans)
            ]
    except BaseException:
        discard_files(ports(), list(scans.values()))
        raise


def _why_refused(draft: FilingDraft) -> str:
    return objection_words(draft.objection) if draft.objection else ""


def _answers_to_person(keyed: Keyed) -> bool:
    """Whether the paper with the code goes to her, not to who acts (décret 2019-536 art. 77)."""
    return keyed.representative is not None and leaves_answer_to_person(keyed.representative)


def _sealed(form: KeyingForm, plan: FilingPlan) -> ReceivedFile:
    scan = form.scan.data
    scan.stream.seek(0)
    return receive_file(
        ports(),
        str(scan.filename),
        scan.stream,
        sealed_to=plan.content_key,
        limit=settings().max_file_bytes,
    )


def _keyed(form: KeyingForm, referrals: tuple[PlannedReferral, ...], *, is_at_hub: bool) -> Keyed:
    return Keyed(
        channel=form.chosen_channel,
        arrived_on=form.arrived_on.data,
        rights=form.chosen_rights,
        person=form.person(),
        statement=(form.statement.data or "").strip(),
        language=form.language.data,
        referrals=referrals,
        key=form.key.data,
        representative=form.said(),
        seen=form.seen(),
        is_at_hub=is_at_hub,
    )


def _referrals(actor: Actor, form: KeyingForm) -> tuple[PlannedReferral, ...]:
    """Who must answer: her own organisation, which the letter seized, or whoever the hub routes to.

    A letter to one joint controller seizes it, whatever their arrangement (GDPR 26(3)).
    """
    own = _own_only(actor)
    chosen = _chosen(form)
    if own is not None:
        held = {one.id for one in own_processings(reading(), own)}
        chosen = [key for key in chosen if key in held]
    try:
        routed = route_choices(reading(), [Choice(key, seized_id=own) for key in chosen])
    except (ProcessingNotInDirectory, ProcessingWithoutController):
        routed = ()
    if not routed:
        form.bases.errors = [_("Tick at least one database or project.")]
    return plan_referrals(routed)


def _may_keep_scan(form: KeyingForm, referrals: tuple[PlannedReferral, ...]) -> bool:
    if not form.scan.data:
        return True
    try:
        check_scan(referrals)
    except ScanToSeveral:
        form.scan.errors = [
            _(
                "A letter to several organisations is not passed on: each would learn who the "
                "others are (GDPR, article 5). Copy what it says into the box above."
            )
        ]
        return False
    return True


def _alike(actor: Actor, given: PersonGiven) -> tuple[KeyedLine, ...]:
    index = same_person_index(ports().keyring, given)
    sought = Sought(given.given_names, given.family_name, index)
    return likely_same(reading(), ports().keyring, sought, _own_only(actor))


def _seen(alike: tuple[KeyedLine, ...]) -> str:
    """What the page showed as perhaps the same: pressed again, it is another request."""
    return " ".join(sorted(one.reference for one in alike))


def _own_only(actor: Actor) -> UUID | None:
    """The organisation to which her keying is bound; a hub agent keys in for any."""
    return None if Role.HUB_AGENT in actor.roles else actor.organisation_id


def _chosen(form: KeyingForm) -> list[UUID]:
    found = []
    for typed in form.bases.data or []:
        try:
            found.append(UUID(typed))
        except ValueError:
            continue
    return found


def _page(actor: Actor, form: KeyingForm, alike: tuple[KeyedLine, ...] = ()) -> str:
    own = _own_only(actor)
    chosen = _chosen(form)
    form.known.data = _seen(alike)
    return render_template(
        "controller/keying.html",
        form=form,
        offered=_offered(own, chosen, form.words.data or ""),
        chosen={str(key) for key in chosen},
        searches=own is None,
        tasks=count_waiting(reading()) if own is None else 0,
        opt_outs_open=own is None and ports().policies.opt_outs.is_open(_today()),
        files_for_others=own is not None and may_file_for_others(reading(), own),
        alike=alike,
        lately=lately_keyed(reading(), actor.member_id) if actor.member_id else (),
        kinds=KINDS,
        limit=limit_words(settings().max_file_bytes),
        had_file=bool(form.scan.data),
        right_term=right_term,
        channel_words=channel_words,
    )


def _offered(own: UUID | None, chosen: list[UUID], words: str) -> tuple[OwnProcessing, ...]:
    """Her own databases; for a hub agent those ticked, then what her words find."""
    if own is not None:
        return own_processings(reading(), own)
    found = search_processings(reading(), words, limit=MOST_FOUND).rows if words.strip() else ()
    rows = {one.id: one.title for one in (*processings_of(reading(), chosen), *found)}
    return tuple(OwnProcessing(key, title) for key, title in rows.items())


def _paper(
    reference: str, secret: str, right: Right, channel: IntakeChannel, language: str
) -> bytes:
    row = request_by_reference(reading(), reference)
    if row is None:
        abort(404)
    identity = reading().get(Identity, row.id)
    place = Place(row.id, "identity.sealed", row.id)
    facts = request_keys().open_facts(place, identity.sealed if identity else None)
    ids = [key for referral in row.referrals for key in referral.processings]
    rows = processings_of(reading(), ids)
    titles = {one.id: one.title_in(language) for one in rows}
    name = f"{facts.get('given_names', '')} {facts.get('family_name', '')}".strip()
    with force_locale(language):
        needs = needs_words(right, [one.answer_level for one in rows])
        filed = Filed(right, name, _born_on(facts), "", channel, needs)
        return ports().papers.render_receipt(receipt_paper(filed, row, secret, titles))


def _born_on(facts: dict[str, Any]) -> date | None:
    return read_date(str(facts["birth_date"])) if facts.get("birth_date") else None


def _new_key() -> str:
    return secrets.token_hex(16)


def _today() -> date:
    return local_date(ports().clock.now())
