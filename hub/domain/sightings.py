"""What is looked at to be sure of a person or of who acts for her: seen, noted, never kept.

EDPB 01/2022 §79: a note that the document was checked is enough, a copy is not kept; RULES §5 says
what shows each capacity.
"""

from collections.abc import Mapping
from enum import StrEnum

from hub.domain.representation import Capacity


class SeenKind(StrEnum):
    """What was looked at (values are stored)."""

    DEED_OF_HEIRSHIP = "deed_of_heirship"
    FAMILY_BOOKLET = "family_booklet"
    IDENTITY_DOCUMENT = "identity_document"
    JUDGMENT = "judgment"
    LASTING_MANDATE = "lasting_mandate"
    MANDATE = "mandate"


class Verdict(StrEnum):
    """What came of it (values are stored)."""

    CONVINCES = "convinces"
    DOES_NOT = "does_not"


SHOWS: Mapping[Capacity, tuple[SeenKind, ...]] = {
    Capacity.AGENT: (SeenKind.MANDATE,),
    Capacity.ASSOCIATION: (SeenKind.MANDATE,),
    Capacity.CURATOR: (SeenKind.JUDGMENT,),
    Capacity.GUARDIAN: (SeenKind.JUDGMENT, SeenKind.LASTING_MANDATE),
    Capacity.HEIR: (SeenKind.DEED_OF_HEIRSHIP, SeenKind.FAMILY_BOOKLET),
    Capacity.PARENT: (SeenKind.FAMILY_BOOKLET, SeenKind.JUDGMENT),
}
"""What shows that somebody acts in this capacity."""
