"""Liveness, readiness and metrics for whoever runs the hub."""

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Flask, Response, jsonify
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.domain.delivery_circuits import CircuitState
from hub.domain.directory import Channel
from hub.extensions import csrf, db
from hub.queries.delivery_health import (
    circuit_counts,
    paces,
    referral_counts,
    unaccounted_referrals,
)
from hub.queries.outbox import outbox_figures
from hub.web.access import anyone
from hub.web.degraded import degraded_parts, journal_lag_seconds
from hub.web.work import ports, reading

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@anyone
def alive() -> str:
    """The process answers."""
    return "ok"


@bp.get("/readyz")
@anyone
def ready() -> tuple[Response, int]:
    """200 once migrated and the database can be written; says what is degraded."""
    try:
        with db.engine.execution_options(takes_write_lock=True).begin() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))
    except Exception:
        return jsonify(status="unavailable", unavailable=["database"]), 503
    degraded = degraded_parts(reading(), ports())
    status = "degraded" if degraded else "ready"
    return jsonify(status=status, degraded=degraded), 200


@bp.get("/metrics")
@anyone
def metrics() -> Response:
    """Figures for Prometheus; counts and ages only, nothing of a person."""
    registry = CollectorRegistry()
    registry.register(_Figures())
    return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")


class _Figures:
    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The outbox, its channels and the machinery, read at the moment of the scrape."""
        session, now = reading(), ports().clock.now()
        yield from _of_outbox(session, now)
        yield from _of_channels(session, now)
        yield from _of_machinery()
        yield GaugeMetricFamily(
            "rights_hub_journal_lag_seconds",
            "For how long the newest filing has not been in the journal.",
            value=journal_lag_seconds(session, ports()),
        )


def _of_outbox(session: Session, now: datetime) -> Iterator[GaugeMetricFamily]:
    figures = outbox_figures(session, now)
    states = GaugeMetricFamily("rights_hub_deliveries", "Deliveries by state.", labels=["state"])
    for state, count in figures.by_state.items():
        states.add_metric([state], count)
    yield states
    yield GaugeMetricFamily(
        "rights_hub_oldest_waiting_seconds",
        "Age of the oldest delivery still to leave.",
        value=figures.oldest_waiting_seconds,
    )
    accepted = referral_counts(session)
    yield GaugeMetricFamily(
        "rights_hub_referrals_accepted", "Referrals accepted.", value=sum(accepted.values())
    )
    by_state = GaugeMetricFamily("rights_hub_referrals", "Referrals by state.", labels=["state"])
    for state, count in accepted.items():
        by_state.add_metric([state], count)
    yield by_state
    yield GaugeMetricFamily(
        "rights_hub_referrals_unaccounted",
        "Referrals to bring that no delivery will bring: anything but 0 is a fault.",
        value=unaccounted_referrals(session),
    )


def _of_channels(session: Session, now: datetime) -> Iterator[GaugeMetricFamily]:
    rates = GaugeMetricFamily(
        "rights_hub_delivery_rate", "Deliveries a second, last five minutes.", labels=["channel"]
    )
    delays = GaugeMetricFamily(
        "rights_hub_delivery_seconds",
        "From making to arrival, last five minutes.",
        labels=["channel", "quantile"],
    )
    for channel, pace in paces(session, now).items():
        rates.add_metric([channel.value], pace.per_s)
        delays.add_metric([channel.value, "0.5"], pace.p50_s)
        delays.add_metric([channel.value, "0.95"], pace.p95_s)
    circuits = GaugeMetricFamily(
        "rights_hub_circuits", "Circuits that are not closed.", labels=["channel", "state"]
    )
    counts = circuit_counts(session, now)
    for channel in Channel:
        for state in (CircuitState.OPEN, CircuitState.HALF_OPEN):
            circuits.add_metric([channel.value, state.value], counts.get((channel, state), 0))
    yield from (rates, delays, circuits)


def _of_machinery() -> Iterator[GaugeMetricFamily]:
    bell = ports().doorbell.health()
    yield GaugeMetricFamily(
        "rights_hub_queue_reachable",
        "Whether the queue answers.",
        value=1.0 if bell.get("reachable") else 0.0,
    )
    yield GaugeMetricFamily(
        "rights_hub_journal_writable",
        "Whether the second copy of filings can be written.",
        value=1.0 if ports().journal.is_writable() else 0.0,
    )
    yield GaugeMetricFamily(
        "rights_hub_files_reachable",
        "Whether files can be taken and given.",
        value=1.0 if ports().files.is_well() else 0.0,
    )
    antivirus = ports().antivirus
    if antivirus is not None:
        yield GaugeMetricFamily(
            "rights_hub_antivirus_answers",
            "Whether the antivirus answers.",
            value=1.0 if antivirus.is_well() else 0.0,
        )


def init_app(app: Flask) -> None:
    """Serve the three addresses."""
    app.register_blueprint(bp)
    csrf.exempt(bp)
