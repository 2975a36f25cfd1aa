"""The DPO's control room: what is late today, and the figures of the year."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import format_date
from flask_babel import gettext as _

from hub.domain.actors import Actor
from hub.domain.permissions import Permission
from hub.domain.rights import Right
from hub.queries.acknowledgements import acknowledgement_gaps
from hub.queries.indicators import Figures, Indicators, indicators
from hub.queries.oversight import Chip, Choice, chip_counts, oversight_page
from hub.web.access import member
from hub.web.acknowledgement_paper import missing_words
from hub.web.downloads import download_of
from hub.web.dpo.cases import scope_of
from hub.web.dpo.rows import listed
from hub.web.law_words import outcome_words, right_term
from hub.web.spreadsheets import csv_of
from hub.web.work import reading

bp = Blueprint("control", __name__, url_prefix="/dpo")

PERIOD = timedelta(days=365)
FIRST = 8
QUARTERS = 4


@bp.get("")
@member(Permission.AUDIT_ORGANISATION)
def control(actor: Actor) -> str:
    """Late first; then on time, outcomes and delays, by right and by controller."""
    scope = scope_of(actor)
    found = indicators(reading(), scope.organisation_id, _since(scope.today), scope.today)
    counts = chip_counts(reading(), scope)
    late = oversight_page(reading(), scope, Choice(Chip.LATE), None, FIRST)
    return render_template(
        "dpo/control.html",
        figures=found.whole,
        counts={chip.value: count for chip, count in counts.items()},
        late=[listed(row, scope.today) for row in late.rows],
        late_total=late.total,
        since=_since(scope.today),
        months=_months(found),
        outcomes=_outcomes(found),
        delays=_delays(found),
        extensions=_extensions(found),
        by_right=[
            {"name": right_term(right), "figures": group} for right, group in found.by_right.items()
        ],
        by_controller=[
            {"name": name, "figures": group} for name, group in found.by_controller.items()
        ],
        shows_controllers=scope.organisation_id is None,
        gaps=acknowledgement_gaps(reading(), scope.organisation_id),
        missing_words=missing_words,
    )


@bp.get("/indicateurs.csv")
@member(Permission.AUDIT_ORGANISATION)
def figures_csv(actor: Actor) -> Response:
    """The figures by right and by controller, as CSV."""
    scope = scope_of(actor)
    found = indicators(reading(), scope.organisation_id, _since(scope.today), scope.today)
    groups = [(_("Whole"), found.whole)]
    groups += [(right_term(right), group) for right, group in found.by_right.items()]
    groups += list(found.by_controller.items())
    columns = [_("Group"), _("Received"), _("Answers given"), _("On time"), _("Late")]
    columns += [_("Extended"), _("Share extended, in percent"), _("Median delay (days)")]
    rows = [
        [name, g.received, g.answered, g.on_time, g.late, g.extended, _percent(g), g.median_days]
        for name, g in groups
    ]
    return download_of(csv_of(columns, rows), f"indicateurs-{scope.today.isoformat()}.csv")


def _percent(figures: Figures) -> int | None:
    share = figures.extended_share
    return None if share is None else round(100 * share)


def _since(today: date) -> date:
    return (today - PERIOD).replace(day=1)


def _months(found: Indicators) -> list[dict[str, Any]]:
    return [
        {"label": format_date(month, "LLL"), "value": count}
        for month, count in list(found.by_month.items())[-6:]
    ]


def _extensions(found: Indicators) -> list[dict[str, Any]]:
    """How often the time was extended, quarter by quarter, in percent (EDPB §162)."""
    quarters = list(found.by_quarter.items())[-QUARTERS:]
    return [
        {"label": format_date(start, "QQQ y"), "value": round(100 * share)}
        for start, figures in quarters
        if (share := figures.extended_share) is not None
    ]


def _outcomes(found: Indicators) -> list[dict[str, Any]]:
    return [
        {"label": outcome_words(outcome).staff, "value": count}
        for outcome, count in found.by_outcome.items()
    ]


def _delays(found: Indicators) -> list[dict[str, Any]]:
    rights: list[tuple[Right, Figures]] = list(found.by_right.items())
    return [
        {"label": right_term(right), "value": group.median_days}
        for right, group in rights
        if group.median_days is not None
    ]
