"""What protects every answer of a hub served over https: cookies, headers, hosts, sizes, links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from flask import abort
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from config import Settings
from hub import create_app
from hub.domain.actors import SYSTEM
from hub.extensions import db
from hub.models.member import TokenScope
from hub.services.tokens import create_token
from hub.services.unit_of_work import unit_of_work
from hub.web.errors import PAGES
from tests.access_document import lines_written
from tests.engines import Engines
from tests.web.access_world import Browser
from tests.web.members import add_member, add_organisation, form_token, give_code, give_password

HTTPS = "https://hub.example"
EVIL = "https://evil.example/x"
ELSEWHERE = (EVIL, "//evil.example", "/\\evil.example", "https:evil.example", "javascript:evil()")
POINTING = ("next", "url", "return", "retour", "back", "redirect", "suite", "after", "lang", "q")
AGENT = "louise@chu.example"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, engines: Engines, compiled_pages: Any
) -> Iterator[APIFlask]:
    """A hub as it is served: over https, under one name, behind one proxy."""
    folder = tmp_path_factory.mktemp("served")
    settings = Settings.for_tests(
        folder,
        database_url=engines.fresh("sqlite", folder),
        public_url=HTTPS,
        trusted_hosts=("hub.example",),
        proxy_count=1,
        max_json_bytes=30_000,
    )
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.jinja_env.bytecode_cache = compiled_pages
    for status in PAGES:
        app.add_url_rule(f"/fails/{status}", f"fail_{status}", lambda status=status: abort(status))
    app.add_url_rule("/teapot", "teapot", _teapot)
    app.test_client_class = Browser
    with app.app_context():
        with unit_of_work(SYSTEM, engine=db.engine, ports=app.extensions["ports"]) as work:
            organisation_id = add_organisation(work)
            add_member(work, organisation_id, AGENT)
            token = create_token(work, organisation_id, [TokenScope.FILE], "essai")
            app.extensions["token_for_tests"] = token
        with capture_logs():
            yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def browser(served: APIFlask) -> FlaskClient:
    """A browser on it."""
    return browser_on(served)


def browser_on(served: APIFlask) -> FlaskClient:
    client = served.test_client()
    client.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"
    client.environ_base["HTTP_X_FORWARDED_HOST"] = "hub.example"
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.7"
    client.environ_base["HTTP_REFERER"] = f"{HTTPS}/"
    return client


@pytest.fixture(scope="module")
def agent(served: APIFlask) -> tuple[FlaskClient, list[TestResponse]]:
    """An agent who signed in, and the answers on the way."""
    browser = browser_on(served)
    now = served.extensions["ports"].clock.now()
    first = give_password(browser, AGENT)
    second = give_code(browser, AGENT, now)
    return browser, [first, second]


def cookies_of(answer: TestResponse) -> list[str]:
    return answer.headers.getlist("Set-Cookie")


def test_each_cookie_is_bound_to_the_host_and_hidden_from_scripts(agent):
    browser, answers = agent
    answers += [browser.get("/aide?lang=en"), browser.get("/demander?base=1")]
    token = form_token(browser.get("/demander"))
    answers.append(browser.post("/demander", data={"csrf_token": token, "right": "access"}))
    given = [cookie for answer in answers for cookie in cookies_of(answer)]
    assert len({cookie.partition("=")[0] for cookie in given}) >= 4, given
    for cookie in given:
        name = cookie.partition("=")[0]
        assert "; Secure" in cookie, cookie
        assert "; HttpOnly" in cookie, cookie
        assert "; SameSite=" in cookie, cookie
        assert "Domain=" not in cookie, cookie
        assert name.startswith("__Host-" if "; Path=/;" in cookie + ";" else "__Secure-"), cookie


def test_a_cookie_that_a_neighbouring_site_planted_is_not_read(agent):
    browser, _ = agent
    kept = browser.get_cookie("__Host-session", domain="localhost")
    assert kept
    assert browser.get("/dossiers").status_code == 200
    stranger = browser_on(browser.application)
    stranger.set_cookie("session", kept.value)
    assert stranger.get("/dossiers").status_code == 302
    stranger.set_cookie("lang", "en")
    assert 'lang="fr"' in stranger.get("/aide").text


@pytest.mark.parametrize("path", ["/aide", "/nowhere", "/static/nowhere", "/api/v1/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS", "TRACE"])
def test_each_answer_bears_every_header(browser, path, method):
    check_headers(browser.open(path, method=method, buffered=True))


@pytest.mark.parametrize("status", sorted(PAGES))
def test_each_page_of_an_error_bears_every_header(browser, status):
    answer = browser.get(f"/fails/{status}")
    assert answer.status_code == status
    check_headers(answer)
    assert "Traceback" not in answer.text
    assert "Werkzeug" not in answer.text


def test_a_foreign_host_bears_them_too(browser):
    answer = browser.get("/aide", headers={"X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 400
    check_headers(answer)


def check_headers(answer: TestResponse) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers.get(name) == value, (answer.status, name)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "no-store" in answer.headers["Cache-Control"]
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Forwarded-Host": "evil.example"}, 400),
        ({"X-Forwarded-Host": "evil.example, hub.example"}, 200),
        ({"X-Forwarded-Host": "hub.example, evil.example"}, 400),
        ({"X-Forwarded-Prefix": "/evil"}, 200),
        ({"Forwarded": "host=evil.example"}, 200),
    ],
)
def test_only_what_the_nearest_proxy_says_is_believed(browser, headers, expected):
    answer = browser.get("/suivre?lang=fr", headers=headers)
    assert answer.status_code == expected
    assert "evil" not in answer.text


def test_without_a_proxy_nothing_forwarded_is_believed(shown_app):
    answer = shown_app.test_client().get(
        "/demonstration//comptes", headers={"X-Forwarded-Host": "evil.example"}
    )
    assert "evil" not in answer.location


def test_no_address_leads_elsewhere_whatever_it_is_told(agent):
    browser, _ = agent
    led = []
    for position, line in enumerate(lines_written()):
        if line.method != "GET" or "<" in line.path:
            continue
        place = ELSEWHERE[position % len(ELSEWHERE)]
        answer = browser.get(line.path, query_string=dict.fromkeys(POINTING, place))
        where = answer.headers.get("Location", "")
        if "evil" in where.partition("?")[0] or f'href="{place}' in answer.text:
            led.append((line.path, place, where))
    assert not led, led


def test_a_program_sends_no_endless_json(served, browser):
    body = b'{"statement": "' + b"x" * 40_000 + b'"}'
    answer = browser.post(
        "/api/v1/requests",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {served.extensions['token_for_tests']}"},
    )
    assert answer.status_code == 413
    check_headers(answer)


def test_an_error_of_the_library_that_has_no_page_of_ours_is_still_ours(browser):
    answer = browser.get("/teapot")
    check_headers(answer)


def _teapot() -> None:
    raise HTTPException("short and stout", response=None)
