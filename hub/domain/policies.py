"""What the law leaves to the hub, gathered: one frozen choice for a whole running hub."""

from dataclasses import dataclass, field

from hub.domain.notices import ChasingPolicy
from hub.domain.retention import RetentionPolicy


@dataclass(frozen=True)
class Policies:
    """The policies in force; each default is the one the law's table proposes."""

    chasing: ChasingPolicy = field(default_factory=ChasingPolicy)
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)
