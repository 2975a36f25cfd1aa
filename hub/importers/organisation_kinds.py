"""The legal nature of an organisation, read from the words that sources use for it."""

from hub.domain.directory import OrganisationKind, fold

_BY_CODE = {
    "statitics": OrganisationKind.PUBLIC_BODY,
    "statistics": OrganisationKind.PUBLIC_BODY,
    "nationalpublichealthinstitute": OrganisationKind.PUBLIC_BODY,
    "govhealth": OrganisationKind.PUBLIC_BODY,
    "nationalauthority": OrganisationKind.PUBLIC_BODY,
    "regionalauthority": OrganisationKind.PUBLIC_BODY,
    "localauthority": OrganisationKind.PUBLIC_BODY,
    "pharmabiotech": OrganisationKind.COMPANY,
    "company": OrganisationKind.COMPANY,
    "ngo": OrganisationKind.PRIVATE_NON_PROFIT,
    "nonprofitorganisation": OrganisationKind.PRIVATE_NON_PROFIT,
}
_NOT_PUBLIC = ("non public", "a but non lucratif", "prive", "privee", "private")
_WORDS = (
    (OrganisationKind.PRIVATE_NON_PROFIT, ("but non lucratif", "non profit", "espic", "fondation")),
    (OrganisationKind.ASSOCIATION, ("association", "asso", "ong", "ngo")),
    (
        OrganisationKind.PUBLIC_HOSPITAL,
        ("centre hospitalier", "chu", "chru", "ch", "assistance publique", "hospices civils",
         "hopital public", "etablissement public de sante"),
    ),
    (
        OrganisationKind.COMPANY,
        ("industrie", "industriel", "entreprise", "societe", "laboratoire pharmaceutique",
         "bureau d etudes", "start up", "sas", "sarl", "company", "industry"),
    ),
    (
        OrganisationKind.PUBLIC_BODY,
        ("public", "publique", "universite", "ministere", "agence", "inserm", "cnrs", "etat",
         "caisse nationale", "agence regionale de sante", "institut national"),
    ),
)  # fmt: skip


def kind_from_code(code: str) -> OrganisationKind:
    """The kind that the last segment of a publisher-type address stands for, or UNKNOWN."""
    return _BY_CODE.get(code.casefold(), OrganisationKind.UNKNOWN)


def kind_from_words(text: str) -> OrganisationKind:
    """The kind that words such as "Public (France)" or "Industrie" stand for, or UNKNOWN."""
    words = f" {fold(text)} "
    for kind, cues in _WORDS:
        public = kind in {OrganisationKind.PUBLIC_BODY, OrganisationKind.PUBLIC_HOSPITAL}
        if public and any(f" {cue} " in words for cue in _NOT_PUBLIC):
            continue
        if any(f" {cue} " in words for cue in cues):
            return kind
    return OrganisationKind.UNKNOWN


def kind_from_status_and_name(status: str, name: str) -> OrganisationKind:
    """The kind of an organisation from the status it is given, else from its name.

    A public body whose name says hospital is a public hospital; a foreign one is no French
    public body, so that the duties of the CRPA are not lent to it.
    """
    kind = kind_from_words(status)
    by_name = kind_from_words(name)
    if not status or (kind.is_public and by_name is OrganisationKind.PUBLIC_HOSPITAL):
        return by_name
    if kind.is_public and " europe " in f" {fold(status)} ":
        return OrganisationKind.UNKNOWN
    return kind
