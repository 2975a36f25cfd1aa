"""A case of a controller where nobody has an account, and the mails that its contact gets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from hub.domain.actors import SYSTEM
from hub.models.directory import ContactPoint, Organisation
from hub.queries.outbox import due_recipients
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from tests.factories import add_organisation, add_processing, draft_for, planned
from tests.web.controller.pages import send
from workers.jobs.delivering import drain

MAILBOX = "droits@registre-sans-compte.example"
CONTACT = "Camille Le Bris"


@dataclass
class LinkedCase:
    """Filed, not yet brought."""

    organisation_id: UUID
    processing_id: UUID
    referral_id: UUID


def file_to_contact(unit: Any, ports: Any, **columns: Any) -> LinkedCase:
    """One request to one controller without members."""
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work, "Registre sans compte", **columns)
        processing_id = add_processing(work, organisation_id)
    return file_again(unit, ports, organisation_id, processing_id)


def file_again(unit: Any, ports: Any, organisation_id: UUID, processing_id: UUID) -> LinkedCase:
    """Another request to the same controller."""
    draft = draft_for(planned(organisation_id, processing_id))
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit(draft.actor) as work:
        file_request(work, plan)
    referral_id = next(rows[0]["id"] for table, rows in plan.rows if table.name == "referral")
    return LinkedCase(organisation_id, processing_id, referral_id)


def drain_all(session: Any, clock: Any) -> None:
    """Bring all that is due, and what that leads to."""
    for _ in range(3):
        for channel, recipient in due_recipients(session, clock.now(), 100):
            session.rollback()
            drain(channel, recipient)
        session.rollback()


def link_in(mail: Any) -> str:
    """The address on this hub that a mail holds."""
    found = re.search(r"https?://[^/\s]+(/lien/[0-9a-f]{64})", mail.text)
    assert found, mail.text
    return found[1]


def last_link(ports: Any) -> str:
    """The link of the last mail that has one."""
    return link_in([mail for mail in ports.mailer.sent if "/lien/" in mail.text][-1])


def last_code(ports: Any) -> str:
    """The six digits of the last mail that has some."""
    codes = [re.search(r"^(\d{6})$", mail.text, re.MULTILINE) for mail in ports.mailer.sent]
    return next(found[1] for found in reversed(codes) if found)


def come_in(client: Any, ports: Any, session: Any, clock: Any, link: str) -> Any:
    """Open the link, ask for the code and type it."""
    send(client, f"{link}/code", at=link)
    drain_all(session, clock)
    return send(client, f"{link}/entrer", at=f"{link}/code", code=last_code(ports), name=CONTACT)


def file_to_address(unit: Any, ports: Any, address: str) -> LinkedCase:
    """One request to one controller of which the directory knows the postal address alone."""
    with unit(SYSTEM) as work:
        organisation_id = add_organisation(work, "Cohorte sans adresse")
        work.session.execute(delete(ContactPoint))
        work.session.get_one(Organisation, organisation_id).postal_address = address
        processing_id = add_processing(work, organisation_id)
    return file_again(unit, ports, organisation_id, processing_id)
