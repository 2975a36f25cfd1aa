"""One page on all controllers: who answered, who refused and why, who is late, what to do."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from hub.domain.outcomes import REFUSING
from hub.papers import Fact, Masthead, NextSteps, SummaryPaper, SummaryRow, Tone
from hub.queries.tracking_rows import TrackedReferral, TrackedRequest
from hub.queries.visits import OpenVisit
from hub.web.access import holder
from hub.web.downloads import download_of
from hub.web.filters import day, moment
from hub.web.law_words import ground_words, right_words
from hub.web.locale import current_language
from hub.web.public.tracking_band import band_of
from hub.web.public.tracking_frame import request_of, today, tracking_nav
from hub.web.public.tracking_standing import DONE, Standing, days_late, standing_of
from hub.web.work import ports, settings

bp = Blueprint("tracking_summary", __name__, url_prefix="/suivre")

TONES = {"ok": Tone.OK, "soon": Tone.SOON, "late": Tone.LATE}


@dataclass(frozen=True)
class Line:
    """One controller in the summary."""

    referral: TrackedReferral
    standing: Standing
    said: list[str]


@bp.get("/resume")
@holder
def summary(visit: OpenVisit) -> str:
    """The summary, on one page that prints well."""
    found = request_of(visit)
    return render_template(
        "public/tracking/summary.html",
        nav=tracking_nav("summary"),
        found=found,
        right=right_words(found.right),
        band=band_of(found, today()),
        counts=_counts(found),
        lines=_lines(found),
        today=today(),
    )


@bp.get("/resume.pdf")
@holder
def summary_pdf(visit: OpenVisit) -> Response:
    """The same as a PDF to keep or to send to the CNIL."""
    found = request_of(visit)
    content = ports().papers.render_summary(_paper(found))
    return download_of(content, _("summary-%(reference)s.pdf", reference=found.reference))


def _lines(found: TrackedRequest) -> list[Line]:
    return [
        Line(one, standing_of(one, found.state, today()), _said(one)) for one in found.referrals
    ]


def _said(referral: TrackedReferral) -> list[str]:
    """The grounds of what was refused, each once."""
    answer = referral.answer
    if answer is None:
        return []
    grounds = [one.ground for one in answer.items if one.outcome in REFUSING and one.ground]
    return [ground_words(code).sentence for code in dict.fromkeys(grounds)]


def _counts(found: TrackedRequest) -> list[tuple[str, int]]:
    answered = [one for one in found.referrals if one.state in DONE]
    refused = [one for one in answered if one.answer and one.answer.outcome in REFUSING]
    late = [one for one in found.referrals if days_late(one, today())]
    every = len(found.referrals)
    return [
        (ngettext("organisation asked", "organisations asked", every), every),
        (ngettext("answered", "answered", len(answered)), len(answered)),
        (ngettext("refused, all or part", "refused, all or part", len(refused)), len(refused)),
        (ngettext("late", "late", len(late)), len(late)),
    ]


def _paper(found: TrackedRequest) -> SummaryPaper:
    band = band_of(found, today())
    right = right_words(found.right)
    return SummaryPaper(
        language=current_language(),
        masthead=_masthead(found),
        title=_("Where my request stands"),
        lead=_(
            "On %(date)s: %(what)s", date=day(today()), what=f"{band.title} {band.text}".strip()
        ),
        facts=(
            Fact(_("Reference"), found.reference),
            Fact(_("Request received on"), moment(found.received_at)),
            Fact(_("Your right"), f"{right.title} – {right.article}"),
        ),
        counts=tuple(Fact(label, str(count)) for label, count in _counts(found)),
        columns=(_("Organisation"), _("Where it stands"), _("What you can do")),
        rows=tuple(_row(line) for line in _lines(found)),
        next_steps=NextSteps(
            _("What next"),
            (_("To read an answer, open your request with your reference and your secret code."),),
        ),
        notes=_notes(),
    )


def _row(line: Line) -> SummaryRow:
    return SummaryRow(
        name=line.referral.organisation_name,
        processings=tuple(item.title_in(current_language()) for item in line.referral.items),
        status=line.standing.word,
        tone=TONES.get(line.standing.kind, Tone.CALM),
        said=" ".join([line.standing.said, *line.said]).strip(),
        to_do=line.standing.to_do,
    )


def _masthead(found: TrackedRequest) -> Masthead:
    foot = _(
        "Request %(reference)s · Help: %(phone)s",
        reference=found.reference,
        phone=settings().help_phone,
    )
    return Masthead(
        _("My rights, my health data"),
        _("One request, every organisation"),
        foot,
        _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    )


def _notes() -> tuple[Fact, ...]:
    return (
        Fact(
            _("An organisation does not answer, or refuses?"),
            _(
                "You can complain to the CNIL, free of charge: cnil.fr/plaintes, or CNIL, 3 place "
                "de Fontenoy, TSA 80715, 75334 Paris Cedex 07. You can also go to court."
            ),
        ),
        Fact(
            _("A question?"),
            _(
                "Call %(phone)s. Give your reference, never your secret code.",
                phone=settings().help_phone,
            ),
        ),
    )
