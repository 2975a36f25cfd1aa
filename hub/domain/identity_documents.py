"""Whether a copy of an identity document may come in: by default, never.

A copy is generally out of proportion, and none is kept: it is seen, noted and given back or
destroyed (EDPB 01/2022 §74-79; RULES §4.1, X9).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class IdentityDocumentPolicy:
    """A policy of the hub [P].

    `takes_copies` (0 or 1) lets files answer an identity check: they are destroyed with the
    verdict, and without one after `longest_days`.
    """

    takes_copies: int = 0
    longest_days: int = 10
