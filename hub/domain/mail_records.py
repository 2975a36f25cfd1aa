"""What must stand in the DNS so that the hub's mails arrive, and answers come back.

SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489): without them mail servers put messages aside.
"""

from dataclasses import dataclass
from enum import StrEnum

DKIM_SELECTOR = "hub"


class RecordNeed(StrEnum):
    """What a record is for."""

    DKIM = "dkim"
    DMARC = "dmarc"
    REPLIES = "replies"
    SPF = "spf"


@dataclass(frozen=True)
class MailRecord:
    """One record to publish: its name, its type, and its value or a model of it."""

    name: str
    kind: str
    value: str
    need: RecordNeed


def records_to_publish(sender: str, reply_domain: str | None) -> list[MailRecord]:
    """The records for a sender's address and, where answers come back by e-mail, their domain.

    Answers' domain is also where mail servers send back what they could not deliver: it is the
    envelope's, which SPF looks at.
    """
    domain = sender.rpartition("@")[2]
    envelopes = dict.fromkeys(one for one in (domain, reply_domain) if one)
    records = [
        MailRecord(one, "TXT", f"v=spf1 a:mail.{domain} -all", RecordNeed.SPF) for one in envelopes
    ]
    key = f"{DKIM_SELECTOR}._domainkey.{domain}"
    records.append(MailRecord(key, "TXT", "v=DKIM1; k=rsa; p=MIIB…", RecordNeed.DKIM))
    policy = f"v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}"
    records.append(MailRecord(f"_dmarc.{domain}", "TXT", policy, RecordNeed.DMARC))
    if reply_domain:
        mail_server = f"10 mail.{domain}."
        records.insert(0, MailRecord(reply_domain, "MX", mail_server, RecordNeed.REPLIES))
    return records
