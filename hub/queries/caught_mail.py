"""What the mail catcher of a demonstration caught: files of a folder, read and never changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

MOST_SHOWN = 200
_NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")


@dataclass(frozen=True)
class CaughtMail:
    """One mail as it arrived; `text` is its plain part, `caught_at` in UTC."""

    id: str
    caught_at: datetime
    sender: str
    recipients: str
    subject: str
    text: str


def caught_mails(spool: Path, limit: int = MOST_SHOWN) -> list[CaughtMail]:
    """The mails caught last, newest first."""
    newest = sorted(spool.glob("*.eml"), reverse=True)[:limit]
    found = (caught_mail(spool, path.stem) for path in newest)
    return [mail for mail in found if mail is not None]


def count_caught(spool: Path) -> int:
    """How many mails are kept."""
    return sum(1 for _ in spool.glob("*.eml"))


def caught_mail(spool: Path, mail_id: str) -> CaughtMail | None:
    """The mail of this id, or None: an id is never taken for a path."""
    if not _NAME.fullmatch(mail_id):
        return None
    try:
        content = (spool / f"{mail_id}.eml").read_bytes()
    except OSError:
        return None
    message = message_from_bytes(content, policy=policy.default)
    nanoseconds = int(mail_id.partition("-")[0])
    return CaughtMail(
        id=mail_id,
        caught_at=datetime.fromtimestamp(nanoseconds / 1e9, UTC),
        sender=str(message["From"] or ""),
        recipients=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=_plain_text(message),
    )


def _plain_text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
