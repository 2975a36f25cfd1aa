"""What each mailer refuses before it speaks to anybody."""

import re

from hub.domain.mailboxes import is_email
from hub.port_errors import MailRefused
from hub.ports import OutgoingMail

LONGEST_SUBJECT = 200
_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


def check_mail(mail: OutgoingMail) -> None:
    """Raise MailRefused for a header that could carry another (ASVS 1.3.11).

    No control character in any header; a bare address and nothing else as recipient, without
    display name, comment, list nor quoted part; a Message-ID of RFC 5322's plain shape.
    """
    others = (one for one in (mail.reply_to, mail.envelope_from) if one is not None)
    for address in (mail.to, *others):
        if not address.isascii() or "%" in address or not is_email(address):
            raise MailRefused(reason="bad_address")
    if _LINE_BREAKS.search(mail.subject) or not 0 < len(mail.subject) <= LONGEST_SUBJECT:
        raise MailRefused(reason="bad_subject")
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise MailRefused(reason="bad_message_id")
    if not _LANGUAGE.fullmatch(mail.language):
        raise MailRefused(reason="bad_language")
