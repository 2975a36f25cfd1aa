"""The receipt of an opt-out in words, ready to be set on paper."""

from datetime import date

from flask_babel import gettext as _

from hub.domain.rights import Right
from hub.papers import (
    ControllerTable,
    Fact,
    NextSteps,
    ReceiptPaper,
    TrackingCode,
)
from hub.queries.cases import RequestRow
from hub.web.filters import day, moment
from hub.web.law_words import right_words
from hub.web.locale import current_language
from hub.web.masthead import case_masthead
from hub.web.opt_out_words import said_on
from hub.web.work import settings

_NO_CONTROLLER = ControllerTable("", (), ())


def opt_out_paper(row: RequestRow, secret: str, full_name: str, born_on: date) -> ReceiptPaper:
    """Everything the paper says, in the reader's language."""
    right = right_words(Right.SECONDARY_USE_OPT_OUT)
    address = f"{settings().public_url.rstrip('/')}/suivre?reference={row.reference}"
    person = _("%(name)s, born on %(date)s", name=full_name, date=day(born_on))
    return ReceiptPaper(
        language=current_language(),
        masthead=case_masthead(row.reference),
        title=_("Receipt of your refusal"),
        lead=_("Your refusal is recorded. Keep this paper: it proves from when it counts."),
        reference=Fact(_("Reference of your request"), row.reference),
        secret=Fact(_("Your secret code"), secret),
        secret_note=_("Give it to nobody. It alone opens your page: we cannot find it for you."),
        tracking=TrackingCode(
            address,
            _("See my refusal"),
            _("QR code to the page of refusal %(reference)s", reference=row.reference),
        ),
        facts=(
            Fact(_("Your refusal"), f"{right.title} ({right.article})"),
            Fact(_("Person concerned"), person),
            Fact(_("Recorded on"), _("%(moment)s, Paris time", moment=moment(row.received_at))),
            Fact(_("Effect"), said_on(row.received_at)),
        ),
        statement=Fact("", ""),
        controllers=_NO_CONTROLLER,
        next_steps=NextSteps(
            _("What to do next"),
            (
                _("Nothing. Your refusal stands until you take it back."),
                _("You can take it back at any time, as simply, on the page of your refusal."),
            ),
        ),
        notes=(
            Fact(
                _("Your refusal is not respected?"),
                _("Tell us on the page of your refusal: we transmit your complaint to the CNIL."),
            ),
            Fact(
                _("A question?"),
                _(
                    "Call %(phone)s. Give your reference, never your secret code.",
                    phone=settings().help_phone,
                ),
            ),
        ),
    )
