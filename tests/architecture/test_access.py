"""Every address has its line in docs/access.md, and the document says what the hub does."""

from __future__ import annotations

from tests.access_document import DOCUMENT, document, lines_of, lines_written, whole_hub

AGAIN = "then write docs/access.md again (python -m tests.access_document) and read its lines"


def test_each_address_has_its_line(tmp_path):
    served, written = lines_of(whole_hub(tmp_path)), lines_written()
    missing = [line for line in served if line not in written]
    left_over = [line for line in written if line not in served]
    assert not missing, f"decide who may call {missing}, {AGAIN}"
    assert not left_over, f"no longer served: {left_over}; {AGAIN}"


def test_each_route_says_who_may_call_it(tmp_path):
    assert not [line for line in lines_of(whole_hub(tmp_path)) if line.who == "nobody said"]


def test_the_document_prints_the_tables(tmp_path):
    written = DOCUMENT.read_text(encoding="utf-8")
    assert written == document(whole_hub(tmp_path)), AGAIN
