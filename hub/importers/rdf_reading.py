"""RDF from untrusted bytes: format by content, no network, no entities, lines kept for findings."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from rdflib import Graph

from hub.domain.directory_records import NotThatFormat, WrongFormat
from hub.importers.reading import TextRead, read_text

FILE_ROOT = "https://import.invalid/"
_XML_START = re.compile(r"\s*<(?:\?xml\b|!|[A-Za-z_][\w.-]*(?::[\w.-]+)?\s)")
_ADDRESS = re.compile(r"[<\"']([^<>\"'\s]{3,500})[>\"']")
_LINE = re.compile(r"(?:at line |line |:)(\d+)")
_SAID = re.compile(r"Bad syntax \((.+?)\) at")


@dataclass(frozen=True, slots=True)
class GraphRead:
    """A parsed graph, how its bytes were read, and the first line of each address in it."""

    graph: Graph
    text: TextRead
    lines: dict[str, int]


def read_graph(content: bytes) -> GraphRead:
    """Turtle, RDF/XML or JSON-LD, told apart by content, as a graph.

    Raises NotThatFormat for anything else, for remote JSON-LD contexts and for XML entities that
    name a file or nest: nothing is ever fetched.
    """
    read = read_text(content)
    for parse in _candidates(read.text):
        graph = parse(read.text)
        return GraphRead(graph, read, _lines(read.text))
    raise NotThatFormat(WrongFormat.BROKEN)


def _candidates(text: str) -> tuple[Callable[[str], Graph], ...]:
    start = text.lstrip()[:1]
    if start == "{" or (start == "[" and _is_json(text)):
        return (_json_ld,)
    return (_rdf_xml,) if _XML_START.match(text) else (_turtle,)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _parse(text: str, form: str) -> Graph:
    graph = Graph(bind_namespaces="none")
    try:
        graph.parse(data=text, format=form, publicID=FILE_ROOT)
    except RecursionError as error:
        raise NotThatFormat(WrongFormat.BROKEN, "nested too deeply") from error
    except Exception as error:
        # The parsers raise whatever they stumble on (IndexError at a cut file, for one).
        raise _broken(error, text) from error
    return graph


def _broken(error: Exception, text: str) -> NotThatFormat:
    if isinstance(error, IndexError):
        return NotThatFormat(WrongFormat.BROKEN, "unexpected end", text.count("\n") + 1)
    words = " ".join(str(error).split())
    found = _LINE.search(words)
    said = _SAID.search(words)
    return NotThatFormat(
        WrongFormat.BROKEN, said[1] if said else words[:200], int(found[1]) if found else None
    )


def _turtle(text: str) -> Graph:
    return _parse(text, "turtle")


def _json_ld(text: str) -> Graph:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotThatFormat(WrongFormat.BROKEN, error.msg, error.lineno) from error
    except RecursionError as error:
        raise NotThatFormat(WrongFormat.BROKEN, "nested too deeply") from error
    _refuse_remote_contexts(document)
    return _parse(text, "json-ld")


def _refuse_remote_contexts(document: Any) -> None:
    pending = [document]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending.extend(part)
        elif isinstance(part, dict):
            context = part.get("@context")
            named = context if isinstance(context, list) else [context]
            remote = next((one for one in named if isinstance(one, str)), part.get("@import"))
            if remote is not None:
                raise NotThatFormat(WrongFormat.REMOTE_CONTEXT, str(remote)[:200])
            pending.extend(part.values())


def _rdf_xml(text: str) -> Graph:
    """Parses RDF/XML once a first pass has seen that it holds no outside or nested entity."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    check = expat.ParserCreate("utf-8", " ")
    check.EntityDeclHandler = _refuse_entity
    check.StartDoctypeDeclHandler = _refuse_doctype
    try:
        check.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise NotThatFormat(WrongFormat.BROKEN, str(error), error.lineno) from error
    return _parse(text, "xml")


def _refuse_entity(name: str, is_parameter: int, value: str | None, *outside: Any) -> None:
    if is_parameter or value is None or "&" in value or any(outside[1:]):
        raise NotThatFormat(WrongFormat.ENTITIES, name)


def _refuse_doctype(name: str, system: str | None, public: str | None, internal: int) -> None:
    if name.casefold() == "html":
        raise NotThatFormat(WrongFormat.WEB_PAGE)
    if system or public:
        raise NotThatFormat(WrongFormat.ENTITIES, str(system or public))


def _lines(text: str) -> dict[str, int]:
    """The line that describes each address: the first that begins with it, else that names it."""
    first: dict[str, int] = {}
    opening: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for found in _ADDRESS.finditer(line):
            first.setdefault(found[1], number)
            if not line[: found.start()].strip() or "about" in line[: found.start()]:
                opening.setdefault(found[1], number)
    return first | opening
