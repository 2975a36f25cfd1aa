"""Whether a domain takes mail, asked of the DNS; and the twin that asks nobody."""

import dns.exception
import dns.resolver

from hub.domain.contact_points import Reachability
from hub.domain.mailboxes import is_reserved_domain

PATIENCE_S = 3.0
HOSTS = ("A", "AAAA")
NOT_THERE = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)


class DnsMailDomains:
    """Asks the resolvers of this machine, or those that are given."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._given = resolver

    def takes_mail(self, domain: str) -> Reachability:
        """Whether mail for a domain has somewhere to go; never raises.

        By its MX records (RFC 5321 §5.1), a null one refusing all (RFC 7505), else by its own
        address. What gives no answer in time is not known.
        """
        if is_reserved_domain(domain):
            return Reachability.NOT_KNOWN
        try:
            resolver = self._given or dns.resolver.Resolver()
            return self._by_mail_servers(resolver, domain)
        except dns.exception.DNSException:
            return Reachability.NOT_KNOWN

    def _by_mail_servers(self, resolver: dns.resolver.Resolver, domain: str) -> Reachability:
        try:
            servers = resolver.resolve(domain, "MX", lifetime=PATIENCE_S)
        except dns.resolver.NXDOMAIN:
            return Reachability.NO
        except dns.resolver.NoAnswer:
            return self._by_own_address(resolver, domain)
        takes = any(str(server.exchange) != "." for server in servers)
        return Reachability.YES if takes else Reachability.NO

    def _by_own_address(self, resolver: dns.resolver.Resolver, domain: str) -> Reachability:
        for kind in HOSTS:
            try:
                resolver.resolve(domain, kind, lifetime=PATIENCE_S)
            except NOT_THERE:
                continue
            return Reachability.YES
        return Reachability.NO


class MemoryMailDomains:
    """Knows what it was told, and asks nobody: for tests, and where no mail leaves."""

    def __init__(self) -> None:
        self.known: dict[str, Reachability] = {}

    def takes_mail(self, domain: str) -> Reachability:
        """What it was told of a domain; else it is not known."""
        return self.known.get(domain, Reachability.NOT_KNOWN)
