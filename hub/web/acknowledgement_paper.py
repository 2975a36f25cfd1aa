"""An acknowledgement of receipt in words, ready to be set on paper (CRPA R112-11-1)."""

from collections.abc import Callable, Iterable
from uuid import UUID

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from hub.domain.acknowledgements import (
    Acknowledgement,
    MandatoryField,
    Occasion,
    SilenceMeaning,
)
from hub.domain.directory import OrganisationKind
from hub.models.rights_request import IntakeChannel
from hub.papers import Fact, RecordPaper, RecordPart
from hub.queries.acknowledgements import KeptAcknowledgement
from hub.web.filters import day, moment
from hub.web.law_words import channel_words, right_words
from hub.web.masthead import case_masthead
from hub.web.remedies import CNIL_POSTAL
from hub.web.work import ports


def acknowledgement_pdf(kept: KeptAcknowledgement, content: Acknowledgement) -> bytes:
    """The paper as a PDF, in the language of the person, whoever asks for it."""
    with force_locale(kept.language):
        return ports().papers.render_record(acknowledgement_paper(kept, content))


def acknowledgement_file_name(content: Acknowledgement) -> str:
    """The name under which it is saved: no right, disease nor organisation in it."""
    return _("acknowledgement-%(number)s.pdf", number=content.number)


def acknowledgement_paper(kept: KeptAcknowledgement, content: Acknowledgement) -> RecordPaper:
    """Everything the paper says, in the language in use, from the facts kept and no others."""
    parts = [_service(content), _dates(content)]
    if content.to_supply:
        parts.insert(0, _to_supply(content))
    right = right_words(content.right)
    return RecordPaper(
        language=kept.language,
        masthead=case_masthead(content.reference),
        title=_("Acknowledgement of receipt"),
        lead=_LEADS[content.occasion](),
        facts=(
            Fact(_("Reference"), f"{content.reference} · {content.number}"),
            Fact(_("Your request"), f"{right.title} – {right.article}"),
            Fact(_("About"), " · ".join(content.processings)),
            Fact(_("Received on"), _received(content)),
            Fact(_("Sent to the organisation on"), moment(content.transmitted_at) or "–"),
        ),
        parts=(*parts, _silence(content), _remedies(content)),
        notes=_gaps(content),
        fingerprint=Fact(
            _("Fingerprint (SHA-256) of these facts, kept in the log of the request"), kept.sha256
        ),
    )


def missing_words(fields: tuple[MandatoryField, ...]) -> list[str]:
    """What the directory lacks of a service in charge, in words."""
    words = {
        MandatoryField.SERVICE: _("the name of its service in charge"),
        MandatoryField.ADDRESS: _("an e-mail or postal address"),
        MandatoryField.PHONE: _("a telephone number"),
    }
    return [words[field] for field in fields]


def paper_rows(
    papers: Iterable[KeptAcknowledgement], address_of: Callable[[UUID], str]
) -> list[dict[str, str]]:
    """The rows of a list of papers to save, the last one first, for the `file_list` component."""
    rows = []
    for kept in reversed(tuple(papers)):
        note = occasion_words(kept.occasion)
        title = _("Acknowledgement of %(date)s (PDF)", date=day(kept.composed_at))
        if kept.content is None:
            note = _("its content was destroyed at the end of its retention")
        elif not kept.is_whole:
            note = _("altered: tell the operator")
        href = address_of(kept.id) if kept.content else ""
        rows.append({"title": title, "href": href, "note": note, "sha256": kept.sha256})
    return rows


def occasion_words(occasion: Occasion) -> str:
    """Why this paper was composed, as the title of a link."""
    words = {
        Occasion.ACKNOWLEDGED: _("Confirmed by the organisation"),
        Occasion.COMPLETED: _("After what you added"),
        Occasion.DELIVERED: _("When it was sent"),
        Occasion.INCOMPLETE: _("With what was missing"),
    }
    return words[occasion]


def _received(content: Acknowledgement) -> str:
    way = channel_words(IntakeChannel(content.channel))
    return _("%(moment)s, Paris time. %(way)s.", moment=moment(content.received_at), way=way)


def _to_supply(content: Acknowledgement) -> RecordPart:
    return RecordPart(
        _("What is missing from your request"),
        facts=(Fact(_("To be supplied by"), day(content.complete_by_on)),),
        paragraphs=(
            content.to_supply,
            _(
                "The month that the organisation has to answer you is not stopped by this. Only "
                "the date at which its silence would count as a decision waits meanwhile."
            ),
        ),
    )


def _service(content: Acknowledgement) -> RecordPart:
    service = content.service
    unknown = _("Not known: the directory lacks it.")
    address = ", ".join(service.postal_address.split("\n"))
    facts = [
        Fact(_("Organisation"), service.organisation),
        Fact(_("Service in charge"), service.name or unknown),
        Fact(_("Postal address"), address or (unknown if not service.email else "–")),
        Fact(_("E-mail address"), service.email or (unknown if not address else "–")),
        Fact(_("Telephone"), service.phone or unknown),
    ]
    if content.agent:
        facts.append(Fact(_("Your request is handled by"), content.agent))
    return RecordPart(_("Who handles your request"), facts=tuple(facts))


def _dates(content: Acknowledgement) -> RecordPart:
    title = _("When you must be answered")
    if content.due_on is None:
        strict = day(content.strict_on)
        return RecordPart(
            title,
            paragraphs=(
                _(
                    "The time to answer stands still until you show who you are. Without that "
                    "pause, the answer was due by %(date)s.",
                    date=strict,
                ),
            ),
        )
    facts = [Fact(_("Answer at the latest"), day(content.due_on))]
    if content.notice_limit_on:
        facts.append(Fact(_("More time may be announced until"), day(content.notice_limit_on)))
    return RecordPart(
        title,
        facts=tuple(facts),
        paragraphs=(
            _(
                "If more time is needed, the organisation must tell you so before that date, with "
                "its reasons: two more months at most (GDPR, article 12)."
            ),
        ),
    )


def _silence(content: Acknowledgement) -> RecordPart:
    title = _("If nobody answers")
    if content.silence is None or content.silence_on is None:
        text = _(
            "The silence of this organisation is worth no decision: it is late from the day after "
            "the date above."
        )
        if content.organisation_kind is OrganisationKind.UNKNOWN:
            text = _(
                "We do not know yet whether this organisation is public: we cannot say what its "
                "silence is worth. It is late from the day after the date above."
            )
        return RecordPart(title, paragraphs=(text,))
    on = day(content.silence_on)
    if content.silence is SilenceMeaning.REFUSAL:
        text = _("Without an answer on %(date)s, your request is held to be refused.", date=on)
    else:
        text = _(
            "Without an answer on %(date)s, your request may be held to be refused. Which rule "
            "applies to requests of this kind is still to be confirmed.",
            date=on,
        )
    return RecordPart(title, paragraphs=(text,))


def _remedies(content: Acknowledgement) -> RecordPart:
    return RecordPart(
        _("If you disagree"),
        paragraphs=(
            _(
                "You can complain to the CNIL at any time, free of charge: cnil.fr/plaintes, or by "
                "post: %(address)s.",
                address=", ".join(CNIL_POSTAL),
            ),
            _court(content),
        ),
    )


def _court(content: Acknowledgement) -> str:
    months = content.court_months
    if content.organisation_kind.is_public:
        return ngettext(
            "You can also ask the organisation to look at its decision again, or bring the case "
            "before the administrative court (tribunal administratif) within %(num)s month of the "
            "decision, even where the decision is a silence.",
            "You can also ask the organisation to look at its decision again, or bring the case "
            "before the administrative court (tribunal administratif) within %(num)s months of "
            "the decision, even where the decision is a silence.",
            months,
        )
    if content.organisation_kind is OrganisationKind.UNKNOWN:
        return ngettext(
            "You can also go to court: the administrative court, within %(num)s month of the "
            "decision, if the organisation is public; the judicial court if it is private.",
            "You can also go to court: the administrative court, within %(num)s months of the "
            "decision, if the organisation is public; the judicial court if it is private.",
            months,
        )
    return _("You can also bring the case before the judicial court (tribunal judiciaire).")


def _gaps(content: Acknowledgement) -> tuple[Fact, ...]:
    if not content.missing:
        return ()
    lacks = ", ".join(missing_words(content.missing))
    text = _(
        "The directory lacks %(what)s. The law asks for it here: a time limit to go to court "
        "cannot be held against you as long as it is missing (CRPA, article L112-6).",
        what=lacks,
    )
    return (Fact(_("What this paper lacks"), text),)


_LEADS = {
    Occasion.ACKNOWLEDGED: lambda: _(
        "The organisation confirms that it has received your request. Keep this paper."
    ),
    Occasion.COMPLETED: lambda: _(
        "What was missing has arrived. These are the dates as they now are. Keep this paper."
    ),
    Occasion.DELIVERED: lambda: _(
        "Your request has reached the organisation. Keep this paper: it proves the date."
    ),
    Occasion.INCOMPLETE: lambda: _(
        "Something is missing from your request. Read what, and until when you can supply it."
    ),
}
