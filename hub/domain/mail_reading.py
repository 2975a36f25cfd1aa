"""Reads a mail as it came over the wire, within bounds that no mail of a person exceeds.

What is past them is refused before it is parsed: a bomb of parts or of headers costs a scan.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as internet_policy
from html.parser import HTMLParser
from typing import Any

from hub.domain.inbound_mail import AttachedFile, DeliveryStatus, MailSigns, ReadMail, own_words
from hub.errors import HubError

LARGEST_MAIL = 25 * 1024 * 1024
MOST_HEADERS = 300
MOST_HEADER_LINES = 3_000
MOST_HEADER_BYTES = 64 * 1024
MOST_PARTS = 100
MOST_DEPTH = 10
MOST_DASHED_LINES = 10_000
MOST_FILES = 20
LONGEST_TEXT = 20_000
LONGEST_SUBJECT = 300
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_HEADER = re.compile(rb"^[^\s:]+:", re.MULTILINE)
_PART = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_DASHED = re.compile(rb"^--", re.MULTILINE)
_LONG_FOLD = re.compile(
    rb"^content-(?:type|disposition)[ \t]*:[^\n]*(?:\n[ \t][^\n]*){30}",
    re.IGNORECASE | re.MULTILINE,
)
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
_ADDRESS = re.compile(r"<?([^\s<>\"(),:;\\]{1,64}@[^\s<>\"(),:;\\]{1,190})>?\s*$")
_BLANKS = re.compile(r"\n{3,}")
_REPORT = "multipart/report"


class MailUnreadable(HubError):
    """A mail that cannot be taken as it is; `facts['reason']` says why."""

    code = "mail_unreadable"


def read_mail(content: bytes, envelope_from: str) -> ReadMail:
    """The mail of these bytes. Raises MailUnreadable (`too_large`, `headers`, `parts`, `depth`,
    `broken`).
    """
    _check_bounds(content)
    try:
        message = message_from_bytes(content, policy=internet_policy)
        parts = list(_parts(message))
        signs = replace(_signs(message), envelope_from=envelope_from.strip("<>"))
        return ReadMail(
            sender=_address(_raw(message, "from")),
            subject=_one_line(_text_of(message, "subject"))[:LONGEST_SUBJECT],
            text=own_words(_body(message))[:LONGEST_TEXT],
            signs=replace(signs, statuses=tuple(_statuses(parts))),
            files=tuple(_files(message)) if not signs.is_report else (),
            authentication=tuple(_all(message, "authentication-results")),
            answers_to=tuple(_answers_to(message, parts)),
        )
    except MailUnreadable:
        raise
    except Exception as broken:  # the parser's own faults are many, and each is the mail's
        raise MailUnreadable(reason="broken") from broken


def recipient_named(content: bytes) -> str:
    """The recipient that the relay wrote on top of a mail, for a pipe that names none; else ""."""
    _check_bounds(content)
    head = _head_of(content) or content
    message = message_from_bytes(head + b"\n\n", policy=internet_policy)
    for name in ("x-original-to", "delivered-to", "envelope-to"):
        for value in _all(message, name):
            return _address(value)
    return ""


def _check_bounds(content: bytes) -> None:
    if len(content) > LARGEST_MAIL:
        raise MailUnreadable(reason="too_large")
    head = _head_of(content)
    if head is None and len(content) > MOST_HEADER_BYTES:
        raise MailUnreadable(reason="headers")
    head = head or content
    if head.count(b"\n") >= MOST_HEADER_LINES or len(_HEADER.findall(head)) > MOST_HEADERS:
        raise MailUnreadable(reason="headers")
    if not re.match(rb"[!-9;-~]+[ \t]*:|From ", content):
        raise MailUnreadable(reason="broken")
    if _more_than(_PART, content, MOST_PARTS) or _more_than(_DASHED, content, MOST_DASHED_LINES):
        raise MailUnreadable(reason="parts")
    if _LONG_FOLD.search(content):
        raise MailUnreadable(reason="headers")


def _head_of(content: bytes) -> bytes | None:
    """The headers of a mail; None when no blank line ends them within the bound."""
    end = _END_OF_HEAD.search(content[: MOST_HEADER_BYTES + 4])
    return content[: end.start()] if end else None


def _more_than(pattern: re.Pattern[bytes], content: bytes, most: int) -> bool:
    return any(number >= most for number, _ in enumerate(pattern.finditer(content)))


def _parts(message: Any, depth: int = 0) -> Iterator[Any]:
    """Every part, the outermost first. Raises MailUnreadable past the bounds."""
    if depth > MOST_DEPTH:
        raise MailUnreadable(reason="depth")
    yield message
    inner = message.get_payload() if message.is_multipart() else ()
    for part in inner:
        yield from _parts(part, depth + 1)


def _signs(message: EmailMessage) -> MailSigns:
    is_list = any(name in message for name in ("list-id", "list-unsubscribe", "list-post"))
    suppress = _raw(message, "x-auto-response-suppress").lower()
    machine = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from")
    return MailSigns(
        auto_submitted=_raw(message, "auto-submitted"),
        precedence=_raw(message, "precedence"),
        is_list=is_list,
        # Exchange writes it on its own out-of-office replies; a person's mail may say "DR".
        suppresses_replies="all" in suppress or "oof" in suppress,
        is_auto_response=any(name in message for name in machine),
        is_report=message.get_content_type() == _REPORT
        and _parameter(message, "report-type") != "disposition-notification",
    )


def _parameter(message: EmailMessage, name: str) -> str:
    return str(message.get_param(name) or "").lower()


def _statuses(parts: list[Any]) -> Iterator[DeliveryStatus]:
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload() if part.is_multipart() else ():
            if "action" in block or "status" in block:
                recipient = _raw(block, "final-recipient").rpartition(";")[2].strip()
                yield DeliveryStatus(
                    _raw(block, "action").strip(), _raw(block, "status").strip(), recipient
                )


def _answers_to(message: EmailMessage, parts: list[Any]) -> Iterator[str]:
    for name in ("in-reply-to", "references"):
        yield from _MESSAGE_ID.findall(_raw(message, name)[:4_000])
    for part in parts:
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            headers = str(part.get_payload())[:MOST_HEADER_BYTES]
            yield from re.findall(r"(?im)^message-id:\s*<([^<>\s]{1,250})>", headers)
        elif kind == "message/rfc822" and part.is_multipart():
            yield from _MESSAGE_ID.findall(_raw(part.get_payload(0), "message-id"))


def _body(message: EmailMessage) -> str:
    found = message.get_body(preferencelist=("plain", "html"))
    if found is None:
        return ""
    text = _decoded(found)
    if found.get_content_subtype() == "html":
        text = _Shown.text_of(text)
    return _BLANKS.sub("\n\n", text.replace("\r\n", "\n"))


def _decoded(part: Any) -> str:
    """The text of a part, whatever charset it claims."""
    content = part.get_payload(decode=True) or b""
    try:
        return str(content.decode(part.get_content_charset() or "utf-8"))
    except (LookupError, ValueError):
        return str(content.decode("utf-8", "replace"))


def _files(message: EmailMessage) -> Iterator[AttachedFile]:
    """The files attached; pictures of a signature inside the page are not answers."""
    for number, part in enumerate(message.iter_attachments()):
        if number >= MOST_FILES:
            raise MailUnreadable(reason="parts")
        if part.get_content_disposition() == "inline" and part.get("content-id"):
            continue
        content = part.get_payload(decode=True)
        name = part.get_filename() or ""
        if isinstance(content, bytes) and name:
            yield AttachedFile(_one_line(name)[:200], content)


def _raw(message: Any, name: str) -> str:
    """A header as it was written, unfolded; "" when there is none."""
    return next(iter(_all(message, name)), "")


def _all(message: Any, name: str) -> list[str]:
    found = (value for key, value in message.raw_items() if key.lower() == name)
    return [" ".join(str(value).split()) for value in found]


def _text_of(message: EmailMessage, name: str) -> str:
    """A header with its encoded words read; long ones are left as they are written."""
    raw = _raw(message, name)
    return str(message[name]) if raw and len(raw) <= 2_000 else raw


def _address(text: str) -> str:
    found = _ADDRESS.search(text.strip()[-400:])
    return found[1] if found else ""


def _one_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


class _Shown(HTMLParser):
    """The words that a page shows."""

    SILENT = frozenset({"head", "script", "style", "title"})
    BREAKING = frozenset({"br", "div", "li", "p", "tr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0

    @classmethod
    def text_of(cls, page: str) -> str:
        reader = cls()
        reader.feed(page)
        reader.close()
        lines = "".join(reader._pieces).splitlines()
        return "\n".join(" ".join(line.split()) for line in lines).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, or stop listening."""
        if tag in self.BREAKING:
            self._pieces.append("\n")
        if tag in self.SILENT:
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        """Listen again."""
        if tag in self.SILENT and self._silent:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        """Keep what is shown; line breaks of the source are spaces."""
        if not self._silent:
            self._pieces.append(data.replace("\n", " "))
