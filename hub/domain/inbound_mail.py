"""What a mail that comes back is: an answer, a machine's reply, or news of a mail of ours.

Only a person's own reply may become a proposed answer, and only a member makes it an answer.
Nothing is ever sent back to a machine (RFC 3834 §2).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_A_DAY = 50
"""Mails a day for one address; the next is to be sent again tomorrow by its server."""
MOST_WAITING = 5_000
"""Mails that may wait in the holding pen together; then none more is taken."""
HARD_BOUNCES = 2
"""So many refusals for good since an address was last found true send it to review."""


class MailClass(StrEnum):
    """What a mail is (values are stored)."""

    AUTO_REPLY = "auto_reply"
    HARD_BOUNCE = "hard_bounce"
    RECEIPT = "receipt"
    REPLY = "reply"
    SOFT_BOUNCE = "soft_bounce"


BOUNCES = frozenset({MailClass.HARD_BOUNCE, MailClass.SOFT_BOUNCE})


class HeldReason(StrEnum):
    """Why a mail waits for a person to say where it goes (values are stored)."""

    CASE_OVER = "case_over"
    NO_CASE_NAMED = "no_case_named"
    NOT_FROM_ITS_DOMAIN = "not_from_its_domain"
    UNKNOWN_ADDRESS = "unknown_address"
    UNKNOWN_SENDER = "unknown_sender"
    UNREADABLE_REPORT = "unreadable_report"


@dataclass(frozen=True)
class DeliveryStatus:
    """One recipient of a report (RFC 3464 §2.3): what was done, and the code X.Y.Z."""

    action: str
    status: str
    recipient: str = ""


@dataclass(frozen=True)
class MailSigns:
    """What a mail shows of who wrote it: its envelope's sender, and some of its headers."""

    envelope_from: str = ""
    auto_submitted: str = ""
    precedence: str = ""
    is_list: bool = False
    suppresses_replies: bool = False
    is_auto_response: bool = False
    is_report: bool = False
    statuses: tuple[DeliveryStatus, ...] = ()


@dataclass(frozen=True)
class AttachedFile:
    """A file of a mail."""

    name: str
    content: bytes


@dataclass(frozen=True)
class ReadMail:
    """A mail, read. `text` is the sender's own, without what it quotes."""

    sender: str
    subject: str
    text: str
    signs: MailSigns
    files: tuple[AttachedFile, ...] = ()
    authentication: tuple[str, ...] = ()
    answers_to: tuple[str, ...] = ()
    """Message-IDs of the mails this one answers or returns."""


def class_of(signs: MailSigns) -> MailClass:
    """What a mail is, by its form alone; its words are not read.

    RFC 3464 for reports, RFC 3834 §5 for machines' replies, and the older headers that mailing
    systems still write. An empty envelope sender without a report is a machine too (RFC 5321
    §4.5.5).
    """
    if signs.is_report:
        return _class_of_report(signs.statuses)
    word = signs.auto_submitted.partition(";")[0].strip().lower()
    says_so = word not in {"", "no"}
    is_bulk = signs.precedence.strip().lower() in {"auto_reply", "bulk", "junk", "list"}
    is_machine = signs.is_auto_response or signs.is_list or signs.suppresses_replies
    has_no_sender = signs.envelope_from in {"", "<>"}
    if says_so or is_bulk or is_machine or has_no_sender:
        return MailClass.AUTO_REPLY
    return MailClass.REPLY


def _class_of_report(statuses: Sequence[DeliveryStatus]) -> MailClass:
    failed = [one for one in statuses if one.action.lower() == "failed"]
    if any(_is_for_good(one.status) for one in failed):
        return MailClass.HARD_BOUNCE
    if failed or any(one.action.lower() == "delayed" for one in statuses):
        return MailClass.SOFT_BOUNCE
    return MailClass.RECEIPT if statuses else MailClass.SOFT_BOUNCE


_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_MAILBOX_FULL = ("2", "2")
_NOT_THE_ADDRESS = frozenset({"3", "6", "7"})
"""Subjects of RFC 3463 about a system, a content or a rule: the address may be right."""


def _is_for_good(status: str) -> bool:
    found = _STATUS.match(status.strip())
    if found is None or found[1] != "5":
        return False
    return found[2] not in _NOT_THE_ADDRESS and (found[2], found[3]) != _MAILBOX_FULL


def status_code(statuses: Sequence[DeliveryStatus]) -> str:
    """The code of the first recipient that did not receive, "" when none is readable."""
    codes = (_STATUS.match(one.status.strip()) for one in statuses)
    return next((found[0] for found in codes if found), "")


SHARED_DOMAINS = frozenset(
    {
        "free.fr", "gmail.com", "gmx.com", "gmx.fr", "hotmail.com", "hotmail.fr", "icloud.com",
        "laposte.net", "live.com", "live.fr", "orange.fr", "outlook.com", "outlook.fr",
        "proton.me", "protonmail.com", "sfr.fr", "wanadoo.fr", "yahoo.com", "yahoo.fr",
    }
)  # fmt: skip
"""Where anybody has a mailbox: there the whole address must be known, not its domain alone."""


def is_known_sender(sender: str, known: Sequence[str]) -> bool:
    """Whether a sender is one of the known addresses, or writes from the domain of one."""
    address = sender.casefold()
    addresses = {one.casefold() for one in known if "@" in one}
    if address in addresses:
        return True
    domain = address.rpartition("@")[2]
    if not domain or domain in SHARED_DOMAINS:
        return False
    return domain in {one.rpartition("@")[2] for one in addresses}


_QUOTES_FROM = re.compile(
    r"""^(?:
        -{2,}\s*(?:message\ d.origine|original\ message|message\ transféré)\s*-{2,}
      | _{20,}
      | (?:le|on)\s.{0,200}(?:a\ écrit|wrote)\s*:?
      )\s*$""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)


def own_words(text: str) -> str:
    """What the sender wrote, without the mail it answers: quoted lines and all below them."""
    found = _QUOTES_FROM.search(text)
    above = text[: found.start()] if found else text
    lines = [line for line in above.splitlines() if not line.startswith(">")]
    return "\n".join(lines).strip()
