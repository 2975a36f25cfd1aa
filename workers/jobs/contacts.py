"""Keeps contact points true: asks their readers twice a year, and the network once a month."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import islice
from uuid import UUID

from flask import current_app

from hub.domain.actors import SYSTEM
from hub.domain.contact_points import Reachability
from hub.extensions import db
from hub.ports import Ports
from hub.queries.contact_points import domains_to_check, pages_to_check
from hub.services.contact_points import ask_readers, looked_at, record_checks
from hub.services.endpoints import keep_endpoints_true
from hub.services.unit_of_work import unit_of_work

MOST_ASKED = 100
MOST_CHECKED = 200
MOST_SILENT = 5
"""Domains in a row of which nothing is known: the network is away, the rest waits for tomorrow."""
MOST_PAGES = 80
AT_ONCE = 8
"""Pages asked at the same time: ten deadlines in a row at most."""


def keep_contacts_true() -> int:
    """Ask and check what is due; says how many contact points and endpoints it touched."""
    ports: Ports = current_app.extensions["ports"]
    now = ports.clock.now()
    found = _domains(ports, now) | _pages(ports, now)
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        record_checks(work, found)
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        endpoints = keep_endpoints_true(work)
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        return len(found) + endpoints + ask_readers(work, MOST_ASKED)


def _domains(ports: Ports, now: datetime) -> dict[UUID, Reachability]:
    due = domains_to_check(db.session(), now, MOST_CHECKED)
    db.session.rollback()
    found, by_domain, silent = {}, dict[str, Reachability](), 0
    for point_id, domain in due.items():
        if domain not in by_domain:
            by_domain[domain] = ports.mail_domains.takes_mail(domain)
            silent = silent + 1 if by_domain[domain] is Reachability.NOT_KNOWN else 0
        found[point_id] = by_domain[domain]
        if silent >= MOST_SILENT:
            break
    return found


def _pages(ports: Ports, now: datetime) -> dict[UUID, Reachability]:
    due = iter(pages_to_check(db.session(), now, MOST_PAGES).items())
    db.session.rollback()
    found = dict[UUID, Reachability]()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while some := dict(islice(due, AT_ONCE)):
            said = list(pool.map(partial(looked_at, ports.outward), some.values()))
            found |= zip(some, said, strict=True)
            if set(said) == {Reachability.NOT_KNOWN} and len(said) == AT_ONCE:
                break
    return found
