"""Who uses my health data? The public directory: search, list, and one page a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for

from hub.domain.directory import Channel, ContactRole, ProcessingKind, Source
from hub.domain.mailboxes import is_function_mailbox
from hub.domain.rights import Right
from hub.domain.rights_matrix import Override, Status, applicability, read_override
from hub.queries.directory import directory_counts, processing_detail, search_processings
from hub.queries.directory_rows import ControllerRow, ProcessingRow, PurposeRow
from hub.web.access import anyone
from hub.web.law_words import (
    ApplicabilityWords,
    NamedWords,
    applicability_words,
    identifier_words,
    legal_basis_words,
    organisation_kind_words,
    right_words,
    words_of,
)
from hub.web.locale import current_language
from hub.web.work import reading

bp = Blueprint("directory", __name__, url_prefix="/qui-utilise-mes-donnees")

PAGE = 20
LONGEST_SEARCH = 200
SHOWN_RIGHTS = (
    Right.ACCESS,
    Right.RECTIFICATION,
    Right.ERASURE,
    Right.RESTRICTION,
    Right.OBJECTION,
    Right.CONSENT_WITHDRAWAL,
    Right.PORTABILITY,
)
SHOWN_WHEN_OPEN = frozenset({Right.CONSENT_WITHDRAWAL, Right.PORTABILITY})
CATALOGUES = frozenset({Source.HEALTHDCAT, Source.HDH_PROJECTS})
"""Sources whose sheets describe a processing without its controller having said so here."""
_KIND_PARAMETERS = {"bases": ProcessingKind.DATABASE, "projets": ProcessingKind.PROJECT}


@dataclass(frozen=True, slots=True)
class GivenRight:
    """A right as a page shows it for one purpose."""

    title: str
    found: ApplicabilityWords


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """A purpose as a page shows it: its title, its legal basis and the rights it gives."""

    title: str
    legal_basis: NamedWords
    rights: tuple[GivenRight, ...]


@dataclass(frozen=True, slots=True)
class ControllerWords:
    """A controller as a page shows it: who, what kind, its part, and the address of a function."""

    name: str
    kind: str
    part: ControllerRow
    email: str | None
    is_for_data_protection: bool
    letter: str | None


@bp.get("")
@anyone
def search() -> str:
    """Databases and projects that use health data, found by plain words."""
    asked = _words_asked()
    chosen = request.args.get("type", "")
    page = search_processings(
        reading(),
        asked,
        PAGE,
        _identifier("apres"),
        kind=_KIND_PARAMETERS.get(chosen),
        before=_identifier("avant"),
    )
    return render_template(
        "public/directory/search.html",
        asked=asked,
        chosen=chosen if chosen in _KIND_PARAMETERS else "",
        counts=directory_counts(reading(), asked),
        page=page,
        next_url=_page_url(asked, chosen, "apres", page.next_after),
        previous_url=_page_url(asked, chosen, "avant", page.previous_before),
        language=current_language(),
        words_of=words_of,
    )


@bp.get("/<uuid:processing_id>")
@anyone
def detail(processing_id: UUID) -> str:
    """One database or project: what it is, who answers for it, and what one can do."""
    found = processing_detail(reading(), processing_id)
    if found is None:
        abort(404)
    return render_template(
        "public/directory/detail.html",
        detail=found,
        row=found.row,
        purposes=[_purpose(one, found.row) for one in found.row.purposes],
        controllers=[_controller(one) for one in found.row.controllers],
        filing_url=f"/demander?base={processing_id}",
        is_unchecked=found.verified_at is None and found.source in CATALOGUES,
        language=current_language(),
        words_of=words_of,
        identifier_words=identifier_words,
    )


def _words_asked() -> str:
    """What was typed, bounded and without control characters."""
    typed = request.args.get("q", "")[:LONGEST_SEARCH]
    return "".join(letter for letter in typed if letter.isprintable()).strip()


def _identifier(name: str) -> UUID | None:
    """An id given in the address; anything else starts the list again."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _page_url(asked: str, chosen: str, way: str, place: UUID | None) -> str | None:
    if place is None:
        return None
    kept = {"q": asked, "type": chosen, way: str(place)}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{url_for('directory.search')}?{query}"


def _purpose(purpose: PurposeRow, row: ProcessingRow) -> PurposeWords:
    return PurposeWords(
        purpose.title_in(current_language()),
        legal_basis_words(purpose.legal_basis),
        tuple(_rights(purpose, read_override(row.overrides))),
    )


def _rights(purpose: PurposeRow, override: Override) -> Iterator[GivenRight]:
    """What can be asked, and what cannot with the reason; what is beside the point is left out."""
    for right in SHOWN_RIGHTS:
        found = applicability(right, purpose.legal_basis, purpose.context, override)
        if found.status is not Status.NO or right not in SHOWN_WHEN_OPEN:
            yield GivenRight(right_words(right).title, applicability_words(found))


def _controller(row: ControllerRow) -> ControllerWords:
    """The mailbox for data protection first; a person's own mailbox is never shown."""
    published = [
        one
        for one in row.contacts
        if one.channel is Channel.EMAIL and is_function_mailbox(one.address)
    ]
    published.sort(key=lambda one: one.role is ContactRole.GENERAL)
    email = published[0] if published else None
    letters = (one.address for one in row.contacts if one.channel is Channel.POST)
    return ControllerWords(
        row.name,
        organisation_kind_words(row.kind),
        row,
        email.address if email else None,
        email is not None and email.role is not ContactRole.GENERAL,
        next(letters, None),
    )
