"""Top and foot of the papers of a request."""

from flask_babel import gettext as _

from hub.papers import Masthead
from hub.web.work import settings


def case_masthead(reference: str) -> Masthead:
    """The masthead of a paper about one request, in the language in use."""
    return Masthead(
        _("My rights, my health data"),
        _("A service of the Plateforme des données de santé"),
        _(
            "Request %(reference)s · Help: %(phone)s",
            reference=reference,
            phone=settings().help_phone,
        ),
        _("Page {page} of {pages}"),
    )
