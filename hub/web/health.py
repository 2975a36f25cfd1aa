"""Liveness, readiness and metrics for whoever runs the hub."""

from typing import Any

from flask import Blueprint, Flask, Response, jsonify
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import text

from hub.extensions import csrf, db
from hub.queries.outbox import outbox_figures
from hub.web.access import anyone
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
    bell = ports().doorbell.health()
    degraded = [] if bell.get("reachable") else ["queue"]
    if not ports().journal.is_writable():
        degraded.append("journal")
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
    def collect(self) -> Any:
        """The outbox and the queue, read at the moment of the scrape."""
        figures = outbox_figures(reading(), ports().clock.now())
        states = GaugeMetricFamily(
            "rights_hub_deliveries", "Deliveries by state.", labels=["state"]
        )
        for state, count in figures.by_state.items():
            states.add_metric([state], count)
        yield states
        yield GaugeMetricFamily(
            "rights_hub_oldest_waiting_seconds",
            "Age of the oldest delivery still to leave.",
            value=figures.oldest_waiting_seconds,
        )
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
