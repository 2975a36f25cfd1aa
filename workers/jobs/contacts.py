"""Keeps contact points true: asks their readers twice a year, and the network once a month."""

from flask import current_app

from hub.domain.actors import SYSTEM
from hub.domain.contact_points import Reachability
from hub.extensions import db
from hub.ports import Ports
from hub.queries.contact_points import domains_to_check
from hub.services.contact_points import ask_readers, record_checks
from hub.services.unit_of_work import unit_of_work

MOST_ASKED = 100
MOST_CHECKED = 200
MOST_SILENT = 5
"""Domains in a row of which nothing is known: the network is away, the rest waits for tomorrow."""


def keep_contacts_true() -> int:
    """Ask and check what is due; says how many contact points it touched."""
    ports: Ports = current_app.extensions["ports"]
    due = domains_to_check(db.session(), ports.clock.now(), MOST_CHECKED)
    db.session.rollback()
    found, by_domain, silent = {}, dict[str, Reachability](), 0
    for point_id, domain in due.items():
        if domain not in by_domain:
            by_domain[domain] = ports.mail_domains.takes_mail(domain)
            silent = silent + 1 if by_domain[domain] is Reachability.NOT_KNOWN else 0
        found[point_id] = by_domain[domain]
        if silent >= MOST_SILENT:
            break
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        record_checks(work, found)
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        return len(found) + ask_readers(work, MOST_ASKED)
