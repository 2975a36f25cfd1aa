"""A test client that inspects each page it is given (after GOV.UK Notify's `client_request`)."""

from __future__ import annotations

import re
import warnings
from contextvars import Context
from typing import Any

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
FORM_TOKEN = re.compile(r'(name="csrf_token"[^>]*value="|challenge&#34;: &#34;)[^"&]+')

_found_sound: set[int] = set()


class CheckedClient(FlaskClient):
    """Fails a test on any page that a browser or a screen reader would stumble over."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request and check the page that comes back."""
        # A visit of its own: within the test's application context, Flask would share `g` (and so
        # the signed-in member) between visits.
        response = Context().run(super().open, *args, **kwargs)
        if response.mimetype == "text/html" and response.data:
            check_page(response.get_data(as_text=True))
        return response


def check_page(page: str) -> None:
    """Valid HTML with a language, one title, one h1, labelled fields and unique ids.

    Reading a page costs as much as making it: one that differs from a sound one by its form's
    token, or what it asks a passkey to sign, is not read again.
    """
    digest = hash(FORM_TOKEN.sub(r"\1", page))
    if digest in _found_sound:
        return
    _check(page)
    _found_sound.add(digest)


def _check(page: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = html5lib.HTMLParser(strict=False)
        tree = parser.parse(page)
    faults = [code for _, code, _ in parser.errors]
    assert not faults, f"invalid HTML: {faults[:5]}"
    assert tree.get("lang") in {"fr", "en"}, "the page does not say its language"
    titles = _all(tree, "title")
    assert titles, "the page has no title"
    assert titles[0].text.strip(), "the page has an empty title"
    assert len(_all(tree, "h1")) == 1, "a page has one h1"
    _check_ids(tree)
    _check_fields(tree)
    _check_code(tree)


def _all(tree: Any, tag: str) -> list[Any]:
    return list(tree.iter(NAMESPACE + tag))


def _check_ids(tree: Any) -> None:
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), (
        f"ids used twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    )


def _check_fields(tree: Any) -> None:
    named = {label.get("for") for label in _all(tree, "label")}
    for tag in LABELLED:
        for element in _all(tree, tag):
            if element.get("type", "text") in UNLABELLED_TYPES:
                continue
            has_name = (
                element.get("id") in named
                or element.get("aria-label")
                or element.get("aria-labelledby")
            )
            assert has_name, f"a field without label: {element.get('name')}"


def _check_code(tree: Any) -> None:
    for script in _all(tree, "script"):
        assert script.get("src"), "an inline script"
    for element in tree.iter():
        assert element.get("style") is None, f"an inline style on {element.tag}"
        handlers = [name for name in element.attrib if str(name).startswith("on")]
        assert not handlers, f"an inline handler: {handlers}"
