"""The letter by which a person proves that she lives where her controller knows her to live."""

from datetime import datetime

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from hub.papers import Fact, LetterPaper, NextSteps
from hub.queries.referral_rows import ReferralPage
from hub.services.vouching import WrittenLetter
from hub.web.filters import day
from hub.web.masthead import case_masthead
from hub.web.work import settings


def identity_letter(
    case: ReferralPage, written: WrittenLetter, address: str, at: datetime
) -> LetterPaper:
    """The code and what to do with it; neither the right nor what the answer says.

    The reference of her request is not on it: whoever opens the letter needs it, and the secret
    code of her receipt, before the code of the letter opens anything.
    """
    with force_locale(case.language):
        steps = (
            _(
                "Go to %(address)s with the reference and the secret code of your receipt.",
                address=f"{settings().public_url.rstrip('/')}/suivre",
            ),
            _("Choose to read our answer."),
            _("Type the code of this letter where it is asked."),
        )
        return LetterPaper(
            language=case.language,
            masthead=case_masthead(case.number),
            sender=tuple(line for line in (case.sender.name, case.sender.service) if line),
            recipient=tuple(line.strip() for line in address.splitlines() if line.strip()),
            place_and_date=day(at),
            subject=Fact(_("Subject:"), _("the code that opens our answer to you")),
            facts=(
                Fact(_("Number of your request with us"), case.number),
                Fact(_("Code"), written.code),
            ),
            paragraphs=(
                _("Sir, Madam,"),
                _(
                    "You asked us something about your personal data. Before our answer opens, we "
                    "make sure that it is you who reads it: this code comes to the address that we "
                    "hold."
                ),
                ngettext(
                    "It is good for %(num)s day. Give it to nobody.",
                    "It is good for %(num)s days. Give it to nobody.",
                    written.days,
                ),
                _(
                    "You asked us nothing? Then somebody may have written in your name. Do not use "
                    "the code, and call %(phone)s: everything is stopped at once.",
                    phone=settings().help_phone,
                ),
            ),
            signature=(case.sender.name,),
            enclosures=NextSteps(_("What to do"), steps),
        )
