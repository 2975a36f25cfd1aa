"""The register of named recipients as a DPO reads it: what each database says, what is lacking."""

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.domain.recipients import Completeness
from hub.queries.recipients import RegisterLine, completeness_counts, register_page
from hub.web.access import member
from hub.web.downloads import download_of
from hub.web.dpo.cases import scope_of
from hub.web.law_words import words_of
from hub.web.locale import current_language
from hub.web.paging import cursor_of, only_id
from hub.web.recipient_words import STATES, chips_of, register_row, state_asked
from hub.web.spreadsheets import Value, csv_of
from hub.web.work import reading

bp = Blueprint("recipients", __name__, url_prefix="/dpo")

PAGE = 50
MOST_EXPORTED = 20_000


@bp.get("/destinataires")
@member(Permission.AUDIT_ORGANISATION)
def register(actor: Actor) -> str:
    """Each database of the scope, whether its recipients are named, and who said so (C14)."""
    scope, state = scope_of(actor), state_asked()
    counts = completeness_counts(reading(), scope.organisation_id)
    page = register_page(
        reading(), scope.organisation_id, state, only_id(request.args.get("suite")), PAGE
    )
    next_url = None
    if page.next_after:
        next_url = url_for("recipients.register", etat=state, suite=cursor_of(page.next_after))
    return render_template(
        "dpo/recipients.html",
        rows=[register_row(line, _link(actor, line)) for line in page.lines],
        total=page.total,
        lacking=counts[Completeness.LACKING],
        whole=sum(counts.values()),
        chips=chips_of(counts, state, "recipients.register"),
        shows_controllers=scope.organisation_id is None,
        first_url=url_for("recipients.register", etat=state) if request.args.get("suite") else None,
        next_url=next_url,
        export_url=url_for("recipients.export", etat=state),
    )


@bp.get("/destinataires.csv")
@member(Permission.AUDIT_ORGANISATION)
def export(actor: Actor) -> Response:
    """The same list, whole: one line a recipient, and one for each database that names none."""
    scope = scope_of(actor)
    page = register_page(reading(), scope.organisation_id, state_asked(), None, MOST_EXPORTED)
    columns = [_("Database or project"), _("Controller"), _("State"), _("Recipient")]
    columns += [_("What it is to you"), _("Category"), _("Said by"), _("Said on")]
    rows = [row for line in page.lines for row in _exported(line)]
    return download_of(csv_of(columns, rows), f"destinataires-{scope.today.isoformat()}.csv")


def _exported(line: RegisterLine) -> list[list[Value]]:
    head: list[Value] = [
        line.title_in(current_language()),
        ", ".join(line.controllers),
        str(STATES[line.completeness]),
    ]
    tail: list[Value] = [line.said_by, line.said_at]
    named: list[list[Value]] = [
        [one.name, words_of(one.kind), one.category] for one in line.recipients
    ]
    return [head + middle + tail for middle in named or [["", "", ""]]]


def _link(actor: Actor, line: RegisterLine) -> str | None:
    """Where it is completed: her own organisation's page, else what the public reads."""
    if scope_of(actor).organisation_id is not None:
        return url_for("databases.shown", processing_id=line.processing_id)
    return url_for("directory.detail", processing_id=line.processing_id)
