"""The letter by which an operator tries the post: same paper, same window, a code to type back."""

from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from hub.domain.postal_addresses import address_lines
from hub.papers import Fact, Masthead, PostalBatchPaper, PostalSheet
from hub.queries.channel_health import Addressee
from hub.services.channel_trials import trial_code
from hub.web.filters import day
from hub.web.work import ports, settings

LANGUAGE = "fr"


def trial_letter(trial_id: UUID, addressee: Addressee) -> bytes:
    """One sheet as a batch has many, in the language of letters to controllers."""
    with force_locale(LANGUAGE):
        masthead = Masthead(
            _("My rights, my health data"),
            _("A service of the Plateforme des données de santé"),
            _("Help by phone: %(phone)s", phone=settings().help_phone),
            "",
        )
        paper = PostalBatchPaper(
            LANGUAGE, masthead, _("Trial letter"), (_sheet(trial_id, addressee, masthead),)
        )
        return ports().papers.render_postal_batch(paper)


def _sheet(trial_id: UUID, addressee: Addressee, masthead: Masthead) -> PostalSheet:
    return PostalSheet(
        sender=(masthead.service, masthead.operator),
        recipient=address_lines(addressee.name, addressee.postal_address),
        place_and_date=day(ports().clock.now()),
        subject=_("Trial of our letters"),
        facts=(Fact(_("Code to type back"), trial_code(ports().keyring, trial_id)),),
        paragraphs=(
            _(
                "Fold this sheet, put it in a window envelope and look: the whole address must "
                "show, and nothing else."
            ),
            _("Then type the code above on the page where you asked for this letter."),
        ),
    )
