"""The file a person takes to the CNIL: one ZIP, built in memory, bounded, in her visit only."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _

from hub.domain.complaints import POLICY
from hub.domain.directory import fold
from hub.errors import NotFound
from hub.port_errors import FileMissing, SealBroken
from hub.queries.tracking import documents_for_person
from hub.queries.tracking_rows import TrackedFile, TrackedReferral
from hub.queries.visits import OpenVisit
from hub.web.acknowledgement_paper import acknowledgement_pdf
from hub.web.filters import day
from hub.web.public.cnil_pieces import (
    Complained,
    answer_paper,
    case_paper,
    cover_letter,
    request_paper,
)
from hub.web.public.cnil_record import record_json
from hub.web.work import ports, reading

LETTER = "1-lettre-a-la-cnil.pdf"
REQUEST = "2-ma-demande.pdf"
RECORD = "donnees.jsonld"
INDEX = "INDEX.txt"
LONGEST_SLUG = 40


@dataclass
class _Pieces:
    """Pieces by name, the documents opened for it, and those that could not be joined."""

    contents: dict[str, bytes] = field(default_factory=dict)
    document_ids: list[UUID] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    bytes_of_files: int = 0

    def add(self, name: str, content: bytes) -> None:
        self.contents[name] = content

    def digests(self) -> list[tuple[str, str]]:
        return [
            (name, hashlib.sha256(content).hexdigest()) for name, content in self.contents.items()
        ]


class _Visited:
    """The documents that her visit opens; found and unlocked once, however many there are."""

    def __init__(self, visit: OpenVisit) -> None:
        self._visit = visit
        self._found = documents_for_person(reading(), visit.rights_request_id)

    @cached_property
    def _private(self) -> str:
        return ports().keyring.open_for_visit(self._visit.box_sealed, self._visit.token)

    def content(self, document_id: UUID) -> bytes:
        """What is in one of them; raises NotFound, FileMissing, SealBroken."""
        document = self._found.get(document_id)
        if document is None:
            raise NotFound(document_id=document_id)
        parts = ports().files.read(str(document.storage_key), opened_with=self._private)
        return b"".join(parts)


@dataclass(frozen=True)
class CnilFile:
    """The ZIP and its SHA-256, and the documents of the answers that were opened to be in it."""

    content: bytes
    sha256: str
    document_ids: tuple[UUID, ...]


def build_cnil_file(visit: OpenVisit, complained: Complained, now: datetime) -> CnilFile:
    """Build the whole file, in French, from what she may see and what her visit can open."""
    pieces, visited = _Pieces(), _Visited(visit)
    papers = ports().papers
    with force_locale("fr"):
        pieces.add(REQUEST, papers.render_record(request_paper(complained)))
        for number, referral in enumerate(complained.referrals, start=1):
            _add_controller(visited, complained, referral, pieces, number)
        names = tuple(pieces.contents)
        letter = papers.render_letter(cover_letter(complained, _enclosures(names, pieces)))
        index_head = _index_head(pieces, complained)
    pieces.contents = {LETTER: letter, **pieces.contents}
    pieces.add(RECORD, record_json(complained, pieces.digests()))
    index = "".join(f"{digest}  {name}\n" for name, digest in pieces.digests())
    pieces.add(INDEX, (index_head + index).encode())
    content = _zipped(pieces.contents, now)
    return CnilFile(content, hashlib.sha256(content).hexdigest(), tuple(pieces.document_ids))


def _add_controller(
    visited: _Visited,
    complained: Complained,
    referral: TrackedReferral,
    pieces: _Pieces,
    number: int,
) -> None:
    folder = f"organisme-{number}-{_slug(referral.organisation_name)}"
    papers = ports().papers
    pieces.add(f"{folder}/dossier.pdf", papers.render_record(case_paper(complained, referral)))
    for rank, kept in enumerate(referral.acknowledgements, start=1):
        if kept.content:
            name = f"{folder}/accuse-de-reception-{rank}.pdf"
            pieces.add(name, acknowledgement_pdf(kept, kept.content))
    for rank, answer in enumerate(reversed(referral.answers), start=1):
        if answer.needs:
            on = day(answer.sent_at)
            why = _("answer of %(date)s: identity not proven", date=on)
            if answer.frozen_at:
                why = _("answer of %(date)s: closed, it may hold what is not yours", date=on)
            pieces.left_out.append(why)
            continue
        paper = answer_paper(complained, referral, answer)
        pieces.add(f"{folder}/reponse-{rank}.pdf", papers.render_record(paper))
        for place, one in enumerate(answer.files, start=1):
            name = f"{folder}/reponse-{rank}-document-{place}-{_file_name(one.title)}"
            _add_file(visited, one, name, pieces)


def _add_file(visited: _Visited, one: TrackedFile, name: str, pieces: _Pieces) -> None:
    """Join a file of an answer, if it is kept, opens in this visit, and does not weigh too much."""
    if not one.is_kept:
        pieces.left_out.append(_("%(title)s: no longer kept", title=one.title))
        return
    if pieces.bytes_of_files + one.size > POLICY.most_bytes_of_files:
        pieces.left_out.append(_("%(title)s: too heavy, to be joined apart", title=one.title))
        return
    try:
        content = visited.content(one.id)
    except (FileMissing, SealBroken, NotFound):
        pieces.left_out.append(_("%(title)s: could not be opened", title=one.title))
        return
    pieces.add(name, content)
    pieces.document_ids.append(one.id)
    pieces.bytes_of_files += len(content)


def _enclosures(names: Iterable[str], pieces: _Pieces) -> tuple[str, ...]:
    left_out = [_("Not joined: %(what)s", what=what) for what in pieces.left_out]
    return (*names, RECORD, INDEX, *left_out)


def _index_head(pieces: _Pieces, complained: Complained) -> str:
    lines: Iterator[str] = iter(
        (
            _("Pieces of the file %(reference)s", reference=complained.found.reference),
            _("Each line: fingerprint (SHA-256), then name. To check: sha256sum -c INDEX.txt"),
            *(_("Not joined: %(what)s", what=what) for what in pieces.left_out),
        )
    )
    return "".join(f"# {line}\n" for line in lines)


def _zipped(contents: dict[str, bytes], now: datetime) -> bytes:
    local = now.astimezone(ZoneInfo("Europe/Paris"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, local.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def _slug(words: str) -> str:
    plain = "".join(c for c in fold(words) if c.isascii())
    return "-".join(plain.split())[:LONGEST_SLUG].strip("-") or "sans-nom"


def _file_name(title: str) -> str:
    stem, _dot, extension = title.rpartition(".")
    return f"{_slug(stem or title)}.{_slug(extension)}" if stem else _slug(title)
