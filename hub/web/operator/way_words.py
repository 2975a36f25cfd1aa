"""Words of the ways to controllers, for the operators: how each goes, what its trial does."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hub.domain.channel_trials import TriedWay
from hub.domain.mail_records import RecordNeed
from hub.models.webhook import EndpointState
from hub.queries.channel_health import WayHealth
from hub.web.endpoint_words import RESULTS
from hub.web.filters import moment, number
from hub.web.operator.failure_words import error_words

WAYS = {
    TriedWay.EMAIL: _l("E-mail"),
    TriedWay.LINK: _l("Signed link"),
    TriedWay.PORTAL: _l("Inbox on this site"),
    TriedWay.POST: _l("Post"),
    TriedWay.WEBHOOK: _l("Calls to software"),
}

RECORD_NEEDS = {
    RecordNeed.DKIM: _l("Signs each mail: put the public key of your mail server there."),
    RecordNeed.DMARC: _l(
        "Says what to do with forged mails: begin with quarantine, end with reject."
    ),
    RecordNeed.REPLIES: _l("Brings answers and returned mails to your mail server."),
    RecordNeed.SPF: _l("Says which server may send in this name."),
}


@dataclass(frozen=True)
class TrialWords:
    """What the trial of a way does, the button that begins it, and what is said then."""

    does: Any
    button: Any
    asked: Any


TRIALS = {
    TriedWay.EMAIL: TrialWords(
        _l(
            "A message leaves for your own mailbox by the same road as all others. It brings a "
            "code."
        ),
        _l("Send me a trial message"),
        _l("The message leaves now. Type its code below."),
    ),
    TriedWay.LINK: TrialWords(
        _l(
            "A message leaves for your own mailbox with a link. Open it on a device where you are"
            " not signed in."
        ),
        _l("Send me a trial link"),
        _l("The message leaves now. Open its link, and press the button there."),
    ),
    TriedWay.PORTAL: TrialWords(
        _l(
            "An empty parcel goes through the outbox to the inbox of your organisation, as "
            "requests do."
        ),
        _l("Send a trial parcel"),
        _l("The parcel is in the outbox: load this page again in a few seconds."),
    ),
    TriedWay.POST: TrialWords(
        _l(
            "A letter like all others, to your own organisation, to print and to lay in a window "
            "envelope. It bears a code."
        ),
        _l("Prepare a trial letter"),
        _l("The letter is ready: print it, then type its code below."),
    ),
    TriedWay.WEBHOOK: TrialWords(
        _l("Each known address is called at once with its challenge, as when it was given."),
        _l("Have all addresses checked"),
        _l("The calls leave now: load this page again in a few seconds."),
    ),
}


def band_words(health: WayHealth, *, is_set_up: bool) -> dict[str, str]:
    """What there is to do about a way, first thing on its page."""
    if not is_set_up:
        return {
            "kind": "todo",
            "title": _("To do: no answer can come back by e-mail."),
            "text": _("Name the domain of the reply addresses: see the set-up below."),
        }
    if health.rests_until is not None:
        return {
            "kind": "late",
            "title": _("Nothing passes: this way rests."),
            "text": _(
                "The next attempt is made by itself: %(when)s.", when=moment(health.rests_until)
            ),
        }
    if health.needing_person:
        return {
            "kind": "todo",
            "title": ngettext(
                "%(num)s delivery needs a person.",
                "%(num)s deliveries need a person.",
                health.needing_person,
            ),
            "text": _("Each is listed on the page “Operations” with its cause."),
        }
    if health.way is TriedWay.WEBHOOK:
        return _band_of_software(health)
    if health.trial is None or not health.trial.passed_at:
        return {
            "kind": "info",
            "title": _("Nothing is wrong that we know of."),
            "text": _("No trial has come back yet: begin one below."),
        }
    return {"kind": "ok", "title": _("Nothing to do."), "text": _("This way works.")}


def _band_of_software(health: WayHealth) -> dict[str, str]:
    if health.more.get(EndpointState.IN_REVIEW):
        return {
            "kind": "todo",
            "title": _("To do: software of a controller answers nothing any more."),
            "text": _("Its address is on the page “Addresses in doubt”: call its organisation."),
        }
    if health.more.get(EndpointState.CONFIRMED):
        return {"kind": "ok", "title": _("Nothing to do."), "text": _("This way works.")}
    return {
        "kind": "info",
        "title": _("No software is called yet."),
        "text": _("Each organisation gives its address itself: see the set-up below."),
    }


def mark_words(health: WayHealth, *, is_set_up: bool) -> tuple[str, str]:
    """The same in a word, with its kind."""
    kind = band_words(health, is_set_up=is_set_up)["kind"]
    word = {
        "info": _("not used yet") if health.way is TriedWay.WEBHOOK else _("not tried yet"),
        "late": _("at rest"),
        "ok": _("works"),
        "todo": _("to look at"),
    }[kind]
    return word, {"info": "plain", "late": "late", "ok": "ok", "todo": "soon"}[kind]


def trial_words(health: WayHealth) -> str:
    """Where the last trial stands; empty when there was none."""
    trial = health.trial
    if trial is None:
        return ""
    if health.way is TriedWay.WEBHOOK:
        return _("Last asked for: %(when)s.", when=moment(trial.asked_at))
    if trial.passed_at:
        return _("The last trial came back: %(when)s.", when=moment(trial.passed_at))
    if trial.is_over:
        return _("The last trial never came back: %(when)s.", when=moment(trial.asked_at))
    if trial.error:
        return _("The trial has not left yet. %(why)s", why=error_words(trial.error))
    if trial.left_at:
        return _(
            "The trial has left: %(when)s. It has not come back yet.", when=moment(trial.left_at)
        )
    return _("A trial is under way since %(when)s.", when=moment(trial.asked_at))


def fact_rows(health: WayHealth) -> list[tuple[str, str]]:
    """The health of a way, line by line."""
    rows = [
        (_("Waiting to leave"), number(health.waiting)),
        (_("Need a person"), number(health.needing_person)),
        (_("Last one that arrived"), _when(health.last_done_at)),
        (_("Last one that failed"), _failure(health)),
    ]
    return rows + _own_rows(health)


def _own_rows(health: WayHealth) -> list[tuple[str, str]]:
    more = health.more
    if health.way is TriedWay.EMAIL:
        return [
            (_("Mails that came back, in 30 days"), number(more["bounced"])),
            (_("Last mail that came back"), _when(more["bounced_at"])),
            (_("Last mail that came in"), _when(more["taken_at"])),
            (_("Mails received that wait for somebody"), number(more["held"])),
        ]
    if health.way is TriedWay.LINK:
        return [
            (_("Links that open a case"), number(more["links"])),
            (_("Last one opened"), _when(more["opened_at"])),
        ]
    if health.way is TriedWay.POST:
        return [
            (_("Letters printed, not posted yet"), number(more["to_post"])),
            (_("Letters that came back, in 30 days"), number(more["returned"])),
        ]
    if health.way is TriedWay.WEBHOOK:
        words = {
            EndpointState.CONFIRMED: _("Addresses confirmed"),
            EndpointState.UNCONFIRMED: _("Addresses not confirmed yet"),
            EndpointState.IN_REVIEW: _("Addresses at rest: nothing answers"),
            EndpointState.STOPPED: _("Addresses closed by their software"),
        }
        return [(text, number(more.get(state.value, 0))) for state, text in words.items()]
    return []


def _failure(health: WayHealth) -> str:
    if health.last_error is None:
        return _("none that lasts")
    said = RESULTS.get(health.last_error) if health.way is TriedWay.WEBHOOK else None
    return f"{_when(health.last_failed_at)} – {said or error_words(health.last_error)}"


def _when(at: Any) -> str:
    return moment(at) if at else _("none yet")
