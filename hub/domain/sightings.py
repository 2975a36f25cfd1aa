"""What is looked at to be sure of a person or of who acts for her: seen, noted, never kept.

EDPB 01/2022 §79: a note that the document was checked is enough, a copy is not kept.
"""

from enum import StrEnum


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
