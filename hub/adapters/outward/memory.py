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
