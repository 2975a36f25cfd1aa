"""In which format an answer's data may be given (GDPR 15(3), 20(1); EDPB 01/2022 §148-156)."""

from collections.abc import Iterable

from hub.domain.rights import Right
from hub.errors import Invalid

MACHINE_READABLE = frozenset({"csv", "json", "jsonl", "ndjson", "tsv", "ttl", "xml", "xlsx", "ods"})
"""Extensions of structured, commonly used, machine-readable files; a PDF is not one."""


class NotMachineReadable(Invalid):
    """Portability owes a file that another service can read; none of these is one (GDPR 20(1))."""

    code = "not_machine_readable"


def check_answer_format(
    right: Right, extensions: Iterable[str], *, owes_file: bool = False
) -> None:
    """Check the files of an answer that grants a right.

    An answer without files is left alone, unless it `owes_file`: who answers by form gives the
    data there; a program, or an answer given elsewhere, may have sent them straight (GDPR 20(2)).

    `extensions` with or without their dot. A letter in PDF may go with the data of a portability,
    as long as one file at least is machine-readable; for access any format a person can read does.
    Raises NotMachineReadable.
    """
    given = {extension.lower().lstrip(".") for extension in extensions}
    if right is Right.PORTABILITY and (given or owes_file) and not given & MACHINE_READABLE:
        raise NotMachineReadable(field="files", formats=sorted(given))
