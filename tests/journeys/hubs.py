"""Whole hubs to play stories against, in both modes, with what their users and operators see."""

from __future__ import annotations

import base64
import json
import re
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from hub.queries.caught_mail import CaughtMail, caught_mails
from hub.supervision.valkey import is_answering, server_command
from tests.engines import Engines
from tests.journeys.directories import ESTUARY_SIREN, REGISTER_SIREN, VALMONT_SIREN
from tests.running import RunningHub, eventually, free_port
from tests.s3_server import in_bucket, s3_server

LOADED_S = 90.0
COMMAND_S = 60.0
RIGHTS_HUB = Path(sys.executable).with_name("rights-hub")
UNSENT = ("waiting", "claimed")
SETTINGS = {"RIGHTS_HUB_PROOFS_ASKED": "1", "RIGHTS_HUB_WEBHOOK_LOOPBACK": "yes"}

TOKENS = (
    (VALMONT_SIREN, "file"),
    *((siren, "answer") for siren in (VALMONT_SIREN, REGISTER_SIREN, ESTUARY_SIREN)),
)
"""What the stories want of the demonstration's organisations."""
MAKES_TOKENS = """
import sys
from hub.cli import main
for siren, scope in (one.split(":") for one in sys.argv[1:]):
    main(["token", "create", "--siren", siren, "--scope", scope], standalone_mode=False)
"""


@dataclass(frozen=True)
class Reply:
    """What the API answered."""

    status: int
    content: Any


class JourneyHub(RunningHub):
    """A running hub with its demonstration, its commands, its API and the mail it sent."""

    loaded_s, command_s = LOADED_S, COMMAND_S

    def __init__(self, mode: str, home: Path, spool: Path, **extra: str) -> None:
        self.mode, self.spool = mode, spool
        self._tokens: dict[tuple[str, str], str] = {}
        super().__init__(home, free_port(), **extra)
        self.address = f"http://localhost:{self.port}"

    def await_start(self) -> None:
        """Wait until it can be used; one that gave up is not waited for."""
        eventually(lambda: self.has_started() or self.process.poll() is not None, self.loaded_s)
        assert self.has_started(), self.said

    def command(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run `rights-hub` beside the hub, as its operator would."""
        return subprocess.run(
            [str(RIGHTS_HUB), *map(str, arguments)],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=self.command_s,
        )

    def token(self, siren: str, scope: str) -> str:
        """A token of an organisation; all that are wanted are made the first time."""
        if (siren, scope) not in self._tokens:
            wanted = {*TOKENS, (siren, scope)} - self._tokens.keys()
            self._tokens |= self._made(sorted(wanted))
        return self._tokens[siren, scope]

    def _made(self, wanted: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Make tokens by one process, since each would load the application for one line."""
        made = subprocess.run(
            [sys.executable, "-c", MAKES_TOKENS, *(":".join(one) for one in wanted)],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=self.command_s,
        )
        assert made.returncode == 0, made.stderr
        return dict(zip(wanted, made.stdout.split(), strict=True))

    def call(
        self,
        method: str,
        path: str,
        token: str = "",
        body: object = None,
        **headers: str,
    ) -> Reply:
        """Call `/api/v1` as a program would; a problem is an answer like another."""
        request = urllib.request.Request(  # noqa: S310 (our own address)
            f"{self.address}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {})
            | headers,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return _reply(response)
        except HTTPError as problem:
            with problem:
                return _reply(problem)

    def deliveries(self) -> Mapping[str, int]:
        """How many deliveries are in each state, from `/metrics`."""
        with urllib.request.urlopen(f"{self.address}/metrics", timeout=30) as response:  # noqa: S310
            text = response.read().decode()
        counts = re.findall(r'^rights_hub_deliveries\{state="(\w+)"\} ([\d.e+]+)$', text, re.M)
        return {state: int(float(count)) for state, count in counts}

    def has_sent_all(self) -> bool:
        """Whether no delivery waits or is being made."""
        counts = self.deliveries()
        return not any(counts.get(state) for state in UNSENT)

    def mails_to(self, address: str) -> list[CaughtMail]:
        """The mails one address received, newest first."""
        return [mail for mail in caught_mails(self.spool) if address in mail.recipients]

    def let_time_pass(self, change: str, *facts: object) -> None:
        """Put an instant that an embedded hub keeps into the past, as waiting for it would."""
        with closing(sqlite3.connect(self.home / "hub.sqlite3", timeout=30)) as database:
            database.execute(change, facts)
            database.commit()

    def verify_log(self) -> str:
        """Verify the log of acts, and give what the command says."""
        verified = self.command("audit", "verify")
        assert verified.returncode == 0, verified.stderr
        return verified.stdout


def _reply(response: HTTPResponse | HTTPError) -> Reply:
    text = response.read().decode()
    return Reply(int(response.status or 0), json.loads(text) if text else None)


@contextmanager
def embedded_hub(folder: Path) -> Iterator[JourneyHub]:
    """A hub that brings everything with it: SQLite, Valkey and the mail catcher."""
    home = folder / "hub"
    with ExitStack() as held:
        hub = JourneyHub("embedded", home, home / "mail", **SETTINGS)
        held.callback(hub.stop)
        hub.await_start()
        yield hub


@contextmanager
def scaled_hub(folder: Path, engines: Engines) -> Iterator[JourneyHub]:
    """A hub on servers of others: PostgreSQL, a Valkey, an S3 server and a mail server."""
    with ExitStack() as held:
        url = engines.fresh("postgresql", folder)
        held.callback(engines.drop, "postgresql", url)
        valkey = held.enter_context(_valkey())
        bucket = held.enter_context(s3_server(folder / "s3")).bucket
        spool = folder / "spool"
        mail_port = held.enter_context(_mail_server(spool))
        hub = JourneyHub(
            "scaled",
            folder / "hub",
            spool,
            RIGHTS_HUB_MODE="scaled",
            RIGHTS_HUB_DEMONSTRATION="yes",
            RIGHTS_HUB_LISTEN="127.0.0.1",
            RIGHTS_HUB_SECRET_KEY=secrets.token_urlsafe(48),
            RIGHTS_HUB_KEYS=hub_keys(),
            DATABASE_URL=url,
            REDIS_URL=f"unix://{valkey}?db=0",
            **in_bucket(bucket),
            MAIL_SERVER="127.0.0.1",
            MAIL_PORT=str(mail_port),
        )
        held.callback(hub.stop)
        hub.await_start()
        yield hub


def hub_keys() -> str:
    """Fresh keys, as RIGHTS_HUB_KEYS takes them."""

    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return " ".join(f"{name}:{key()}" for name in ("1", "pepper", "index"))


@contextmanager
def _valkey() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="v-"))  # a socket's path must be short
    door = folder / "v.sock"
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(server_command(folder), stdout=log, stderr=log)
    try:
        assert eventually(lambda: is_answering(door), 15), (folder / "log").read_text()
        yield door
    finally:
        _end(server)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _mail_server(spool: Path) -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.set_inheritable(True)
        number = listener.fileno()
        command = [sys.executable, "-m", "hub.commands.mailcatcher"]
        command += ["--descriptor", str(number), "--spool", str(spool)]
        server = subprocess.Popen(command, pass_fds=[number])
        try:
            yield int(listener.getsockname()[1])
        finally:
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
