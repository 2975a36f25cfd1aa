"""What befalls a hub in a campaign: each act names the faults of docs/faults.md that it plays."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import psutil
from redis import Redis
from redis.exceptions import RedisError

from tests.faults.kills import Kill, kill, kill_any
from tests.faults.stage import ESTUARY_SIREN, RECOVERY_S, Stage
from tests.journeys.directories import VALMONT_SIREN
from tests.running import eventually, is_running

BETWEEN_KILLS_S = 0.5
LEASE_S = 60.0
SEEN_WITHIN_S = 20.0
ANSWERED_WITHIN_S = 10.0
IN_THE_LINES = 4 * 1024 * 1024
"""What two sockets may hold of an answer that nobody reads."""
WRITTEN = (
    "INSERT-rights_request", "INSERT-data_key", "INSERT-identity", "INSERT-name_index",
    "INSERT-referral", "INSERT-referral_item", "INSERT-clock_entry", "INSERT-delivery",
    "INSERT-audit_event", "UPDATE-delivery", "UPDATE-referral", "INSERT-answer_link",
)  # fmt: skip
"""Each statement of a filing and of its deliveries, by the table that it writes."""


@dataclass(frozen=True)
class Act:
    """One part of a campaign. `share`: its part of the filings; `faults`: by their numbers."""

    name: str
    faults: tuple[int, ...]
    play: Callable[[Stage, int], None]
    share: float = 1.0


@dataclass(frozen=True)
class Sizes:
    """How much of each a campaign does."""

    waves: int
    kills_a_wave: int
    times: int
    """How often what is planted at one instant is planted."""
    quiet_s: float
    """For how long a server stays away."""


def waves_of_kills(sizes: Sizes) -> Callable[[Stage, int], None]:
    """Every process of the hub, and its servers, killed in waves while people file."""

    def play(stage: Stage, count: int) -> None:
        for number in range(sizes.waves):
            with stage.filing(count // sizes.waves):
                for _ in range(sizes.kills_a_wave):
                    _kill_one(stage)
                    _wait(BETWEEN_KILLS_S)
            stage.await_ready()
            stage.must_settle(f"wave {number + 1} of kills")

    return play


def _kill_one(stage: Stage) -> None:
    servers = [name for name in stage.servers if name != "line"]
    places = len(servers) + max(1, len(stage.hub.children))
    chosen = stage.chance.randrange(places)
    if chosen < len(servers):
        server = stage.servers[servers[chosen]]
        _kill_server(stage, servers[chosen])
        server.start()
    else:
        stage.note(kill_any(stage.hub, stage.chance))


def _kill_server(stage: Stage, name: str) -> None:
    stage.note(Kill(name, datetime.now(UTC)))
    stage.servers[name].kill()


def supervisor_killed(stage: Stage, count: int) -> None:
    """The process that starts the others is killed, and the hub is started again."""
    with stage.filing(count):
        _wait(BETWEEN_KILLS_S)
        stage.note(kill("supervisor", stage.hub.process.pid))
        stage.start_again()
    stage.must_settle("the supervisor killed")


def killed_at_commit(times: int) -> Callable[[Stage, int], None]:
    """A web process dies just before a filing's COMMIT, and just after it."""

    def play(stage: Stage, count: int) -> None:
        for name in ("kill-before-commit", "kill-after-commit"):
            for _ in range(times):
                stage.traps.set(name)
                stage.clients.file(max(1, count // (2 * times)), at_once=1)
                _expect(stage, name, "web process at its commit")
                stage.await_ready()
        stage.must_settle("web processes killed around their commits")

    return play


def killed_after_dequeue(times: int) -> Callable[[Stage, int], None]:
    """A worker dies with a job in its hands that it has not begun."""

    def play(stage: Stage, count: int) -> None:
        for _ in range(times):
            stage.traps.set("kill-after-dequeue")
            stage.clients.file(max(1, count // times), at_once=1)
            _expect(stage, "kill-after-dequeue", "worker before its job")
        stage.must_settle("workers killed between a job and its beginning")

    return play


def killed_when_taken(stage: Stage, count: int) -> None:
    """The workers die when a peer has taken a thing and they have not heard so."""

    def strike(part: str) -> Callable[[], None]:
        once = threading.Lock()

        def now() -> None:
            if once.acquire(blocking=False):
                for pid in stage.pids(part):
                    stage.note(kill(f"{part} with its claim", pid))

        return now

    stage.mail.when_taken = strike("worker-deliveries")
    stage.endpoint.when_taken = strike("worker-calls")
    stage.clients.file(count)
    stage.must_settle("workers killed with a claim in hand")
    stage.mail.when_taken = stage.endpoint.when_taken = None


def frozen_worker(stage: Stage, count: int) -> None:
    """A worker stops in the middle of a mail for three times its lease, then goes on."""
    frozen: list[int] = []
    since = time.monotonic()

    def freeze() -> None:
        if not frozen:
            frozen.extend(_talking_to(stage.mail.port, stage.pids("worker-deliveries")))
            for pid in frozen:
                os.kill(pid, signal.SIGSTOP)

    stage.mail.when_taken = freeze
    stage.clients.file(count)
    if not eventually(lambda: bool(frozen), SEEN_WITHIN_S):
        stage.surprises.append("no worker could be frozen with a mail in hand")
    stage.mail.when_taken = None
    stage.settle(LEASE_S + 15)
    time.sleep(max(0.0, since + 3 * LEASE_S - time.monotonic()))
    for pid in frozen:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    stage.must_settle("a worker frozen past its lease")


def _talking_to(port: int, pids: list[int]) -> list[int]:
    found = []
    for pid in pids:
        with suppress(psutil.Error):
            lines = psutil.Process(pid).net_connections(kind="tcp")
            if any(line.raddr and line.raddr.port == port for line in lines):
                found.append(pid)
    return found


def queue_in_trouble(quiet_s: float) -> Callable[[Stage, int], None]:
    """The queue hangs, forgets all, loses its files, takes no write, is full of junk."""

    def play(stage: Stage, count: int) -> None:
        each = max(1, count // 5)
        with stage.undisturbed("the queue hangs"), _stopped(stage, "valkey"):
            stage.clients.file(each)
            _wait(quiet_s / 4)
        with stage.undisturbed("the queue forgets all"):
            with stage.filing(each):
                _ask(stage, "FLUSHALL")
            _lose_files(stage)
        for settings in (("maxmemory", "1"), ("min-replicas-to-write", "1")):
            with stage.undisturbed(f"the queue refuses writes ({settings[0]})"):
                _ask(stage, "CONFIG", "SET", *settings)
                stage.clients.file(each)
                _wait(quiet_s / 8)
            _ask(stage, "CONFIG", "SET", settings[0], "0")
        with stage.undisturbed("the queue is full of junk"):
            _poison(stage)
            stage.clients.file(each)
        stage.must_settle("the queue in trouble")
        if (stage.folders[0] / "poisoned").exists():
            stage.surprises.append("a job from outside was run")

    return play


def _queue_of(stage: Stage) -> Redis:
    url = stage.servers["valkey"].url if "valkey" in stage.servers else _own_queue(stage)
    return Redis.from_url(url, socket_timeout=5)


def _own_queue(stage: Stage) -> str:
    note = stage.hub.home / "valkey.folder"
    folder = note.read_text(encoding="utf-8") if note.exists() else stage.hub.home / "valkey"
    return f"unix://{folder}/v.sock?db=0"


def _ask(stage: Stage, *words: str) -> None:
    with suppress(RedisError):
        _queue_of(stage).execute_command(*words)


def _lose_files(stage: Stage) -> None:
    if "valkey" in stage.servers:
        server = stage.servers["valkey"]
        _kill_server(stage, "valkey")
        server.forget()
        server.start()
        return
    folder = _own_queue(stage).removeprefix("unix://").partition("/v.sock")[0]
    subprocess.run(["rm", "-rf", f"{folder}/appendonlydir"], check=True)
    for pid in stage.pids("valkey"):
        stage.note(kill("valkey", pid))


def _poison(stage: Stage) -> None:
    """Jobs that nobody of the hub made: code in a pickle, a command by name, ids of nothing."""
    mark = stage.folders[0] / "poisoned"

    class Bomb:
        def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
            return os.system, (f"touch {mark}",)

    payloads = {
        "pickled": pickle.dumps(("workers.jobs.delivering.drain", None, (Bomb(),), {})),
        "named": f'["os.system", null, ["touch {mark}"], {{}}]'.encode(),
        "shelled": f'["subprocess.check_call", null, [["touch", "{mark}"]], {{}}]'.encode(),
        "misled": b'["workers.jobs.delivering.drain", null, ["portal", "nobody"], {}]',
        "torn": b"\x00\xff",
    }
    with suppress(RedisError):
        queue = _queue_of(stage)
        for name, data in payloads.items():
            queue.hset(f"rq:job:{name}", mapping=_forged(data))
        for lane in ("deliveries", "calls", "notices", "upkeep"):
            queue.rpush(f"rq:queue:{lane}", *payloads, *(f"junk-{n}" for n in range(2000)))


def _forged(data: bytes) -> dict[str, bytes | str]:
    at = "2026-01-01T00:00:00.000000Z"
    return {"data": data, "created_at": at, "enqueued_at": at, "status": "queued",
            "origin": "deliveries", "timeout": "180"}  # fmt: skip


def queue_away(quiet_s: float) -> Callable[[Stage, int], None]:
    """The queue's server is not there at all, then comes back empty."""

    def play(stage: Stage, count: int) -> None:
        server = stage.servers["valkey"]
        _kill_server(stage, "valkey")
        with stage.undisturbed("the queue is away"), stage.filing(count):
            _wait(quiet_s)
        server.forget()
        server.start()
        stage.must_settle("the queue away")

    return play


def database_away(quiet_s: float) -> Callable[[Stage, int], None]:
    """PostgreSQL is gone for a while: filings are refused, and none is promised."""

    def play(stage: Stage, count: int) -> None:
        server = stage.servers["postgres"]
        with stage.filing(count):
            _kill_server(stage, "postgres")
            told = len(stage.ledger.acknowledged())
            _wait(1.0)
            early = len(stage.ledger.acknowledged())
            _wait(quiet_s)
            if len(stage.ledger.acknowledged()) > early:
                stage.surprises.append(f"receipts without a database, after {told}")
            server.start()
        stage.await_ready()
        stage.must_settle("the database away")

    return play


def cut_lines(share: float) -> Callable[[Stage, int], None]:
    """Answers are cut between the client and the site, then between the site and its database."""

    def play(stage: Stage, count: int) -> None:
        outer = stage.outer
        outer.chance = share
        stage.clients.file(count // 2)
        outer.chance = 0.0
        inner = stage.servers.get("line")
        if inner is not None:
            inner.chance = share / 10
            stage.clients.file(count // 2)
            inner.chance = 0.0
        if not outer.cuts and count * share > 5:
            stage.surprises.append("no line was cut")
        stage.must_settle("answers cut")

    return play


def failing_statements(stage: Stage, count: int) -> None:
    """Each statement of a filing and of its deliveries fails once."""
    each = max(1, count // len(WRITTEN))
    for name in WRITTEN:
        trap = f"fail-{name}"
        stage.traps.set(trap)
        stage.clients.file(each, at_once=1)
        if not eventually(lambda: not stage.traps.is_set(trap), SEEN_WITHIN_S):  # noqa: B023  (at once)
            stage.surprises.append(f"nobody met {trap}")
            stage.traps.take_away(trap)
    stage.must_settle("statements that fail once")


def mail_in_trouble(stage: Stage, count: int) -> None:
    """The mail server greylists, drops the line once it has the mail, says nothing, is away."""
    moods = ("later", "drops", "silent", "down")
    for mood in moods:
        with stage.undisturbed(f"mail: {mood}"):
            if mood == "down":
                stage.mail.stop()
            stage.mail.mood = mood
            seen = stage.mail.conversations
            stage.clients.file(max(1, count // (len(moods) + 1)))
            if mood == "down":
                _wait(2.0)
            elif not eventually(lambda: stage.mail.conversations > seen, 2 * SEEN_WITHIN_S):  # noqa: B023
                stage.surprises.append(f"no mail met a server that is {mood}")
        if mood == "down":
            stage.mail.start()
        stage.mail.mood = "takes"
        stage.drain()
    stage.mail.mood = "refuses"
    seen = stage.mail.conversations
    stage.clients.file(2)
    eventually(lambda: stage.mail.conversations > seen, SEEN_WITHIN_S)
    stage.settle()
    stage.mail.mood = "takes"
    stage.drain()


def software_in_trouble(stage: Stage, count: int) -> None:
    """A controller's software errs, lies, leads elsewhere, hangs, drips, floods, is off."""
    moods = ("error", "busy", "says_error", "redirects", "hangs", "drips", "floods", "off")
    for mood in moods:
        with stage.undisturbed(f"a controller's software: {mood}"):
            if mood == "off":
                stage.endpoint.stop()
            stage.endpoint.mood = mood
            seen = len(stage.endpoint.calls)
            stage.clients.file(max(1, count // len(moods)))
            if mood == "off":
                _wait(2.0)
            elif not eventually(lambda: len(stage.endpoint.calls) > seen, 2 * SEEN_WITHIN_S):  # noqa: B023
                stage.surprises.append(f"no call met software that {mood}")
        if mood == "off":
            stage.endpoint.start()
        stage.endpoint.mood = "takes"
        stage.drain()
    stage.surprises.extend(_costly(stage))


def _costly(stage: Stage) -> Iterator[str]:
    if stage.endpoint.visits_elsewhere:
        yield "a redirection was followed"
    for call in stage.endpoint.calls:
        if call.took_s > ANSWERED_WITHIN_S:
            yield f"a call that {call.mood} held a worker for {call.took_s:.1f} s"
        if call.bytes_read > IN_THE_LINES:
            yield f"{call.bytes_read} bytes were taken of an answer that {call.mood}"


def answers_at_once(stage: Stage, count: int) -> None:
    """Eight answers at once to one referral, one to another's, one much too long."""
    stage.clients.file(count)
    stage.must_settle("before the answers")
    mine, other = (stage.hub.token(siren, "answer") for siren in (VALMONT_SIREN, ESTUARY_SIREN))
    for _, receipt in stage.ledger.acknowledged()[-count:]:
        owed = next(one for one in receipt.referrals if one.siren == VALMONT_SIREN)
        path = f"/referrals/{owed.id}/answer"
        body = {"outcome": "granted", "text": "Voici."}
        foreign = stage.hub.call("POST", path, other, body).status
        long = _status(stage, path, mine, body | {"text": "<p>" * 1_700_000})
        with ThreadPoolExecutor(8) as pool:
            given = list(
                pool.map(lambda _: stage.hub.call("POST", path, mine, body).status, range(8))  # noqa: B023
            )
        taken = [status for status in given if status < 300]
        if len(taken) != 1 or set(given) - {200, 202, 409}:
            stage.surprises.append(f"eight answers at once were told {sorted(given)}")
        if foreign != 404 or long not in (0, 400, 413, 422):
            stage.surprises.append(f"another's answer: {foreign}, a very long one: {long}")
    stage.must_settle("answers at once")


def _status(stage: Stage, path: str, token: str, body: object) -> int:
    """The status of a call; 0 when the hub hung up before it had read it all."""
    try:
        return stage.hub.call("POST", path, token, body).status
    except OSError:
        return 0


def two_of_each(stage: Stage, count: int) -> None:
    """A second relay, a second timetable, two sweeps and two migrations beside the first."""
    roles = [("relay",), ("relay",), ("timetable",), ("sweep",), ("sweep",),
             ("migrate",), ("migrate",)]  # fmt: skip
    running = [
        subprocess.Popen(
            [sys.executable, "-m", f"hub.commands.{role}"],
            env=stage.hub.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for (role,) in roles
    ]
    try:
        with stage.undisturbed("two of each"):
            stage.clients.file(count)
        stage.must_settle("two of each")
        for (role,), process in zip(roles, running, strict=True):
            if role in ("sweep", "migrate") and process.wait(600):
                stage.surprises.append(f"a second {role} ended with {process.returncode}")
    finally:
        for process in running:
            process.kill()
            process.wait()


def renewed_one_by_one(times: int) -> Callable[[Stage, int], None]:
    """The site's processes are renewed one after the other, as for an upgrade; so are workers."""

    def play(stage: Stage, count: int) -> None:
        with stage.undisturbed("the site renewed"), stage.filing(count):
            for _ in range(times):
                for pid in stage.pids("web")[:1]:
                    os.kill(pid, signal.SIGHUP)
                for pid in stage.pids("worker-"):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGTERM)
                _wait(4.0)
        stage.await_ready()
        stage.must_settle("the site and its workers renewed")

    return play


def wrong_clock(stage: Stage, count: int) -> None:
    """The machine's clock is an hour ahead, an hour behind, and right again."""
    for seconds in (3600.0, -3600.0, 0.0):
        stage.move_clock(stage.clock_s + seconds)
        stage.clients.file(max(1, count // 3))
        stage.settle(RECOVERY_S / 3)
    stage.drain()


@contextmanager
def _stopped(stage: Stage, part: str) -> Iterator[None]:
    """A process that hangs: alive, and silent."""
    pids = [stage.servers[part].pid] if part in stage.servers else stage.pids(part)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in filter(is_running, pids):
            os.kill(pid, signal.SIGCONT)


def _expect(stage: Stage, trap: str, part: str) -> None:
    """Somebody met the trap and died of it."""
    if eventually(lambda: not stage.traps.is_set(trap), SEEN_WITHIN_S):
        stage.note(Kill(part, datetime.now(UTC)))
    else:
        stage.surprises.append(f"nobody met {trap}")
        stage.traps.take_away(trap)


def _wait(seconds: float) -> None:
    eventually(lambda: False, seconds)


def embedded_acts(sizes: Sizes) -> list[Act]:
    """What befalls a hub on one machine; those that move the clock come last."""
    return [
        Act("waves of kills", (1, 5, 6, 9, 16), waves_of_kills(sizes), 4.0),
        Act("the supervisor killed", (1, 6), supervisor_killed, 0.5),
        Act("killed around the commit", (2, 3), killed_at_commit(sizes.times), 0.5),
        Act("killed before a job", (7,), killed_after_dequeue(sizes.times), 0.5),
        Act("killed with a claim in hand", (5, 6), killed_when_taken, 0.5),
        Act("frozen past its lease", (8,), frozen_worker, 0.3),
        Act("the queue in trouble", (10, 11, 12, 13), queue_in_trouble(sizes.quiet_s), 1.0),
        Act("answers cut", (4,), cut_lines(0.03), 1.0),
        Act("statements that fail once", (19,), failing_statements, 0.5),
        Act("two of each", (24,), two_of_each, 0.5),
        Act("renewed one by one", (25,), renewed_one_by_one(2), 0.5),
        Act("answers at once", (22,), answers_at_once, 0.05),
        Act("mail in trouble", (20,), mail_in_trouble, 0.5),
        Act("a controller's software in trouble", (21,), software_in_trouble, 0.5),
        Act("a wrong clock", (23,), wrong_clock, 0.3),
    ]


def scaled_acts(sizes: Sizes) -> list[Act]:
    """What befalls a hub on servers of its own."""
    return [
        Act("waves of kills", (1, 5, 6, 9, 14), waves_of_kills(sizes), 4.0),
        Act("killed around the commit", (2, 3), killed_at_commit(sizes.times), 0.5),
        Act("killed with a claim in hand", (5, 6), killed_when_taken, 0.5),
        Act("answers cut", (4,), cut_lines(0.03), 2.0),
        Act("the queue away", (10, 11), queue_away(sizes.quiet_s), 1.0),
        Act("the queue in trouble", (11, 12, 13), queue_in_trouble(sizes.quiet_s), 0.5),
        Act("the database away", (15,), database_away(sizes.quiet_s / 2), 1.0),
        Act("statements that fail once", (19,), failing_statements, 0.5),
        Act("two of each", (24,), two_of_each, 0.5),
        Act("renewed one by one", (25,), renewed_one_by_one(2), 0.5),
        Act("answers at once", (22,), answers_at_once, 0.05),
    ]
