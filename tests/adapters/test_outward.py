"""The hub's only outward call: where it never goes, and how little a hostile answer costs it.

Hostile addresses of every kind are tried in tests/domain/test_outward_addresses.py.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hub.adapters.outward.http import MOST_BYTES, OutwardHttp
from hub.adapters.outward.memory import MemoryCaller
from hub.port_errors import CallFailed

PUBLIC = "9.9.9.9"
FIELDS = {"Content-Type": "application/json"}


def no_call(*_: object) -> list[str]:
    raise AssertionError("a look-up was made")


def refused(url: str, addresses: list[str] | None = None) -> str:
    """Why a call is refused; the name, if it is looked up, gives these addresses."""
    calls = OutwardHttp(resolve=no_call if addresses is None else lambda *_: addresses)
    with pytest.raises(CallFailed) as failed:
        calls.post(url, FIELDS, b"{}")
    return str(failed.value.facts["reason"])


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://127.0.0.1/", "not_a_name"),
        ("https://hub.internal/", "not_public"),
        ("https://hooks.example.fr@127.0.0.1/", "has_credentials"),
        ("https://127.0.0.1\\@hooks.example.fr/", "not_a_url"),
        ("https://hooks.example.fr:8443/", "port_not_allowed"),
        ("http://hooks.example.fr/", "not_https"),
    ],
)
def test_an_address_that_is_no_public_name_over_https_is_refused_before_any_look_up(url, reason):
    assert refused(url) == reason


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1%eth0", "no address"]
)
def test_a_name_that_leads_inside_is_never_connected_to(address):
    assert refused("https://hooks.example.fr/", [address]) == "not_public"


def test_one_inner_address_among_public_ones_condemns_the_name():
    assert refused("https://hooks.example.fr/", [PUBLIC, "127.0.0.1"]) == "not_public"


def test_a_name_is_resolved_once_so_that_a_second_answer_leads_nowhere_else(monkeypatch):
    asked, reached = [], []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    def connect(where: tuple[str, int], timeout: float) -> socket.socket:
        reached.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(CallFailed):
        OutwardHttp(resolve=rebinding).post("https://hooks.example.fr/", FIELDS, b"{}")
    assert (asked, reached) == (["hooks.example.fr"], [(PUBLIC, 443)])


def test_this_machine_is_called_only_where_its_own_name_is_written_and_allowed():
    near = OutwardHttp(allows_loopback=True, resolve=lambda *_: ["127.0.0.1"])
    assert near.refusal_of("http://localhost:9/x") is None
    assert near.refusal_of("http://hooks.example.fr/") == "not_https"
    with pytest.raises(CallFailed, match="call_failed") as failed:
        near.post("https://hooks.example.fr/", FIELDS, b"{}")
    assert failed.value.facts == {"reason": "not_public"}


def test_the_twin_in_memory_refuses_the_same_addresses():
    for url in ("http://hooks.example.fr/", "https://127.1/", "https://hooks.example.fr/x"):
        assert MemoryCaller().refusal_of(url) == OutwardHttp().refusal_of(url)


Peer = Callable[[socket.socket], None]


@contextmanager
def listening(peer: Peer) -> Iterator[str]:
    """A peer on this machine that does what it wants with one connection."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            line, _ = door.accept()
            with line:
                peer(line)
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}/hook"
    finally:
        door.close()
        thread.join(5)


def saying(*parts: bytes) -> Peer:
    def peer(line: socket.socket) -> None:
        line.recv(65536)
        for part in parts:
            line.sendall(part)

    return peer


def near(deadline_s: float = 5.0) -> OutwardHttp:
    return OutwardHttp(allows_loopback=True, deadline_s=deadline_s)


def failure(peer: Peer, deadline_s: float = 5.0) -> tuple[str, float]:
    started = monotonic()
    with listening(peer) as url, pytest.raises(CallFailed) as failed:
        near(deadline_s).post(url, FIELDS, b"{}")
    return str(failed.value.facts["reason"]), monotonic() - started


def test_a_plain_answer_is_read_whole_and_what_was_asked_is_what_was_meant():
    seen = []

    def peer(line: socket.socket) -> None:
        seen.append(line.recv(65536))
        line.sendall(
            b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json; charset=utf-8\r\n"
            b"Content-Length: 2\r\n\r\n{}and what nobody asked for"
        )

    with listening(peer) as url:
        answer = near().post(url, {"webhook-id": "a"}, b'{"type":"x"}')
    assert (answer.status, answer.media_type, answer.body) == (202, "application/json", b"{}")
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"webhook-id: a" in head
    assert body == b'{"type":"x"}'


def test_an_answer_in_pieces_is_put_together():
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    with listening(saying(chunks)) as url:
        assert near().post(url, FIELDS, b"{}").body == b"{}"


def test_a_page_is_asked_for_and_its_status_alone_is_read():
    seen = []

    def peer(line: socket.socket) -> None:
        seen.append(line.recv(65536))
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n<html>")

    with listening(peer) as url:
        assert near().reach(url) == 200
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"GET /hook HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Content-Length" not in head
    assert body == b""


def test_a_page_that_leads_inside_is_never_asked_for():
    calls = OutwardHttp(resolve=lambda *_: ["10.0.0.1"])
    with pytest.raises(CallFailed) as failed:
        calls.reach("https://www.example.fr/page")
    assert failed.value.facts == {"reason": "not_public"}


def test_a_resolver_that_is_away_tells_nothing_of_the_name():
    def saying_error(errno: int) -> Callable[[str, int], list[str]]:
        def look_up(host: str, port: int) -> list[str]:
            raise socket.gaierror(errno, "x")

        return look_up

    reasons = []
    for errno in (socket.EAI_NONAME, socket.EAI_AGAIN):
        with pytest.raises(CallFailed) as failed:
            OutwardHttp(resolve=saying_error(errno)).reach("https://www.example.fr/")
        reasons.append(failed.value.facts["reason"])
    assert reasons == ["name_unknown", "name_too_slow"]


def test_a_redirect_is_an_answer_and_is_not_followed():
    away = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with listening(saying(away)) as url:
        assert near().post(url, FIELDS, b"{}").status == 302


def endless(line: socket.socket) -> int:
    sent = 0
    try:
        while sent < 200_000_000:
            sent += line.send(b"x" * 65536)
    except OSError:
        pass
    return sent


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nBEBC200\r\n",
    ],
)
def test_an_answer_of_200_mb_is_left_after_64_kib(head, monkeypatch):
    read = []
    receive = socket.socket.recv_into

    def counting(line: socket.socket, into: memoryview) -> int:
        read.append(receive(line, into))
        return read[-1]

    monkeypatch.setattr(socket.socket, "recv_into", counting)

    def peer(line: socket.socket) -> None:
        line.recv(65536)
        line.sendall(head)
        endless(line)

    reason, took = failure(peer)
    assert reason == "too_long"
    assert took < 4
    assert 0 < sum(read) <= MOST_BYTES


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"]
)
def test_an_answer_that_drips_is_left_at_the_deadline_whatever_part_drips(head):
    def peer(line: socket.socket) -> None:
        line.recv(65536)
        line.sendall(head)
        line.settimeout(0.05)
        while True:
            line.sendall(b"H")
            try:
                if not line.recv(1):
                    return
            except TimeoutError:
                continue

    reason, took = failure(peer, deadline_s=0.3)
    assert reason in {"too_slow", "not_http"}
    assert took < 2


def test_a_look_up_that_hangs_is_left_at_the_deadline():
    wait = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        wait.wait(5)
        return []

    with pytest.raises(CallFailed) as failed:
        OutwardHttp(resolve=hanging, deadline_s=0.1).post("https://hooks.example.fr/", {}, b"")
    wait.set()
    assert failed.value.facts == {"reason": "name_too_slow"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not_http"),
        (b"", "not_http"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "not_http"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "not_http"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(said, reason):
    assert failure(saying(said))[0] == reason


def test_a_closed_door_is_said_to_be_closed():
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(CallFailed) as failed:
        near().post(f"http://127.0.0.1:{port}/", FIELDS, b"{}")
    assert failed.value.facts == {"reason": "connection_refused"}


def test_a_header_cannot_be_smuggled_in():
    with listening(saying(b"")) as url, pytest.raises(CallFailed) as failed:
        near().post(url, {"X": "a\r\nBcc: b"}, b"{}")
    assert failed.value.facts == {"reason": "not_a_url"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that no authority signed, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "c.pem", folder / "k.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def over_tls(certificate: tuple[Path, Path]) -> Peer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def peer(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as secret:
            secret.recv(65536)
            secret.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    return peer


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    with listening(over_tls(certificate)) as url, pytest.raises(CallFailed) as failed:
        near().post(url.replace("http://127.0.0.1", "https://localhost"), FIELDS, b"{}")
    assert failed.value.facts == {"reason": "certificate_refused"}


@pytest.mark.parametrize(("host", "is_good"), [("localhost", True), ("127.0.0.1", False)])
def test_a_certificate_must_be_of_the_name_that_was_asked_for(certificate, host, is_good):
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    calls = OutwardHttp(allows_loopback=True, resolve=lambda *_: ["127.0.0.1"], tls=trusting)
    with listening(over_tls(certificate)) as url:
        address = url.replace("http://127.0.0.1", f"https://{host}")
        if is_good:
            assert calls.post(address, FIELDS, b"{}").status == 200
            return
        with pytest.raises(CallFailed) as failed:
            calls.post(address, FIELDS, b"{}")
    assert failed.value.facts == {"reason": "certificate_refused"}


def test_a_peer_that_speaks_no_tls_is_said_so():
    peer = saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with listening(peer) as url, pytest.raises(CallFailed) as failed:
        near().post(url.replace("http://", "https://"), FIELDS, b"{}")
    assert failed.value.facts == {"reason": "tls_failed"}
