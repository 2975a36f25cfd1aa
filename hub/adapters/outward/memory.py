"""Endpoints in memory: what was posted is kept, and a test says what comes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hub.domain.outward_addresses import AddressRefusal, target_of
from hub.port_errors import CallFailed
from hub.ports import OutwardAnswer

Answering = Callable[["Posted"], OutwardAnswer]


@dataclass(frozen=True)
class Posted:
    """One call as it left."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class MemoryCaller:
    """Keeps what is posted; `answering` gives the answer, or raises CallFailed as the real one."""

    answering: Answering | None = None
    posted: list[Posted] = field(default_factory=list)
    pages: dict[str, int | str] = field(default_factory=dict)
    """What each page answers with: a status, or the reason why it was not reached."""
    looked_at: list[str] = field(default_factory=list)

    def refusal_of(self, url: str) -> AddressRefusal | None:
        """As the real one: by the address alone."""
        target = target_of(url)
        return target if isinstance(target, AddressRefusal) else None

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> OutwardAnswer:
        """Keep the call, and answer as the test asked. Raises CallFailed."""
        if refusal := self.refusal_of(url):
            raise CallFailed(reason=refusal.value)
        call = Posted(url, dict(headers), body)
        self.posted.append(call)
        if self.answering is None:
            raise CallFailed(reason="connection_refused")
        return self.answering(call)

    def reach(self, url: str) -> int:
        """What the test said of this page. Raises CallFailed."""
        if refusal := self.refusal_of(url):
            raise CallFailed(reason=refusal.value)
        self.looked_at.append(url)
        found = self.pages.get(url, "connection_refused")
        if isinstance(found, str):
            raise CallFailed(reason=found)
        return found
