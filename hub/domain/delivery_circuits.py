"""The circuit breaker of one way to one recipient: closed, open, half open (M. Nygard).

A recipient that fails again and again is left in peace for a while, so that it holds no worker;
then one delivery tries, and the rest follow once it has arrived.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class CircuitState(StrEnum):
    """Whether deliveries pass: all, none, or a single one that tries."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


@dataclass(frozen=True)
class CircuitPauses:
    """After how many failures in a row the circuit opens, and for how long: doubled each time."""

    opens_after: int = 3
    first_pause: timedelta = timedelta(seconds=30)
    longest_pause: timedelta = timedelta(minutes=10)


PAUSES = CircuitPauses()


@dataclass(frozen=True)
class Circuit:
    """Failures in a row, and until when the circuit lets nothing pass (None: it is closed)."""

    failures: int = 0
    open_until: datetime | None = None

    def state(self, now: datetime) -> CircuitState:
        """Whether deliveries pass now."""
        if self.open_until is None:
            return CircuitState.CLOSED
        return CircuitState.OPEN if now < self.open_until else CircuitState.HALF_OPEN

    def probing(self, now: datetime, lease: timedelta) -> "Circuit":
        """The circuit once a single delivery tries: no other passes until its lease is over."""
        return replace(self, open_until=now + lease)

    def resting(self, until: datetime) -> "Circuit":
        """The circuit once its recipient asked for a rest: until then at least."""
        return replace(self, open_until=max(until, self.open_until or until))

    def failed(self, now: datetime, policy: CircuitPauses = PAUSES) -> "Circuit":
        """The circuit after one more failure."""
        failures = self.failures + 1
        if failures < policy.opens_after:
            return Circuit(failures)
        # 2^16 pauses are longer than any longest one.
        doublings = min(failures - policy.opens_after, 16)
        pause = min(policy.first_pause * 2**doublings, policy.longest_pause)
        return Circuit(failures, now + pause)


CLOSED = Circuit()
"""The circuit after a success, and of whom nothing is known."""
