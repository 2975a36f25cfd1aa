"""`rights-hub deadline`: legal dates for one case or a file, without state, secret or database.

It must start at once: only the standard library, click and hub.domain are loaded up front.
"""

import csv
import itertools
import sys
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import date

import click

from hub.domain.clock import ClockReading, Track, read_clock, status_on
from hub.domain.clock_notation import ClockCase, UnreadableClock, WrittenClock, parse_case
from hub.domain.working_days import HolidayZone

_COLUMNS = ("received_at", "holiday_zone", "pauses", "extensions", "track")


@dataclass(frozen=True)
class DeadlineRow:
    """One line of the answer; dates in ISO form, empty when there is none."""

    id: str
    strict_on: str = ""
    due_on: str = ""
    notice_limit_on: str = ""
    refusal_due_on: str = ""
    status: str = ""


class MissingColumns(ValueError):
    """The file has no header, or its header lacks `received_at`."""


def deadline_rows(lines: Iterable[str], today: date | None = None) -> Iterator[DeadlineRow]:
    """Yield one answer for each case of a CSV, in order; a bad case says `error: …` in its status.

    The status is that of `today`, else of the last event the case tells, so that one file always
    gives one answer. Comma or semicolon may separate the columns. Raises MissingColumns.
    """
    source = iter(lines)
    header, delimiter = _read_header(source)
    for cells in _records(source, delimiter):
        if isinstance(cells, csv.Error):
            yield DeadlineRow(id="", status=f"error: {cells}")
        elif any(cell.strip() for cell in cells):
            yield answer_case(dict(zip(header, cells, strict=False)), today)


def answer_case(cells: dict[str, str], today: date | None = None) -> DeadlineRow:
    """Answer one case given by column name; what cannot be read is told in the status."""
    case_id = cells.get("id", "")
    try:
        case = parse_case(WrittenClock(**{name: cells.get(name, "") for name in _COLUMNS}))
        reading = _read(case)
    except UnreadableClock as error:
        return DeadlineRow(id=case_id, status=f"error: {_complaint(error)}")
    except (ValueError, OverflowError):
        return DeadlineRow(id=case_id, status="error: date out of range")
    return DeadlineRow(
        id=case_id,
        strict_on=_iso(reading.strict_on),
        due_on=_iso(reading.due_on),
        notice_limit_on=_iso(reading.notice_limit_on),
        refusal_due_on=_iso(reading.refusal_due_on),
        status=status_on(reading, today or case.last_on).value,
    )


def _read(case: ClockCase) -> ClockReading:
    return read_clock(case.events, zone=case.zone, track=case.track)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _complaint(error: UnreadableClock) -> str:
    field, text = error.facts["field"], error.facts["text"]
    if not text:
        return f"{field} is empty"
    why = error.facts.get("why", "not understood")
    return f"{field}: {text[:60]!r} {why}"


def _read_header(source: Iterator[str]) -> tuple[list[str], str]:
    first = next((line for line in source if line.strip("\ufeff \t\r\n")), "").lstrip("\ufeff")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if "received_at" not in header:
        raise MissingColumns("the file needs a header line with at least id and received_at")
    return header, delimiter


def _records(source: Iterator[str], delimiter: str) -> Iterator[list[str] | csv.Error]:
    """Yield the records of a CSV; a line that breaks its grammar costs that line alone."""
    while True:
        taken: list[str] = []
        reader = csv.reader(_remember(source, taken), delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                taken.clear()
                yield cells
            return
        except csv.Error as error:
            # A quotation mark left open swallows what follows: read again from the next line.
            source = itertools.chain(taken[1:], source)
            yield error


def _remember(source: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in source:
        taken.append(line)
        yield line


@click.command("deadline")
@click.option("--csv", "csv_file", metavar="FILE", help="A file of cases; - reads what is piped.")
@click.option("--received", help="One case: the date or instant of receipt.")
@click.option("--zone", type=click.Choice([z.value for z in HolidayZone]), default="METROPOLE")
@click.option("--pauses", default="", help="asked->answered, joined by ; (asked-> while open)")
@click.option("--extensions", default="", help="Dates or instants of notice, joined by ;")
@click.option("--track", type=click.Choice([t.value for t in Track]), default="gdpr")
@click.option("--today", metavar="YYYY-MM-DD", help="The day of the status; else the last event's.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr")
def deadline(csv_file: str | None, received: str | None, today: str | None, **case: str) -> None:
    """Work out the legal dates of a file of cases (--csv) or of one case (--received)."""
    if (csv_file is None) == (received is None):
        raise click.UsageError("give either --csv FILE or --received DATE")
    day = _day(today)
    if csv_file is not None:
        _answer_file(csv_file, day)
        return
    language = case.pop("language")
    written = WrittenClock(
        received_at=received or "",
        holiday_zone=case["zone"],
        pauses=case["pauses"],
        extensions=case["extensions"],
        track=case["track"],
    )
    _answer_one(written, day, language)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise click.BadParameter("a date such as 2026-08-31", param_hint="--today") from error


def _answer_file(name: str, today: date | None) -> None:
    try:
        with click.open_file(name, encoding="utf-8-sig", errors="replace") as lines:
            rows = deadline_rows(lines, today)
            first = next(rows, None)
            out = csv.writer(sys.stdout, lineterminator="\n")
            out.writerow(column.name for column in fields(DeadlineRow))
            out.writerows(astuple(row) for row in itertools.chain([first] if first else [], rows))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"{name}: {error.strerror}") from error
    except MissingColumns as error:
        raise click.ClickException(f"{name}: {error}") from error


def _answer_one(written: WrittenClock, today: date | None, language: str) -> None:
    # Words need Babel and a catalogue, which a file of cases never waits for.
    from hub.web.clock_words import catalogue_of, explain, status_words, summary

    try:
        case = parse_case(written)
        reading = _read(case)
    except UnreadableClock as error:
        raise click.ClickException(_complaint(error)) from error
    except (ValueError, OverflowError) as error:
        raise click.ClickException("date out of range") from error
    translate = catalogue_of(language)
    for label, words in summary(reading, language, translate):
        click.echo(f"{label} {words}")
    click.echo(status_words(status_on(reading, today or case.last_on), translate))
    click.echo()
    for sentence in explain(reading, language, translate):
        click.echo(f"- {sentence}")


if __name__ == "__main__":
    deadline()
