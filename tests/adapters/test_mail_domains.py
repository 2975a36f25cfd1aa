"""Whether a domain takes mail, asked of a resolver that answers on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from hub.adapters.mail_domains import DnsMailDomains
from hub.domain.contact_points import Reachability
from hub.domain.mailboxes import is_reserved_domain

ZONE = {
    ("chu.fr.", "MX"): "10 mx.chu.fr.",
    ("sans-mx.fr.", "A"): "192.0.2.1",
    ("refuse.fr.", "MX"): "0 .",
}
KNOWN = {name for name, _kind in ZONE} | {"vide.fr."}


@pytest.fixture(scope="module")
def domains() -> Iterator[DnsMailDomains]:
    """Asks a server of ours, over UDP on loopback."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(server,), daemon=True)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = server.getsockname()[1]
    yield DnsMailDomains(resolver)
    server.sendto(b"stop", server.getsockname())
    thread.join()
    server.close()


def _serve(server: socket.socket) -> None:
    while True:
        data, peer = server.recvfrom(4096)
        if data == b"stop":
            return
        asked = dns.message.from_wire(data)
        question = asked.question[0]
        name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
        reply = dns.message.make_response(asked)
        if name == "panne.fr.":
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif name not in KNOWN:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif (name, kind) in ZONE:
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", kind, ZONE[name, kind]))
        server.sendto(reply.to_wire(), peer)


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("chu.fr", Reachability.YES),
        ("sans-mx.fr", Reachability.YES),
        ("refuse.fr", Reachability.NO),
        ("vide.fr", Reachability.NO),
        ("nulle-part.fr", Reachability.NO),
        ("panne.fr", Reachability.NOT_KNOWN),
        ("chu.example", Reachability.NOT_KNOWN),
        ("..", Reachability.NOT_KNOWN),
    ],
)
def test_a_domain_takes_mail_by_its_mx_else_by_its_address(domains, domain, found) -> None:
    assert domains.takes_mail(domain) is found


def test_names_of_documents_are_never_asked() -> None:
    assert all(map(is_reserved_domain, ("a.example", "x.test", "example.org", "mail.example.com")))
    assert not any(map(is_reserved_domain, ("example.fr", "chu-rennes.fr", "myexample.com")))
