"""Rules that would otherwise be forgotten on the day a route, a mail or a template is added."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_babel import force_locale

from hub.adapters.mail.wording import word
from hub.commands.migrate import MIGRATIONS
from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import TRANSITIONS, Action, ReferralState
from hub.extensions import db
from hub.models.columns import StrEnumType
from hub.models.delivery import DeliveryKind
from hub.ports import MailOrder

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
LIBRARY_BLUEPRINTS = {"security", "openapi", "static"}
NOT_MAILED = {
    DeliveryKind.REFERRAL,
    DeliveryKind.REFERRAL_ANNOUNCED,
    DeliveryKind.WEBHOOK_CHALLENGE,
    DeliveryKind.WEBHOOK_TEST,
}
FACTS = {
    "link": "https://hub.example/x",
    "code": "123456",
    "count": 2,
    "until_at": None,
    "reply_by_on": None,
    "until_on": None,
    "sections": (),
}


def test_each_route_wears_exactly_one_access_decorator(app):
    bare = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint.split(".")[0] in LIBRARY_BLUEPRINTS:
            continue
        if getattr(app.view_functions[rule.endpoint], "access", None) is None:
            bare.append(f"{rule.endpoint} ({rule.rule})")
    assert not bare, (
        f"no access decorator on {bare}: put @anyone, @holder, @member(…) or @api_client(…) "
        "from hub.web.access right under the route"
    )


def test_nothing_is_changed_by_a_get(app):
    mixed = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if {"GET", "DELETE"} <= rule.methods or {"GET", "PUT"} <= rule.methods
    ]
    assert not mixed


@pytest.mark.parametrize("kind", [kind for kind in DeliveryKind if kind not in NOT_MAILED])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_mail_exists_in_both_languages_and_names_nothing_of_the_case(
    app, clock, kind, language
):
    today = clock.now().date()
    facts = FACTS | {"until_at": clock.now(), "reply_by_on": today, "until_on": today}
    order = MailOrder(kind.value, "a@b.example", language, "<1@hub.example>", facts)
    with app.test_request_context():
        mail = word(order)
    assert mail.subject
    assert f'lang="{language}"' in mail.html
    assert re.sub(r"\s+", " ", mail.text).strip()
    other = "fr" if language == "en" else "en"
    with app.test_request_context(), force_locale(other):
        twin = word(MailOrder(kind.value, "a@b.example", other, "<1@hub.example>", facts))
    assert twin.subject != mail.subject, f"{kind.value} has one wording for two languages"


def test_there_is_one_head_of_migrations_and_the_tables_are_those_of_the_models(app):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, db.metadata)
    assert not differences, f"the models and the migrations differ: {differences[:3]}"


def test_each_action_of_the_life_cycle_is_decided_by_the_table():
    assert set(TRANSITIONS) == set(Action)
    for action, step in TRANSITIONS.items():
        assert step.sources <= set(ReferralState), action
        assert step.kinds, f"nobody may {action.value}"


@pytest.mark.parametrize("kinds", [EventKind, DeliveryKind, Action])
def test_each_kind_fits_the_column_that_keeps_it(kinds):
    longest = StrEnumType(kinds).impl.length
    assert not [kind for kind in kinds if len(kind.value) > longest]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_holds_code_or_style_or_a_foreign_host(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "an inline script"
    assert not re.search(r"\son[a-z]+=", text), "an inline handler"
    assert "|safe" not in text.replace(" ", ""), "unescaped text"
    if "emails" not in path.parts and path.name != "email.html":
        assert " style=" not in text, "an inline style"
        assert not re.search(r"src=\"https?://|<link[^>]*href=\"https?://", text), "a foreign host"
