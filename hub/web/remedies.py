"""Where a person can turn when she disagrees: the CNIL, and the court that hears her case."""

from flask_babel import gettext as _

from hub.domain.directory import OrganisationKind

CNIL_ONLINE = "https://www.cnil.fr/fr/adresser-une-plainte"
CNIL_POSTAL = (
    "CNIL",
    "3 place de Fontenoy",
    "TSA 80715",
    "75334 Paris Cedex 07",
)


def court_words(kind: OrganisationKind) -> str:
    """Before which court an answer, or its absence, can be contested."""
    if kind.is_public:
        return _(
            "You can also bring the case before the administrative court (tribunal administratif), "
            "within two months. It is a public organisation."
        )
    if kind is OrganisationKind.UNKNOWN:
        return _(
            "You can also bring the case before a court: the administrative one for a public "
            "organisation, the judicial one for a private one. We can tell you which."
        )
    return _(
        "You can also bring the case before the judicial court (tribunal judiciaire). It is a "
        "private organisation."
    )
