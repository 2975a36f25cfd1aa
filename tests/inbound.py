"""Mails as controllers and mail servers send them, and the way in for tests."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from apiflask import APIFlask

from config import Settings
from hub.commands.mail_intake import MailIntake
from hub.domain.directory import Channel, ContactRole, ContactStatus, Source
from hub.models.columns import new_id
from hub.models.directory import ContactPoint

DOMAIN = "reponse.hub.example"
DPO = "dpo@chu.example"


def written(text: str = "Aucune donnée à son nom.", sender: str = DPO, **headers: str) -> bytes:
    """A mail that a controller writes, without file."""
    return letter(text, sender, **headers).as_bytes()


def letter(text: str = "Voici.", sender: str = DPO, **headers: str) -> EmailMessage:
    """The same, still open to files."""
    message = EmailMessage()
    message["From"], message["Subject"] = sender, headers.pop("Subject", "Re: à lire")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def returned(recipient: str = DPO, status: str = "5.1.1", message_id: str = "x@y.example") -> bytes:
    """The report of a mail server that could not deliver (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@chu.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: <{message_id}>\r\n\r\n--b--\r\n"
    ).encode()


def intake_of(app: APIFlask, settings: Settings, **changes: Any) -> MailIntake:
    """The way in, for a hub that takes mail and trusts the relay mx.hub.example."""
    chosen = {"reply_domain": DOMAIN, "authserv_id": "mx.hub.example"} | changes
    for name, value in chosen.items():
        object.__setattr__(settings, name, value)
    return MailIntake(app, settings)


def add_mailbox(work: Any, organisation_id: Any, address: str = DPO) -> Any:
    """The registered mailbox of an organisation."""
    point = ContactPoint(
        id=new_id(),
        organisation_id=organisation_id,
        role=ContactRole.RIGHTS_REQUESTS,
        channel=Channel.EMAIL,
        address=address,
        status=ContactStatus.UNVERIFIED,
        source=Source.HAND,
    )
    work.session.add(point)
    work.session.flush()
    return point.id
