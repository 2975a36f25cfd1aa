"""The language of a visit: what the visitor chose, else what her browser prefers, else French."""

from __future__ import annotations

from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st

from hub.web.locale import choose_locale, current_language, language_url, other_languages
from tests.pages import CheckedClient

FRENCH, ENGLISH = '<html lang="fr">', '<html lang="en">'
PAGE = "/aide"


def test_the_hub_speaks_french_unless_told_otherwise(visitor: CheckedClient) -> None:
    assert FRENCH in visitor.get(PAGE).text
    assert visitor.get_cookie("lang") is None


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en", ENGLISH),
        ("en-GB,en;q=0.9", ENGLISH),
        ("fr;q=0.5,en", ENGLISH),
        ("fr-CA,en;q=0.4", FRENCH),
        ("de,en;q=0.4", ENGLISH),
        ("de", FRENCH),
        ("*", FRENCH),
        ("not a language ; q=x", FRENCH),
    ],
)
def test_the_browser_s_preference_is_followed(
    visitor: CheckedClient, accepted: str, language: str
) -> None:
    assert language in visitor.get(PAGE, headers={"Accept-Language": accepted}).text


def test_the_language_chosen_on_the_page_wins_and_is_remembered(visitor: CheckedClient) -> None:
    french = {"Accept-Language": "fr"}
    assert ENGLISH in visitor.get(f"{PAGE}?lang=en", headers=french).text
    assert ENGLISH in visitor.get("/", headers=french).text
    assert FRENCH in visitor.get("/?lang=fr").text
    assert FRENCH in visitor.get("/", headers={"Accept-Language": "en"}).text


def test_the_cookie_of_the_language_is_out_of_reach_of_scripts(visitor: CheckedClient) -> None:
    visitor.get("/?lang=en")
    cookie = visitor.get_cookie("lang")
    assert cookie is not None
    assert (cookie.value, cookie.path, cookie.http_only) == ("en", "/", True)
    assert (cookie.same_site, cookie.max_age) == ("Lax", 365 * 24 * 3600)
    assert not cookie.secure


def test_the_cookie_of_the_language_stays_on_a_secure_connection(visitor: CheckedClient) -> None:
    sent = visitor.get("/?lang=en", base_url="https://localhost").headers["Set-Cookie"]
    assert "Secure" in sent


def test_a_choice_already_kept_is_not_kept_again(visitor: CheckedClient) -> None:
    visitor.get("/?lang=en")
    assert "Set-Cookie" not in visitor.get("/?lang=en").headers


@pytest.mark.parametrize("unknown", ["de", "EN", "", "fr;Domain=evil.example", "../en", "<script>"])
def test_an_unknown_language_changes_nothing(visitor: CheckedClient, unknown: str) -> None:
    answer = visitor.get(PAGE, query_string={"lang": unknown})
    assert answer.status_code == 200
    assert FRENCH in answer.text
    assert visitor.get_cookie("lang") is None
    visitor.set_cookie("lang", "xx")
    assert ENGLISH in visitor.get(PAGE, headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize("code", ["fr", "en"])
def test_a_page_says_its_language_and_what_it_hangs_on(visitor: CheckedClient, code: str) -> None:
    for path in (PAGE, "/nowhere"):
        answer = visitor.get(f"{path}?lang={code}")
        assert answer.headers["Content-Language"] == code
        assert {"accept-language", "cookie"} <= {name.lower() for name in answer.vary}


def test_a_page_leads_to_itself_in_the_other_language(visitor: CheckedClient) -> None:
    page = visitor.get("/calculer-un-delai?a=1&a=2&b=%C3%A9+%26&lang=fr").text
    address = page.partition('hreflang="en"')[0].rpartition('href="')[2].partition('"')[0]
    target = urlsplit(address.replace("&amp;", "&"))
    assert target.path == "/calculer-un-delai"
    kept = parse_qsl(target.query)
    assert sorted(kept) == [("a", "1"), ("a", "2"), ("b", "é &"), ("lang", "en")]
    assert ENGLISH in visitor.get(address.replace("&amp;", "&")).text


@given(
    path=st.one_of(
        st.sampled_from(["//evil.example/x", "/\\evil.example", "///evil.example", "javascript:x"]),
        st.text(st.characters(codec="latin-1"), max_size=20).map(lambda tail: "/" + tail),
    ),
    query=st.sampled_from(["", "next=//evil.example", "lang=//evil.example", "%0d%0aX:%20y=1"]),
)
def test_no_address_leads_the_language_link_to_another_host(
    shown_app: APIFlask, path: str, query: str
) -> None:
    asked = {"PATH_INFO": path, "QUERY_STRING": query}
    with shown_app.test_request_context("/", environ_overrides=asked):
        address = language_url("en")
    target = urlsplit(urljoin("http://localhost/page", address))
    assert (target.scheme, target.netloc) == ("http", "localhost")
    assert address.isprintable()
    assert not {'"', "<", "\\", " "} & set(address)
    assert dict(parse_qsl(target.query))["lang"] == "en"


def test_outside_of_a_visit_the_hub_speaks_french(shown_app: APIFlask) -> None:
    assert choose_locale() == "fr"
    with shown_app.app_context():
        assert current_language() == "fr"
        assert other_languages() == [("en", "English")]
