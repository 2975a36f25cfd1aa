"""What of the hub is degraded at this moment; /readyz and the operator's page say the same."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.ports import Ports
from hub.queries.delivery_health import (
    is_any_circuit_open,
    is_late,
    last_filed_at,
    unaccounted_referrals,
)


def degraded_parts(session: Session, ports: Ports) -> list[str]:
    """The parts that do not work as they should; filing goes on all the same."""
    parts = {
        "queue": not ports.doorbell.health().get("reachable"),
        "journal": not ports.journal.is_writable(),
        "files": not ports.files.is_well(),
        "deliveries": is_late(session, ports.clock.now()),
        "circuits": is_any_circuit_open(session),
        "referrals": unaccounted_referrals(session) > 0,
    }
    return [part for part, is_degraded in parts.items() if is_degraded]


def degraded_words(part: str) -> str:
    """A degraded part, for an operator."""
    return {
        "queue": _("queue silent"),
        "journal": _("second copy of filings away"),
        "files": _("files out of reach"),
        "deliveries": _("deliveries late"),
        "circuits": _("some ways bring nothing"),
        "referrals": _("referrals without a delivery: a fault of the hub"),
    }.get(part, part)


def journal_lag_seconds(session: Session, ports: Ports) -> float:
    """For how long the newest filing has not been in the journal; 0 when it is there."""
    filed_at, written_at = last_filed_at(session), ports.journal.last_written_at()
    if filed_at is None or (written_at is not None and written_at >= filed_at):
        return 0.0
    return max(0.0, (ports.clock.now() - filed_at).total_seconds())
