"""`/api/v1/requests:batch`: many filings for one's mandators, a CSV whose lines stand alone."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from apiflask import APIBlueprint
from flask import request
from pydantic import ValidationError

from hub.domain.actors import Actor
from hub.domain.directory_records import NotThatFormat
from hub.errors import HubError, Invalid
from hub.models.member import TokenScope
from hub.services.batches import text_of_table
from hub.web.access import api_client
from hub.web.api.rights_requests import file_line
from hub.web.api.schemas import BatchOut, RequestIn

bp = APIBlueprint("api_batches", __name__, url_prefix="/api/v1", tag="Rights requests")

MOST_LINES = 500
MOST_BYTES = 2 * 1024 * 1024
LONGEST_KEY = 200
PERSON = ("given_names", "family_name", "birth_date", "email", "postal_address", "phone")
REPRESENTATIVE = ("name", "capacity", "object", "starts_on", "ends_on", "answer_to", "purpose")
COLUMNS = (
    "key",
    "right",
    "processings",
    "statement",
    "language",
    *PERSON,
    *(f"representative_{name}" for name in REPRESENTATIVE),
    "representative_rights",
    "representative_processings",
)


@bp.post("/requests:batch")
@api_client(TokenScope.FILE)
@bp.output(BatchOut)
@bp.doc(security="token", responses={422: "No table, or too many lines"})
def file_batch(client: Actor) -> dict[str, Any]:
    """File each line of a CSV (`;` or `,`, any encoding) by itself, once for each `key`.

    Columns: key, right, processings (ids, spaces between), given_names, family_name, birth_date,
    email, postal_address, phone, statement, language, representative_name, _capacity, _object,
    _rights, _processings, _starts_on, _ends_on, _answer_to, _purpose. The body is the file itself.
    The report has a line for each: `filed` (a repeated key gives the same receipt; `refused` in it
    are the databases outside the mandate) or `refused` with why.
    """
    return report_of(request.get_data(), client)


def report_of(content: bytes, client: Actor) -> dict[str, Any]:
    """File each line of a table by itself, and say what came of each. Raises Invalid."""
    lines = [_result(line, cells, client) for line, cells in _lines(content)]
    filed = sum(one["result"] == "filed" for one in lines)
    return {"filed": filed, "refused": len(lines) - filed, "lines": lines}


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    if len(content) > MOST_BYTES:
        raise Invalid(field="body", reason="too_big", most=MOST_BYTES)
    try:
        text = text_of_table(content)
    except NotThatFormat as refusal:
        raise Invalid(field="body", reason=refusal.problem.value) from refusal
    try:
        found = _rows(text)
    except csv.Error as error:
        raise Invalid(field="body", reason="broken") from error
    if len(found) > MOST_LINES:
        raise Invalid(field="body", reason="too_many_lines", most=MOST_LINES)
    yield from found


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """The lines under the titles; each title is known, and stands once."""
    first = text.splitlines()[0]
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=max(";,\t", key=first.count))
    titles = list(reader.fieldnames or ())
    wrong = {title for title in titles if title not in COLUMNS or titles.count(title) > 1}
    if wrong or "key" not in titles:
        raise Invalid(field="columns", reason="unknown_or_missing", value=sorted(wrong))
    return [(reader.line_num, _trimmed(row)) for row in reader]


def _trimmed(row: Mapping[Any, Any]) -> dict[str, str]:
    return {name: str(row[name] or "").strip() for name in COLUMNS if name in row}


def _result(line: int, cells: dict[str, str], client: Actor) -> dict[str, Any]:
    """What came of one line; whatever is wrong with it stays its own."""
    key = cells.get("key", "")
    told: dict[str, Any] = {"line": line, "key": key, "result": "refused"}
    if not 1 <= len(key) <= LONGEST_KEY:
        return told | {"errors": [{"field": "key", "reason": "length"}]}
    try:
        receipt = file_line(RequestIn.model_validate(_body(cells)), client, f"batch:{key}")
    except ValidationError as error:
        return told | {"errors": list(_faults(error))}
    except HubError as refusal:
        facts = {name: str(value) for name, value in refusal.facts.items()}
        return told | {"errors": [{"reason": refusal.code} | facts]}
    return told | {"result": "filed", "receipt": receipt}


def _body(cells: Mapping[str, str]) -> dict[str, Any]:
    """The line as the body of one filing: an empty cell is no member."""
    said = {name: text for name, text in cells.items() if text}
    body: dict[str, Any] = {
        name: said[name] for name in ("right", "statement", "language") if name in said
    }
    body["processings"] = said.get("processings", "").split()
    body["person"] = {name: said[name] for name in PERSON if name in said}
    prefix = "representative_"
    acting: dict[str, Any] = {
        name.removeprefix(prefix): text for name, text in said.items() if name.startswith(prefix)
    }
    for name in ("rights", "processings"):
        if name in acting:
            acting[name] = acting[name].split()
    return body | ({"representative": acting} if acting else {})


def _faults(error: ValidationError) -> Iterator[dict[str, str]]:
    """The field and the kind of each fault, without the value: a report may be kept and sent."""
    for fault in error.errors():
        field = ".".join(str(part) for part in fault["loc"])
        yield {"field": field, "reason": str(fault["type"])}
