"""The pages of the hub about itself, its pages of errors, and the headers of every answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest
from babel.messages.pofile import read_po

from hub.web.errors import PAGES
from hub.web.translations import CATALOGUES
from tests.pages import CheckedClient
from tests.web.conftest import PRIVATE_FAULT

ABOUT = ("/", "/aide", "/accessibilite", "/confidentialite", "/modalites")
ENTRIES = ("/demander", "/suivre", "/qui-utilise-mes-donnees", "/mes-droits")
OTHERS = (*ENTRIES, "/calculer-un-delai", "/connexion")
PHONE, DIALLED = "01 99 00 12 34", "tel:0199001234"
SPOKEN = ("aria-label", "alt", "title", "placeholder")
ELSEWHERE = {"formulaire.defenseurdesdroits.fr", "www.cnil.fr"}
REFUSED = {"conflict": 409, "absent": 404, "storage": 503}
TOO_LARGE = 1024 * 1024 + 1


@pytest.fixture(scope="module")
def english() -> frozenset[str]:
    """The words of the code that are said otherwise in French."""
    messages = []
    for path in CATALOGUES.glob("*.po"):
        with path.open("rb") as text:
            messages += [message for message in read_po(text, locale="fr") if message.id]
    pairs = [pair for message in messages for pair in _pairs(message.id, message.string)]
    french = {words for _, words in pairs}
    return frozenset(words for words, _ in pairs if words not in french)


def _pairs(said: Any, translated: Any) -> Iterator[tuple[str, str]]:
    if isinstance(said, str):
        yield " ".join(said.split()), " ".join(translated.split())
    else:
        yield from zip(said, translated, strict=False)


def _all(tree: Any, tag: str) -> list[Any]:
    return [each for each in tree.iter() if str(each.tag).rpartition("}")[2] == tag]


def _words(element: Any) -> Iterator[str]:
    """What is seen or spoken of a page, but for what is said to be in another language."""
    if element.get("lang") in (None, "fr"):
        yield from (element.get(name) or "" for name in SPOKEN)
        yield element.text or ""
        for child in element:
            yield from _words(child)
            yield child.tail or ""


def _links(page: str) -> list[str]:
    return [a.get("href") for a in _all(html5lib.parse(page), "a")]


def _paragraphs(tree: Any) -> list[str]:
    return [" ".join("".join(p.itertext()).split()) for p in _all(tree, "p")]


@pytest.mark.parametrize("path", ABOUT)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_page_about_the_hub_says_whom_to_call(
    visitor: CheckedClient, path: str, language: str
) -> None:
    answer = visitor.get(f"{path}?lang={language}")
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert PHONE in answer.text
    assert DIALLED in _links(answer.text)


@pytest.mark.parametrize("path", [*ABOUT, *OTHERS, "/nowhere", "/fails/403", "/fails/500"])
def test_a_french_page_holds_no_english(
    visitor: CheckedClient, path: str, english: frozenset[str]
) -> None:
    tree = html5lib.parse(visitor.get(path).text)
    (body,) = _all(tree, "body")
    seen = {" ".join(words.split()) for words in _words(body)}
    assert len(seen) > 10
    assert seen.isdisjoint(english), seen & english


@pytest.mark.parametrize("path", ABOUT)
def test_each_page_about_the_hub_speaks_english_too(visitor: CheckedClient, path: str) -> None:
    titles = [
        _all(html5lib.parse(visitor.get(f"{path}?lang={code}").text), "h1")[0].text
        for code in ("fr", "en")
    ]
    assert titles[0] != titles[1]


@pytest.mark.parametrize("path", ABOUT)
def test_each_link_leads_to_a_page(visitor: CheckedClient, path: str) -> None:
    links = {urlsplit(href) for href in _links(visitor.get(path).text)}
    assert {url.netloc for url in links if url.netloc} <= ELSEWHERE
    assert {url.scheme for url in links} <= {"", "tel", "mailto", "https"}
    within = [url.geturl() for url in links if not url.scheme and url.path]
    assert len(within) >= len(ENTRIES)
    for href in within:
        assert visitor.get(href, follow_redirects=True).status_code == 200, href


def test_home_leads_to_each_service(visitor: CheckedClient) -> None:
    links = _links(visitor.get("/").text)
    assert set(ENTRIES) | set(ABOUT[1:]) <= set(links)
    assert len([href for href in links if href.startswith("/demander?")]) == 6


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_menu_marks_the_entry_being_visited(visitor: CheckedClient, entry: str) -> None:
    tree = html5lib.parse(visitor.get(entry, follow_redirects=True).text)
    current = [a.get("href") for a in _all(tree, "a") if a.get("aria-current") == "page"]
    assert entry in current
    assert set(current) & set(ENTRIES) == {entry}


@pytest.mark.parametrize("status", sorted(PAGES))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_error_says_what_happened_what_is_kept_and_what_to_do(
    visitor: CheckedClient, status: int, language: str
) -> None:
    answer = visitor.get(f"/fails/{status}?lang={language}")
    assert answer.status_code == status
    tree = html5lib.parse(answer.text)
    (main,) = _all(tree, "main")
    said = _paragraphs(main)
    assert len(said) >= 4
    assert all(len(words) > 15 for words in said[:3]), "happened, kept, to do"
    assert len(set(said)) == len(said)
    assert "/" in [a.get("href") for a in _all(main, "a")]
    assert PHONE in " ".join(said)
    assert str(status) not in " ".join(said), "a number says nothing to people"


def test_each_error_has_its_own_title(visitor: CheckedClient) -> None:
    pages = [visitor.get(f"/fails/{status}").text for status in PAGES]
    assert len({_all(html5lib.parse(page), "h1")[0].text for page in pages}) == len(PAGES)


def test_an_error_without_page_is_said_as_something_unread(visitor: CheckedClient) -> None:
    answer = visitor.get("/fails/418")
    assert answer.status_code == 418
    assert "votre navigateur" in answer.text


@pytest.mark.parametrize(("kind", "status"), REFUSED.items())
def test_a_refusal_of_the_hub_has_the_page_of_its_kind(
    visitor: CheckedClient, kind: str, status: int
) -> None:
    answer = visitor.get(f"/fails/refused/{kind}")
    assert answer.status_code == status
    assert answer.text == visitor.get(f"/fails/{status}").text.replace(
        f"/fails/{status}", f"/fails/refused/{kind}"
    )


def test_a_fault_of_the_code_tells_nothing_of_itself(visitor: CheckedClient) -> None:
    answer = visitor.get("/fails/broken")
    assert answer.status_code == 500
    assert PRIVATE_FAULT not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/", "/aide", "/nowhere", "/static/css/hub.css", "/suivre"])
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80"])
def test_a_host_that_is_not_ours_gets_a_page_that_never_names_it(
    visitor: CheckedClient, path: str, host: str
) -> None:
    answer = visitor.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "votre navigateur" in answer.text
    assert "your browser" in answer.text
    assert "evil" not in answer.text
    assert all(href.startswith(("/", "tel:")) for href in _links(answer.text))


def test_a_form_without_its_token_is_said_in_words(visitor: CheckedClient) -> None:
    answer = visitor.post("/suivre", data={"reference": "x"})
    assert answer.status_code == 400
    assert "restée ouverte trop longtemps" in answer.text


def test_a_form_too_large_is_refused_in_words(visitor: CheckedClient) -> None:
    field = b'--edge\r\nContent-Disposition: form-data; name="reference"\r\n\r\n'
    answer = visitor.post(
        "/suivre",
        data=field + b"x" * TOO_LARGE + b"\r\n--edge--\r\n",
        content_type="multipart/form-data; boundary=edge",
    )
    assert answer.status_code == 413
    assert "trop lourd" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_method_that_a_page_lacks_is_refused_with_those_it_has(
    visitor: CheckedClient, method: str
) -> None:
    answer = visitor.open("/aide", method=method)
    assert answer.status_code == 405
    assert set(answer.allow) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", [*ABOUT, *ENTRIES, "/nowhere"])
def test_head_says_what_get_would(visitor: CheckedClient, path: str) -> None:
    full, head = visitor.get(path), visitor.head(path)
    assert head.status_code == full.status_code
    assert head.data == b""
    for name in ("Content-Type", "Content-Language", "Cache-Control"):
        assert head.headers.get(name) == full.headers.get(name)


def test_no_other_site_is_told_what_a_page_allows_it(visitor: CheckedClient) -> None:
    answer = visitor.options("/aide", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 405
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]
    assert visitor.open("/aide", method="TRACE").status_code == 405


STATIC = ("/static/css/hub.css", "/static/js/copy-value.js", "/static/img/logo.svg")
FAILING = ("/nowhere", "/static/nowhere.css", "/fails/broken", *(f"/fails/{s}" for s in PAGES))
MACHINES = ("/api/v1/openapi.json", "/api/v1/nowhere")


@pytest.mark.parametrize("path", [*ABOUT, *OTHERS, *STATIC, *FAILING, *MACHINES])
def test_no_answer_lets_foreign_code_in_or_can_be_framed(visitor: CheckedClient, path: str) -> None:
    headers = visitor.get(path, buffered=True).headers
    policy = dict(
        rule.strip().partition(" ")[::2] for rule in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert set(policy.values()) == {"'none'", "'self'"}, "no unsafe-inline, no other host"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers, "only for an address in https"


@pytest.mark.parametrize("path", [*ABOUT, *OTHERS, *FAILING, *MACHINES])
def test_no_page_is_kept_by_a_cache(visitor: CheckedClient, path: str) -> None:
    kept = visitor.get(path, buffered=True).headers["Cache-Control"]
    assert "no-store" in [rule.strip() for rule in kept.split(",")]
    assert "public" not in kept


@pytest.mark.parametrize("path", STATIC)
def test_what_all_pages_share_is_kept_for_an_hour(visitor: CheckedClient, path: str) -> None:
    answer = visitor.get(path, buffered=True)
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert (
        visitor.get(
            path, headers={"If-None-Match": answer.headers["ETag"]}, buffered=True
        ).status_code
        == 304
    )


@pytest.mark.parametrize("path", ["/static/../config.py", "/static/%2e%2e/config.py", "/static/"])
def test_nothing_but_static_files_is_served_from_their_folder(
    visitor: CheckedClient, path: str
) -> None:
    assert visitor.get(path).status_code == 404
