"""Looks for what a PDF does by itself, and copies it without; run as a process of its own.

A PDF may be made to exhaust or break the library that reads it: this process has little memory,
little time, and holds nothing but the file it reads. It is given the file on its standard input;
it writes one line of JSON (the findings), then the cleaned copy where something was found.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 20
_ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/ImportData": "form",
    "/SubmitForm": "form",
    "/GoToE": "embedded_file",
    "/GoToR": "launch",
    "/Movie": "media",
    "/Rendition": "media",
    "/RichMediaExecute": "media",
    "/Sound": "media",
}
"""Actions that run, fetch or send something (ISO 32000-2, 12.6.4), and the word for each."""
_KEYS = {
    "/EF": "embedded_file",
    "/EmbeddedFiles": "embedded_file",
    "/JavaScript": "javascript",
    "/JS": "javascript",
    "/XFA": "form",
}
_ANNOTATIONS = {
    "/3D": "media",
    "/FileAttachment": "embedded_file",
    "/Movie": "media",
    "/RichMedia": "media",
    "/Screen": "media",
    "/Sound": "media",
}
_DEEPEST = 60


def clean(pdf: pikepdf.Pdf) -> list[str]:
    """Take out of a PDF what it does by itself; says what was found, each kind once."""
    found: set[str] = set()
    for top in pdf.objects:
        for node in _nodes(top):
            found.update(_emptied(node))
    if pdf.get_warnings():
        # What this library mends or leaves out, another may read: the copy holds what it read.
        found.add("not_inspected")
    return sorted(found)


def _nodes(top: Any, depth: int = 0) -> Iterator[Any]:
    """The dictionaries and arrays that lie directly in an object, itself included."""
    if depth > _DEEPEST or not isinstance(top, (Dictionary, Array, Stream)):
        return
    yield top
    inside = top if isinstance(top, Array) else [value for _, value in top.items()]
    for value in inside:
        if isinstance(value, (Dictionary, Array)) and not value.is_indirect:
            yield from _nodes(value, depth + 1)


def _emptied(node: Any) -> set[str]:
    if isinstance(node, Array):
        doing = [(at, kind) for at, value in enumerate(node) if (kind := _kind_of(value))]
        for at, _ in reversed(doing):
            del node[at]
        return {kind for _, kind in doing}
    doing = [(key, kind) for key, value in node.items() if (kind := _KEYS.get(key))]
    doing += [(key, kind) for key, value in node.items() if (kind := _kind_of(value))]
    for key, _ in doing:
        if key in node:
            del node[key]
    return {kind for _, kind in doing}


def _kind_of(value: Any) -> str | None:
    """What a value does: an action that runs something, or an annotation that carries it."""
    if not isinstance(value, (Dictionary, Stream)):
        return None
    action, subtype = value.get(Name.S), value.get(Name.Subtype)
    if isinstance(action, Name) and str(action) in _ACTIONS:
        return _ACTIONS[str(action)]
    if isinstance(subtype, Name) and Name.Rect in value:
        return _ANNOTATIONS.get(str(subtype))
    return None


def main() -> None:
    """Read, look, and write what was found and the copy without it."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with pikepdf.open(io.BytesIO(sys.stdin.buffer.read())) as pdf:
        found = clean(pdf)
        sys.stdout.buffer.write(json.dumps(found).encode() + b"\n")
        if found:
            copy = io.BytesIO()
            pdf.remove_unreferenced_resources()
            pdf.save(copy)
            sys.stdout.buffer.write(copy.getvalue())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
