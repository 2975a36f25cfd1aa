"""Each macro, with long and hostile words: whole for browsers, screen readers and phones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import html5lib
import pytest
from apiflask import APIFlask
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)

from tests.pages import NAMESPACE, check_page

HOSTILE = (
    """"><script>alert('x')</script> & l’« hôpital » </textarea>"""
    " Anticonstitutionnellement-rhinopharyngite-de-l-assurance-maladie"
)
LINK = '/a?b=1&c="><script>x</script>'
ENTRY: dict[str, Any] = {"text": HOSTILE, "href": LINK}
ON = date(2026, 10, 14)
AT = datetime(2026, 10, 14, 8, 2, tzinfo=UTC)
CHOICES = [("a", HOSTILE), ('"b"', "<b>second</b>")]
CHART: list[dict[str, Any]] = [
    {"label": HOSTILE, "value": 1234, "mark": True},
    {"label": "Accès", "value": 0},
    {"label": "Effacement", "value": 0.5},
]
Sample = tuple[tuple[Any, ...], dict[str, Any]]


class Answers(Form):
    """A form with each kind of field."""

    words = StringField(HOSTILE, description=HOSTILE)
    story = TextAreaField(HOSTILE)
    email = EmailField(HOSTILE)
    phone = TelField(HOSTILE)
    password = PasswordField(HOSTILE)
    born_on = DateField(HOSTILE)
    paper = FileField(HOSTILE)
    organisation = SelectField(HOSTILE, choices=CHOICES)
    right = RadioField(HOSTILE, choices=CHOICES, description=HOSTILE)
    rights = SelectMultipleField(HOSTILE, choices=CHOICES, description=HOSTILE)
    agreed = BooleanField(HOSTILE, description=HOSTILE)


def _wrong_form() -> Answers:
    form = Answers(data={"words": HOSTILE, "story": HOSTILE, "email": HOSTILE, "right": "a"})
    for each in form:
        each.errors = [HOSTILE, "Second."]
    return form


FORM = _wrong_form()
TEXT_FIELDS = ("words", "story", "email", "phone", "password", "born_on", "paper")
HINTS = {"a": HOSTILE}


def _table(**more: Any) -> Sample:
    columns = [
        {"key": "name", "label": HOSTILE},
        {"key": "seat", "label": "Siège"},
        {"key": "count", "label": "Nombre", "number": True},
    ]
    rows = [
        {"id": "1", "name": ENTRY, "seat": HOSTILE, "count": 0},
        {"id": HOSTILE, "name": HOSTILE, "seat": None, "count": ""},
        {"id": "3", "name": {"text": "I", "href": "/3"}, "seat": Markup("<b>x</b>"), "count": 3},
    ]
    return (HOSTILE, columns, rows), more


def _chart(name: str, **more: Any) -> Sample:
    return (name, HOSTILE, CHART), {"suffix": " %"} | more


SAMPLES: dict[str, list[Sample]] = {
    "bar_chart": [
        _chart("up"),
        _chart("side", sideways=True, description=HOSTILE, label_column=HOSTILE),
        (("none", HOSTILE, []), {}),
    ],
    "breadcrumb": [(([ENTRY, ENTRY],), {})],
    "button": [((HOSTILE,), {"kind": "danger", "name": "n", "value": HOSTILE, "small": True})],
    "card": [
        ((HOSTILE, LINK, HOSTILE, HOSTILE, HOSTILE), {}),
        ((HOSTILE,), {"level": 2, "caller": lambda: HOSTILE}),
    ],
    "check_answers": [
        (([{"label": HOSTILE, "value": HOSTILE, "href": LINK}, {"label": "L"}],), {})
    ],
    "checkboxes": [
        ((FORM.rights,), {"hints": HINTS}),
        ((FORM.agreed,), {"legend": HOSTILE}),
    ],
    "copy_value": [((HOSTILE, "reference", HOSTILE), {})],
    "deadline_tag": [
        (("soon", HOSTILE, ON, 3, [HOSTILE], HOSTILE), {}),
        (("late", None, None, -2), {}),
    ],
    "definition_list": [(([(HOSTILE, HOSTILE), ("L", None)],), {}), (({HOSTILE: 0},), {})],
    "empty_state": [((HOSTILE, HOSTILE, ENTRY), {})],
    "error_summary": [((), {"extra": [ENTRY, {"text": HOSTILE}]})],
    "field": [
        ((FORM[name],), {"label": HOSTILE, "attrs": {"data-x": HOSTILE}, "width": "short"})
        for name in TEXT_FIELDS
    ],
    "file_list": [
        (
            ([{"title": HOSTILE, "size": 245_000, "href": LINK, "sha256": "ab", "note": HOSTILE}],),
            {},
        ),
        (([{"title": HOSTILE, "sha256": HOSTILE}],), {"show_hash": True}),
    ],
    "filters": [
        (
            ([ENTRY | {"count": 1234, "current": True}, ENTRY], HOSTILE),
            {"search": {"name": "q", "value": HOSTILE, "label": HOSTILE, "hidden": {"f": HOSTILE}}},
        )
    ],
    "link_button": [((HOSTILE, LINK), {"attrs": {"data-x": HOSTILE}})],
    "navigation": [(([ENTRY | {"current": True}, ENTRY], HOSTILE), {})],
    "next_act": [(("todo", HOSTILE, HOSTILE, ENTRY), {"caller": lambda: HOSTILE})],
    "notice": [(("late", HOSTILE, HOSTILE, "status"), {"caller": lambda: HOSTILE})],
    "pagination": [((1234, LINK, LINK, 50), {}), ((0,), {})],
    "passkey_button": [((HOSTILE, "get", HOSTILE, "passkey"), {})],
    "press": [((HOSTILE, LINK), {"label": HOSTILE})],
    "progress": [((HOSTILE, 1200, 40_000), {}), ((HOSTILE,), {"id": "unknown"})],
    "radios": [((FORM.right,), {"hints": HINTS, "inline": True})],
    "select": [((FORM.organisation,), {"hint": HOSTILE})],
    "stat": [((HOSTILE, HOSTILE, "late", LINK, HOSTILE), {})],
    "steps": [((2, 5, HOSTILE), {})],
    "table": [
        _table(),
        _table(keys=True, show_caption=True, select={"name": "ids", "key": "id", "label": "id"}),
        _table(caller=lambda row, column: HOSTILE),
    ],
    "tag": [((HOSTILE, "late"), {})],
    "timeline": [
        (
            (
                [
                    {"title": HOSTILE, "at": AT, "text": HOSTILE},
                    {"title": HOSTILE, "at": HOSTILE, "state": "now"},
                    {"title": HOSTILE, "at": ON, "state": "next"},
                ],
                HOSTILE,
            ),
            {},
        )
    ],
}
ALL = [(name, rank) for name, samples in SAMPLES.items() for rank in range(len(samples))]
WITHOUT_WORDS = {("deadline_tag", 1), ("pagination", 0), ("pagination", 1)}


@pytest.fixture(params=["fr", "en"])
def looked_at(request: pytest.FixtureRequest, shown_app: APIFlask) -> Iterator[APIFlask]:
    """A visit in each language."""
    with shown_app.test_request_context(f"/?lang={request.param}"):
        yield shown_app


def _shown(app: APIFlask, macro: str, args: tuple[Any, ...], more: dict[str, Any]) -> str:
    module = app.jinja_env.get_template(f"components/{macro}.html").module
    shown = getattr(module, macro)(*args, **more)
    assert isinstance(shown, Markup)
    return str(shown)


def _page(*pieces: str) -> Any:
    """The tree of a minimal page that holds `pieces`, once checked."""
    page = (
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>T</title></head>'
        f"<body><h1>T</h1>{''.join(pieces)}</body></html>"
    )
    check_page(page)
    assert "&amp;lt;" not in page, "escaped twice"
    assert "&amp;amp;" not in page, "escaped twice"
    tree = html5lib.parse(page)
    assert not _all(tree, "script"), "a value became code"
    _check_references(tree)
    _check_labels(tree)
    return tree


def _all(tree: Any, tag: str) -> list[Any]:
    return [each for each in tree.iter() if str(each.tag).rpartition("}")[2] == tag]


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _ids(tree: Any) -> set[str]:
    return {each.get("id") for each in tree.iter() if each.get("id")}


def _check_references(tree: Any) -> None:
    known = _ids(tree)
    for element in tree.iter():
        for name in ("for", "aria-describedby", "aria-labelledby", "data-copy"):
            for target in (element.get(name) or "").split():
                assert target in known, f"{name} leads nowhere: {target}"


def _check_labels(tree: Any) -> None:
    """Each field has a label that says something, around it or by its id."""
    labels = {each.get("for"): _text(each) for each in _all(tree, "label") if each.get("for")}
    within = {f: _text(each) for each in _all(tree, "label") for f in _all(each, "input")}
    for tag in ("input", "select", "textarea", "progress"):
        for element in _all(tree, tag):
            if element.get("type") != "hidden":
                assert labels.get(element.get("id")) or within.get(element)


def test_each_macro_has_a_sample() -> None:
    folder = Path(__file__).parents[2] / "templates" / "components"
    assert {path.stem for path in folder.glob("*.html")} == set(SAMPLES)


@pytest.mark.parametrize(("macro", "rank"), ALL)
def test_hostile_words_stay_words(looked_at: APIFlask, macro: str, rank: int) -> None:
    args, more = SAMPLES[macro][rank]
    tree = _page(_shown(looked_at, macro, args, more))
    assert (" ".join(HOSTILE.split()) in _text(tree)) == ((macro, rank) not in WITHOUT_WORDS)
    links = [a.get("href") for a in _all(tree, "a")]
    assert all(href in {LINK, "/3", "/calculer-un-delai"} for href in links)


def test_a_field_is_tied_to_its_label_its_hint_and_its_error(looked_at: APIFlask) -> None:
    for name in (*TEXT_FIELDS, "organisation"):
        macro = "select" if name == "organisation" else "field"
        tree = _page(_shown(looked_at, macro, (FORM[name],), {"hint": HOSTILE}))
        (control,) = [e for e in tree.iter() if e.get("id") == name]
        assert control.get("aria-invalid") == "true"
        assert control.get("aria-describedby") == f"{name}-hint {name}-error"
        (error,) = [e for e in tree.iter() if e.get("id") == f"{name}-error"]
        assert "Second." in _text(error)
        assert _text(error).startswith(("Erreur", "Error:"))


def test_a_field_without_fault_says_nothing_of_one(looked_at: APIFlask) -> None:
    shown = _shown(looked_at, "field", (Answers().story,), {"rows": 3})
    assert "aria-" not in shown
    assert 'rows="3"' in shown


def test_what_was_written_is_kept_but_the_password(looked_at: APIFlask) -> None:
    form = Answers(data={"words": HOSTILE, "story": HOSTILE, "password": "kept nowhere"})
    tree = _page(*(_shown(looked_at, "field", (form[n],), {}) for n in ("words", "story")))
    assert _all(tree, "input")[0].get("value") == HOSTILE
    assert (_all(tree, "textarea")[0].text or "").strip() == HOSTILE
    assert "kept nowhere" not in _shown(looked_at, "field", (form.password,), {})


def test_choices_are_a_group_named_by_its_question(looked_at: APIFlask) -> None:
    for macro, name in (("radios", "right"), ("checkboxes", "rights")):
        tree = _page(_shown(looked_at, macro, (FORM[name],), {"hints": HINTS}))
        (group,) = _all(tree, "fieldset")
        assert group.get("id") == name
        assert group.get("aria-describedby") == f"{name}-hint {name}-error"
        assert " ".join(HOSTILE.split()) in _text(_all(group, "legend")[0])
        assert [box.get("value") for box in _all(group, "input")] == ["a", '"b"']
        assert [box.get("aria-describedby") for box in _all(group, "input")][1] is None


def test_a_question_may_be_the_heading_of_its_page(looked_at: APIFlask) -> None:
    for macro, name in (("radios", "right"), ("checkboxes", "rights")):
        shown = _shown(looked_at, macro, (Answers()[name],), {"heading": True})
        assert shown.count("<h1>") == 1
        assert "</h1></legend>" in shown


def test_each_line_of_the_error_summary_leads_to_its_field(looked_at: APIFlask) -> None:
    fields = [_shown(looked_at, "field", (FORM[name],), {}) for name in TEXT_FIELDS]
    fields.append(_shown(looked_at, "select", (FORM.organisation,), {}))
    fields.append(_shown(looked_at, "radios", (FORM.right,), {}))
    fields += [_shown(looked_at, "checkboxes", (FORM[n],), {}) for n in ("rights", "agreed")]
    tree = _page(_shown(looked_at, "error_summary", (FORM,), {}), *fields)
    (summary,) = [e for e in tree.iter() if e.get("role") == "alert"]
    targets = [a.get("href") for a in _all(summary, "a")]
    assert len(targets) == 2 * len(list(FORM))
    focusable = {e.get("id") for tag in ("input", "select", "textarea") for e in _all(tree, tag)}
    assert {target.removeprefix("#") for target in targets} <= focusable
    assert summary.get("aria-labelledby") in _ids(tree)


def test_a_form_without_fault_has_no_summary(looked_at: APIFlask) -> None:
    assert _shown(looked_at, "error_summary", (Answers(),), {}).strip() == ""


@pytest.mark.parametrize("rank", range(3))
def test_cells_keep_their_column_s_name_on_a_phone(looked_at: APIFlask, rank: int) -> None:
    args, more = SAMPLES["table"][rank]
    tree = _page(_shown(looked_at, "table", args, more))
    named = [HOSTILE, "Siège", "Nombre"]
    for row in _all(_all(tree, "tbody")[0], "tr"):
        cells = [e for e in row if e.get("class") != "box"]
        assert [cell.get("data-label") for cell in cells] == named
        assert all(cell.get("data-label") for cell in row)
        assert [cell.tag for cell in cells] == [NAMESPACE + tag for tag in ("th", "td", "td")]
        assert cells[0].get("scope") == "row"
        assert all(_text(cell) for cell in cells)
    assert all(head.get("scope") == "col" for head in _all(_all(tree, "thead")[0], "th"))


def test_a_zero_is_shown_and_what_is_absent_is_a_dash(looked_at: APIFlask) -> None:
    args, more = SAMPLES["table"][0]
    rows = _all(_all(_page(_shown(looked_at, "table", args, more)), "tbody")[0], "tr")
    assert _text(rows[0][2]) == "0"
    assert (_text(rows[1][1]), _text(rows[1][2])) == ("–", "–")
    assert _all(rows[2], "b"), "Markup in a cell stays HTML"


@pytest.mark.parametrize("sideways", [False, True])
def test_a_chart_says_in_words_and_in_its_table_what_it_draws(
    looked_at: APIFlask, sideways: bool
) -> None:
    args, more = _chart("requests", sideways=sideways)
    tree = _page(_shown(looked_at, "bar_chart", args, more))
    (drawing,) = _all(tree, "svg")
    assert drawing.get("role") == "img"
    assert drawing.get("aria-labelledby") == "requests-title requests-desc"
    assert _text(_all(drawing, "title")[0]) == " ".join(HOSTILE.split())
    drawn = [_text(e) for e in _all(drawing, "text") if "value" in (e.get("class") or "")]
    assert drawn == [_text(cell) for cell in _all(tree, "td")]
    assert all(words in _text(_all(drawing, "desc")[0]) for words in drawn)
    heads = [_text(e) for e in _all(_all(tree, "tbody")[0], "th")]
    assert heads == [" ".join(row["label"].split()) for row in CHART]


@pytest.mark.parametrize("sideways", [False, True])
@pytest.mark.parametrize("count", [1, 3, 24])
def test_bars_stay_within_the_drawing(looked_at: APIFlask, sideways: bool, count: int) -> None:
    rows = [{"label": str(rank), "value": rank * 1000} for rank in range(count)]
    shown = _shown(looked_at, "bar_chart", ("c", "T", rows), {"sideways": sideways})
    (drawing,) = _all(_page(shown), "svg")
    width, height = (float(side) for side in drawing.get("viewBox").split()[2:])
    bars = _all(drawing, "rect")
    assert len(bars) == count
    for bar in bars:
        x, y, w, h = (float(bar.get(side)) for side in ("x", "y", "width", "height"))
        assert min(x, y) >= 0
        assert min(w, h) >= 2
        assert (x + w <= width, y + h <= height) == (True, True)


def test_a_mark_of_days_is_read_in_words(looked_at: APIFlask) -> None:
    tree = _page(_shown(looked_at, "deadline_tag", ("late", "Late", ON, -2), {}))
    (mark,) = [e for e in tree.iter() if e.get("aria-hidden") == "true"]
    assert _text(mark)[1:] == "+2"
    assert any(words in _text(tree) for words in ("2 jours de retard", "2 days late"))
    assert not _all(tree, "details"), "nothing to open without explanation"


def test_the_last_crumb_is_this_page_and_no_link(looked_at: APIFlask) -> None:
    tree = _page(_shown(looked_at, "breadcrumb", ([ENTRY, ENTRY],), {}))
    assert len(_all(tree, "a")) == 1
    assert _all(tree, "li")[-1][0].get("aria-current") == "page"


def test_a_button_alone_carries_the_token_of_its_form(looked_at: APIFlask) -> None:
    tree = _page(_shown(looked_at, "press", (HOSTILE, LINK), {}))
    (form,) = _all(tree, "form")
    assert (form.get("method"), form.get("action")) == ("post", LINK)
    assert [bool(e.get("value")) for e in _all(form, "input")] == [True]
