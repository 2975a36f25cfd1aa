"""Tidies what is over."""

from flask import current_app

from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.ports import Ports
from hub.services.backlog import forgotten_batches
from hub.services.calendar import redate_open
from hub.services.documents import release_files
from hub.services.identifications import forget_over
from hub.services.identity_documents import destroy_forgotten, forget_destroyed
from hub.services.mail_to_strangers import forget_old_mails
from hub.services.member_sessions import forget_sessions
from hub.services.representing import end_expired_mandates
from hub.services.tickets import forget_tickets
from hub.services.unit_of_work import unit_of_work
from hub.services.upkeep import close_finished, close_settled, forget_visits
from hub.services.uploads import forget_abandoned


def sweep() -> int:
    """Forget finished visits and sessions, unused tickets, files never imported or never sent whole
    and copies nobody decided on; end mandates whose day is over; close what is over, date again.

    Says how many rows it touched.
    """
    ports: Ports = current_app.extensions["ports"]
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        forgotten = forget_visits(work) + forget_over(work) + forget_sessions(work)
        forgotten += forget_tickets(work)
        forget_old_mails(work)
    if ports.files.is_well():
        _forget_files(ports)
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        forgotten += end_expired_mandates(work)
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        closed = close_settled(work)
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        closed += close_finished(work)
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        return forgotten + closed + redate_open(work)


def _forget_files(ports: Ports) -> None:
    """Only while the store answers: the lines that are forgotten are all that names the files."""
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        files = forgotten_batches(work)
        copies = destroy_forgotten(work)
        abandoned = forget_abandoned(work)
    release_files(ports, [*files, *abandoned])
    if copies and release_files(ports, copies.values()):
        with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
            forget_destroyed(work, list(copies))
