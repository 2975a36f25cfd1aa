"""A postal address as an envelope shows it: six lines of 38 signs at most (NF Z 10-011)."""

import textwrap

MOST_LINES = 6
LONGEST_LINE = 38
NAME_LINES = 2


def address_lines(name: str, address: str) -> tuple[str, ...]:
    """The addressee and the address in at most six lines.

    What is too long is shortened in the middle: the name keeps its first two lines, and the last
    line, which holds the post code and the town, is always kept whole.
    """
    named = textwrap.wrap(
        " ".join(name.split()), LONGEST_LINE, max_lines=NAME_LINES, placeholder=" …"
    )
    given = [" ".join(line.split()) for line in address.splitlines() if line.strip()]
    if len(given) == 1:
        (line,) = given
        given = [part.strip() for part in line.split(",") if part.strip()]
    if given and given[0].casefold() == name.casefold().strip():
        del given[0]
    wrapped = [part for line in given for part in textwrap.wrap(line, LONGEST_LINE)]
    room = MOST_LINES - len(named)
    kept = wrapped if len(wrapped) <= room else [*wrapped[: room - 1], wrapped[-1]]
    return (*named, *kept)
