"""rights-hub bench: measures a hub against this machine's floor, in the same run."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Settings
from hub import create_app
from hub.commands.bench_calls import Call, Times, await_answer, filing_call, repeat
from hub.commands.bench_routing import routing_figures
from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.models.delivery import Delivery, DeliveryState
from hub.models.directory import Controllership, Processing
from hub.models.member import TokenScope
from hub.ports import Ports
from hub.services.tokens import create_token
from hub.services.unit_of_work import unit_of_work

REFERRALS = 5


@click.group()
def bench() -> None:
    """Measure a hub."""


@bench.command()
@click.option("--filings", default=1500, show_default=True, help="How many filings.")
@click.option("--clients", default=8, show_default=True, help="How many clients at once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def intake(filings: int, clients: int, as_json: bool) -> None:
    """File over five controllers each on a running hub, while it delivers; then the floor."""
    settings = Settings.from_environment()
    app = create_app(settings)
    with app.app_context():
        call = _filing(settings, app.extensions["ports"])
        await_answer(call.address, "/healthz")
        repeat(call, clients * 4, clients)
        times = repeat(call, filings, clients)
        if len(times.each) < 2:
            raise click.ClickException(f"The hub refused the filings: {set(times.failures)}.")
        backlog = _backlog()
        floor = _floor(settings, filings, clients)
    figures = {
        "filings": len(times.each),
        "failures": len(times.failures),
        "clients": clients,
        "filings_per_s": round(times.per_s(), 1),
        "p50_ms": round(times.percentile_ms(50), 1),
        "p95_ms": round(times.percentile_ms(95), 1),
        "p99_ms": round(times.percentile_ms(99), 1),
        "floor_per_s": round(floor.per_s(), 1),
        "floor_p95_ms": round(floor.percentile_ms(95), 1),
        "ratio": round(times.per_s() / floor.per_s(), 3),
        "backlog": backlog,
    }
    _print(figures, as_json)


@bench.command()
@click.option("--filings", default=1000, show_default=True, help="Filed at a steady pace.")
@click.option("--rate", default=50.0, show_default=True, help="How many filings a second.")
@click.option("--deliveries", default=10_000, show_default=True, help="By each channel.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def routing(filings: int, rate: float, deliveries: int, as_json: bool) -> None:
    """Deliver by each channel to receivers of this process, from a hub started for that.

    It runs in a temporary folder, beside a hub that may be running: no real case is touched and
    no mail leaves.
    """
    _print(routing_figures(filings, rate, deliveries), as_json)


def _print(figures: dict[str, float], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(figures))
        return
    widest = max(map(len, figures))
    for name, value in figures.items():
        click.echo(f"{name:>{widest}}  {value}")


def _filing(settings: Settings, ports: Ports) -> Call:
    """A filing over five controllers of the directory, by a token made for this run."""
    with unit_of_work(SYSTEM, engine=db.engine, ports=ports) as work:
        chosen = _five_processings(work.session)
        organisation_id = chosen[0][1]
        token = create_token(work, organisation_id, [TokenScope.FILE], "bench")
    address = f"{settings.listen_address}:{settings.port}"
    return filing_call(address, token, [processing_id for processing_id, _ in chosen])


def _five_processings(session: Session) -> list[tuple[UUID, UUID]]:
    rows = session.execute(
        select(func.min(Processing.id), Controllership.organisation_id)
        .join(Controllership, Controllership.processing_id == Processing.id)
        .where(Controllership.is_contact, Processing.is_open)
        .group_by(Controllership.organisation_id)
        .limit(REFERRALS)
    ).all()
    if len(rows) < REFERRALS:
        raise click.ClickException(f"The directory needs {REFERRALS} controllers to measure with.")
    return [(processing_id, organisation_id) for processing_id, organisation_id in rows]


def _backlog() -> int:
    db.session.rollback()
    waiting = [DeliveryState.WAITING, DeliveryState.CLAIMED]
    count = select(func.count()).select_from(Delivery).where(Delivery.state.in_(waiting))
    return db.session.scalar(count) or 0


def _floor(settings: Settings, calls: int, clients: int) -> Times:
    """The same clients against a bare Flask view: one INSERT and COMMIT on the same engine."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(128)
        bound.set_inheritable(True)
        address = "{}:{}".format(*bound.getsockname())
        url = settings.database_url
        if url.startswith("sqlite"):
            url = f"sqlite:///{Path(folder) / 'floor.sqlite3'}"
        command = [sys.executable, "-m", "hub.commands.floor", url, str(bound.fileno())]
        command += [str(settings.web_processes), str(settings.web_threads)]
        with subprocess.Popen(command, pass_fds=[bound.fileno()]) as server:  # noqa: S603  (our own)
            try:
                await_answer(address, "/")
                call = Call(address, "/", {}, lambda: (b"x", {}), 200)
                repeat(call, clients * 4, clients)
                return repeat(call, calls, clients)
            finally:
                server.terminate()


if __name__ == "__main__":
    bench()
