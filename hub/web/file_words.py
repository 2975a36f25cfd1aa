"""Why a file was refused, in words."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub.errors import HubError
from hub.ports import Caution
from hub.web.filters import file_size

FOR_THE_WORDS = 4 * 1_048_576
"""What a form keeps for its words and for the edges of its parts."""
KINDS = ".pdf,.png,.jpg,.jpeg,.csv,.txt,.json,.xlsx,.docx,.zip"

REASONS = {
    "archive_kind_not_allowed": _l("the archive holds a file of a kind that is not accepted"),
    "archive_too_large_inside": _l("the archive is too large once opened"),
    "archive_too_many_files": _l("the archive holds too many files"),
    "archive_unsafe_name": _l("the archive holds a file with an unsafe name"),
    "damaged": _l("the file is damaged"),
    "empty": _l("the file is empty"),
    "has_macros": _l("the file holds macros"),
    "kind_not_allowed": _l("this kind of file is not accepted"),
    "not_what_its_name_says": _l("the content is not what the name of the file says"),
    "password_protected": _l("the file is protected by a password"),
    "too_many_pixels": _l("the picture is too large"),
}


_WAITS = {
    "being_checked": _l("The file is being checked: wait a moment."),
    "filing_disputed": _l("The person says that the request is not hers: no file is taken."),
}


def file_refusal_words(filename: str, refusal: HubError) -> str:
    """One sentence: the file, and why it was not taken."""
    if refusal.code == "file_too_large":
        limit = limit_words(int(refusal.facts.get("limit", 0)))
        return _("“%(file)s” is larger than %(limit)s.", file=filename, limit=limit)
    if refusal.code == "file_infected":
        return _("“%(file)s” is refused: the antivirus knows it to do harm.", file=filename)
    if refusal.code == "scanner_unavailable":
        return _(
            "“%(file)s” cannot be taken now: the antivirus does not answer. Nothing is lost: try "
            "again in a few minutes.",
            file=filename,
        )
    if refusal.code == "storage_full":
        return _("“%(file)s” could not be kept: the disk of the hub is full.", file=filename)
    if refusal.code == "files_unavailable":
        return _(
            "“%(file)s” cannot be kept at this moment. Nothing is lost: try again in a few "
            "minutes.",
            file=filename,
        )
    if refusal.code in _WAITS:
        return str(_WAITS[refusal.code])
    reason = REASONS.get(str(refusal.facts.get("reason", "")))
    if reason is None:
        return _("“%(file)s” could not be kept.", file=filename)
    return _("“%(file)s” is refused: %(reason)s.", file=filename, reason=reason)


CAUTIONS = {
    Caution.EMBEDDED_FILE: _l("it holds other files"),
    Caution.FORM: _l("it holds a form that may send what is typed"),
    Caution.JAVASCRIPT: _l("it holds a small program (JavaScript)"),
    Caution.LAUNCH: _l("it may open a program or another document"),
    Caution.MEDIA: _l("it holds sound, video or 3D"),
    Caution.NOT_INSPECTED: _l("we could not look inside it"),
    Caution.NOT_SCANNED: _l("it is too large for our antivirus"),
}


def caution_words(cautions: Iterable[Caution]) -> str:
    """What a reader should know before opening a file, in one line; nothing for a plain file."""
    return ", ".join(str(CAUTIONS[one]) for one in cautions)


def total_words(most_bytes: int) -> str:
    """What the files of one form may weigh in all, where a form of `most_bytes` is taken."""
    return limit_words(most_bytes - FOR_THE_WORDS)


def limit_words(octets: int) -> str:
    """A limit in whole megabytes, rounded down: 20 MiB is said "20 MB", never 21."""
    return file_size(octets // 1_048_576 * 1_000_000 or octets)
