"""A hub in one of its two modes, its peers, its clients and all that is kept of what befalls it."""

from __future__ import annotations

import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote
from uuid import UUID

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from hub.supervision.valkey import is_answering, server_command
from tests.engines import start_server
from tests.faults.checker import Evidence, Sighting
from tests.faults.clients import Clients
from tests.faults.evidence import (
    Before,
    Database,
    exported_log,
    leaks,
    seen_in_calls,
    seen_in_inbox,
    seen_in_mails,
)
from tests.faults.kills import Kill, kill_tree, parts_of
from tests.faults.ledger import Ledger
from tests.faults.peers import Endpoint, MailServer, endpoint, mail_server
from tests.faults.proxy import CutLine, to_port, to_socket
from tests.faults.traps import Traps
from tests.journeys.administrators import ENDPOINT, Administrator
from tests.journeys.directories import VALMONT_SIREN, VALMONT_TITLE
from tests.journeys.hubs import SETTINGS, JourneyHub, hub_keys
from tests.running import eventually, start

ESTUARY_SIREN = "999004005"
ESTUARY_TITLE = "L’Estuaire, entrepôt de données de santé des Hôpitaux du Grand-Fleuve"
ESTUARY_ADMINISTRATOR = "paul.guerin@hopitaux-grand-fleuve.example"
CANCER_SIREN = "999009004"
CANCER_TITLE = "Plateforme nationale de données en cancérologie"
CANCER_MAILBOX = "dpo@donnees-cancer.example"
WAYS = {
    VALMONT_SIREN: ("inbox",),
    ESTUARY_SIREN: ("inbox", "call"),
    CANCER_SIREN: ("mail",),
}
RECOVERY_S = 75.0
FORWARD_S = (66, 340, 2000, 8000, 24000, 48000)
"""Enough for each wait of the retry table in turn, with its chance."""
SECRETS = ("secrets.json",)


class CampaignHub(JourneyHub):
    """One whose machine is busy breaking it."""

    loaded_s, command_s = 300.0, 300.0


@dataclass
class Stage:
    """Where a campaign is played. `servers`: what the campaign itself runs, and may kill."""

    name: str
    hub: JourneyHub
    mail: MailServer
    endpoint: Endpoint
    traps: Traps
    database: Database
    before: Before
    clients: Clients
    outer: CutLine
    chance: Random
    folders: tuple[Path, ...]
    servers: Mapping[str, Any] = field(default_factory=dict)
    kills: list[Kill] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    clock_s: float = 0.0

    @property
    def ledger(self) -> Ledger:
        """What its clients sent and were told."""
        return self.clients.ledger

    @property
    def surprises(self) -> list[str]:
        """What went wrong, here and with its clients."""
        return self.clients.surprises

    def now(self) -> datetime:
        """The instant by the hub's clock."""
        return datetime.now(UTC) + timedelta(seconds=self.clock_s)

    def note(self, kill: Kill | None) -> None:
        """Keep a kill that hit."""
        if kill is not None:
            self.kills.append(kill)

    def pids(self, part: str) -> list[int]:
        """The processes whose part begins so."""
        return [pid for name, pid in parts_of(self.hub) if name.startswith(part)]

    @contextmanager
    def filing(self, count: int) -> Iterator[None]:
        """File so many requests meanwhile, at leisure; at once as soon as the block is over."""
        hurry = threading.Event()
        client = threading.Thread(target=self.clients.file, args=(count, 4, hurry), daemon=True)
        client.start()
        try:
            yield
        finally:
            hurry.set()
            client.join()

    @contextmanager
    def undisturbed(self, why: str) -> Iterator[None]:
        """Whatever breaks in the block, no filing may fail; what was lost on purpose is none."""
        before = Counter(self.clients.failures)
        yield
        if failed := self.clients.failures - before:
            self.surprises.append(f"filings were disturbed ({dict(failed)}): {why}")

    def settle(self, seconds: float = RECOVERY_S) -> bool:
        """Wait until all that may leave has left; one that never does is kept as a surprise."""
        is_settled = eventually(self._is_settled, seconds)
        self._look()
        return is_settled

    def must_settle(self, why: str) -> None:
        """As settle, for as long as two kills in a row may be felt; what does not is a surprise."""
        if not self.settle(2 * RECOVERY_S):
            self.surprises.append(f"not all had arrived after {2 * RECOVERY_S:.0f} s: {why}")

    def drain(self) -> None:
        """Let time pass, by the hub's clock, until every retry has had its turn."""
        for step in FORWARD_S:
            if self.settle(12):
                return
            self.move_clock(self.clock_s + step)
        self.settle()

    def move_clock(self, seconds: float) -> None:
        """Set by how much the hub's clock is wrong."""
        self.clock_s = seconds
        self.traps.move_clock(seconds)

    def start_again(self) -> None:
        """Start a hub whose supervisor was killed."""
        self.hub.process.wait()
        with self.hub.output.open("ab") as output:
            self.hub.process = start(self.hub.environ, output.fileno())
        self.await_ready()

    def await_ready(self) -> None:
        """Wait until the hub can be used again."""
        if not eventually(self.hub.is_ready, 90):
            self.surprises.append("the hub was not ready again after 90 s")

    def _is_settled(self) -> bool:
        try:
            return self.database.on_the_way(self.now()) == 0
        except SQLAlchemyError:  # the database may be down at this moment
            return False

    def _look(self) -> None:
        """See how some requests stand, as their filer would."""
        known = [receipt for _, receipt in self.ledger.acknowledged()]
        for receipt in self.chance.sample(known, min(len(known), 5)):
            reply = self.hub.call("GET", f"/requests/{receipt.reference}", self.clients.token)
            if reply.status == 200:
                self.sightings += sightings_of(reply.content)

    def evidence(self, folder: Path) -> Evidence:
        """All that is found at the end."""
        kept = self.database.kept(self.before)
        seen = [*seen_in_calls(self.endpoint.calls)]
        seen += seen_in_mails(self.ledger, list(self.mail.mails), CANCER_MAILBOX)
        for siren, ways in WAYS.items():
            if "inbox" in ways:
                seen += seen_in_inbox(self.hub, siren)
        verified = self.hub.command("audit", "verify")
        if verified.returncode:
            self.surprises.append(f"the log does not verify: {verified.stderr[:500]}")
        said = {f"mail {one.message_id}": one.text.encode() for one in self.mail.mails}
        said |= {f"call {one.webhook_id}": one.raw for one in self.endpoint.calls}
        return Evidence(
            WAYS,
            kept=list(kept.values()),
            brought=self.database.brought(self.before, self.now()),
            seen=seen,
            log=exported_log(self.hub, folder, kept.keys()),
            sightings=self.sightings,
            leaks=leaks(self.folders, said, SECRETS),
        )


def sightings_of(content: Mapping[str, Any]) -> Iterator[Sighting]:
    """The referrals of a request as the API shows it."""
    for one in content["referrals"]:
        strict_on = date.fromisoformat(one["clock"]["strict_on"])
        yield Sighting(UUID(one["id"]), one["state"], strict_on)


class OwnValkey:
    """A Valkey of the campaign's own, with what it keeps, to kill and to start again."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="v-"))  # a socket's path must be short
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"unix://{self.folder / 'v.sock'}?db=0"

    @property
    def pid(self) -> int:
        """Its process."""
        return self._server.pid if self._server else 0

    def start(self) -> None:
        """Start it, with whatever it had kept."""
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(server_command(self.folder), stdout=log, stderr=log)
        assert eventually(lambda: is_answering(self.folder / "v.sock"), 15)

    def kill(self) -> None:
        """Kill it."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def forget(self) -> None:
        """Lose all that it kept."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)

    def close(self) -> None:
        """End it and take its folder away."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class OwnPostgres:
    """A PostgreSQL of the campaign's own, whose every write is forced to the disk."""

    def __init__(self, folder: Path) -> None:
        made = start_server(folder, is_safe=True)
        made.psql("CREATE DATABASE campaign;")
        where = made.get_postmaster_info()
        self.url, self.socket = str(made.get_uri("campaign")), f"{where.socket_dir}/.s.PGSQL.5432"
        self._command = [str(made.bin_path / "postgres"), "-D", str(made.pgdata)]
        self._command += ["-h", "", "-k", str(where.socket_dir)]
        self._user = made.system_user
        self._log = made.pgdata.parent / "postgresql.log"
        made.cleanup()
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def pid(self) -> int:
        """Its elder process."""
        return self._server.pid if self._server else 0

    def kill(self) -> None:
        """Kill all its processes."""
        if self._server is not None:
            kill_tree(self._server.pid)
            self._server.wait()

    def start(self) -> None:
        """Start it again: it recovers by itself, once what was killed is gone."""
        for _ in range(20):
            with self._log.open("ab") as log:
                self._server = subprocess.Popen(
                    self._command, stdout=log, stderr=log, user=self._user
                )
            if eventually(lambda: self._answers() or self._is_over(), 60) and self._answers():
                return
            eventually(lambda: False, 0.3)
        raise TimeoutError("PostgreSQL does not start again")

    def close(self) -> None:
        """Stop it."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(15)
        self.kill()

    def _is_over(self) -> bool:
        return self._server is not None and self._server.poll() is not None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.Error:
            return False
        return True


@contextmanager
def embedded_stage(folder: Path, chance: Random) -> Iterator[Stage]:
    """A hub on SQLite with its own Valkey; its mail leaves for a server of the campaign."""
    with ExitStack() as held:
        home = folder / "hub"
        url = f"sqlite:///{home / 'hub.sqlite3'}"
        yield _staged("embedded", folder, url, chance, held, {}, lambda _: {})


@contextmanager
def scaled_stage(folder: Path, chance: Random) -> Iterator[Stage]:
    """A hub on a PostgreSQL and a Valkey of the campaign, the former by a line that may be cut."""
    with ExitStack() as held:
        valkey = OwnValkey()
        held.callback(valkey.close)
        postgres = OwnPostgres(folder)
        held.callback(postgres.close)
        line = CutLine(to_socket(postgres.socket), Random(chance.random()))
        held.callback(line.close)

        def settings(_: Path) -> dict[str, str]:
            return {
                "RIGHTS_HUB_MODE": "scaled",
                "RIGHTS_HUB_DEMONSTRATION": "yes",
                "RIGHTS_HUB_LISTEN": "127.0.0.1",
                "RIGHTS_HUB_SECRET_KEY": secrets.token_urlsafe(48),
                "RIGHTS_HUB_KEYS": hub_keys(),
                "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{line.port}/campaign",
                "REDIS_URL": valkey.url,
            }

        servers = {"valkey": valkey, "postgres": postgres, "line": line}
        yield _staged("scaled", folder, postgres.url, chance, held, servers, settings)


def _staged(
    name: str,
    folder: Path,
    url: str,
    chance: Random,
    held: ExitStack,
    servers: Mapping[str, Any],
    settings: Callable[[Path], dict[str, str]],
) -> Stage:
    mail = held.enter_context(mail_server())
    called = held.enter_context(endpoint())
    traps = Traps(folder / "traps")
    home = folder / "hub"
    own = {
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail.port),
        "RIGHTS_HUB_WORKERS": "8",
        **SETTINGS,
        **traps.environment,
    }
    hub = CampaignHub(name, home, home / "mail", **own | settings(home))
    held.callback(hub.stop)
    hub.await_start()
    ledger = Ledger()
    line = CutLine(to_port(hub.port), Random(chance.random()))
    held.callback(line.close)
    for siren in (VALMONT_SIREN, ESTUARY_SIREN):
        hub.token(siren, "answer")
    processings = [_found(hub, title) for title in (VALMONT_TITLE, ESTUARY_TITLE, CANCER_TITLE)]
    token = hub.token(VALMONT_SIREN, "file")
    clients = Clients(ledger, lambda: line.port, token, processings, Random(chance.random()))
    _attach(hub, called)
    database = Database(url)
    held.callback(database.close)
    before = database.before()
    folders = (home, *((servers["valkey"].folder,) if "valkey" in servers else ()))
    return Stage(
        name, hub, mail, called, traps, database, before, clients, line, chance, folders, servers
    )


def _found(hub: JourneyHub, title: str) -> str:
    return str(hub.call("GET", f"/processings?q={quote(title)}").content["items"][0]["id"])


def _attach(hub: JourneyHub, called: Endpoint) -> None:
    """The administrator of a controller says where its software is called, and has it checked."""
    administrator = Administrator(hub, ESTUARY_ADMINISTRATOR)
    page = administrator.send(ENDPOINT, url=called.url)
    assert re.search(r"whsec_", page), "no key was given"
    administrator.send(f"{ENDPOINT}/verifier")
    assert eventually(lambda: "Rien à faire" in administrator.page(ENDPOINT)), "never confirmed"
