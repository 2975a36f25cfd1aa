"""A download is saved under its own name and never shown in our origin."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web.downloads import attachment, download_of


def test_a_download_can_only_be_saved() -> None:
    response = download_of(b"%PDF", "accuse.pdf")
    assert response.headers["Content-Disposition"] == "attachment; filename=accuse.pdf"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Length"] == "4"


def test_a_stream_is_handed_on_piece_by_piece_with_its_size() -> None:
    response = download_of(iter([b"ab", b"cd"]), "a.csv", size=4)
    assert response.headers["Content-Length"] == "4"
    assert response.get_data() == b"abcd"


@pytest.mark.parametrize("name", ["Réponse d’Inserm.pdf", "報告.pdf", "a b.pdf"])
def test_a_name_with_accents_reaches_the_disk(name: str) -> None:
    header = attachment(name)
    assert header.isascii()
    if not name.isascii():
        assert unquote(header.partition("UTF-8''")[2]) == name


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_no_name_breaks_out_of_the_header(name: str) -> None:
    header = attachment(name)
    assert header.startswith("attachment;")
    assert "\n" not in header
    assert "\r" not in header
