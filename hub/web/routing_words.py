"""Why a processing was suggested, and why an item went to a controller, in plain words."""

from collections.abc import Iterable

from flask_babel import gettext as _

from hub.domain.routing import Reason, ReasonKind, RouteKind, RouteReason


def suggestion_words(reason: Reason) -> str:
    """A "why perhaps", said to the person."""
    value = reason.value
    words = {
        ReasonKind.ILLNESS_REGISTERED: _("it is about an illness you named: %(word)s", word=value),
        ReasonKind.INSURED_IN_FRANCE: _("it covers everyone insured in France"),
        ReasonKind.MAY_BE_THE_STUDY: _("you joined a study, and this one enrols people"),
        ReasonKind.REUSES: _("it reuses data of “%(title)s”", title=value),
        ReasonKind.STUDY_NAMED: _("you named this study"),
        ReasonKind.TREATED_THERE: _(
            "you were treated at a place it covers: %(place)s", place=value
        ),
        ReasonKind.YEARS_OVERLAP: _years(value),
    }
    return words[reason.kind]


def _years(value: str) -> str:
    first, _dash, last = value.partition("-")
    if first and last:
        return _("it covers the years you gave (%(first)s to %(last)s)", first=first, last=last)
    if first:
        return _("it covers the years you gave (since %(first)s)", first=first)
    return _("it covers the years you gave (until %(last)s)", last=last)


def suggestion_sentence(reasons: Iterable[Reason]) -> str:
    """All the reasons of a suggestion, in one sentence that says "perhaps"."""
    return _(
        "Perhaps because %(reasons)s.",
        reasons=_(", and also ").join(map(suggestion_words, reasons)),
    )


def route_words(reason: RouteReason) -> str:
    """Why an item went to a controller: "why did this go to them?"."""
    names = ", ".join(reason.values)
    words = {
        RouteKind.ALL_REUSERS_OF: _("All that reuse “%(title)s” were asked for.", title=names),
        RouteKind.CHOSEN_BY_PERSON: _("Chosen by the person."),
        RouteKind.CONTACT_OF_JOINT_CONTROLLERS: _(
            "Contact point agreed between the joint controllers: %(names)s.", names=names
        ),
        RouteKind.CONTROLLERS_OWN_LINK: _("Filed through the controller’s own link."),
        RouteKind.SEIZED_DIRECTLY: _("The person asked this joint controller directly."),
        RouteKind.SUGGESTED: _suggested(reason),
    }
    return words[reason.kind]


def route_words_to_person(reason: RouteReason) -> str:
    """The same, said to the person who chose."""
    if reason.kind is RouteKind.CHOSEN_BY_PERSON:
        return _("You chose it.")
    if reason.kind is RouteKind.CONTROLLERS_OWN_LINK:
        return _("You came from this organisation’s own link.")
    if reason.kind is RouteKind.SEIZED_DIRECTLY:
        return _("You asked this organisation itself, among those in charge together.")
    return route_words(reason)


def _suggested(reason: RouteReason) -> str:
    because = _(", and also ").join(map(suggestion_words, reason.because))
    if not because:
        return _("Suggested by the service, then chosen.")
    return _("Suggested, then chosen: %(because)s.", because=because)
