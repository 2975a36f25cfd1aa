"""Writes docs/access.md from the tables of access; `python -m tests.access_document` does it again.

The document is what was decided: its lines are read in review, and tests compare the hub with them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from apiflask import APIFlask

from config import Settings
from hub import create_app
from hub.domain.access import REACH_OF_KIND, REACH_OF_ROLE, SHOWN, Relation, Verdict, decide
from hub.domain.actors import Actor, ActorKind, Role
from hub.domain.lifecycle import Action, ReferralState
from hub.domain.permissions import ROLES_WITH, Permission

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "access.md"
OF_LIBRARIES = {"openapi.spec": "anyone", "static": "anyone"}
ANSWERED_BY_THE_SERVER = {"HEAD", "OPTIONS"}
HEAD = """# Who may do what

Decided in `hub/domain/access.py`, `lifecycle.py` and `permissions.py`; the last table is every
address of the hub. A route without a line here fails the tests, and so does a line that no longer
says what the hub does: `python -m tests.access_document` writes the document again, and its lines
are then read before they are committed.
"""


@dataclass(frozen=True, order=True)
class Line:
    """One address: who may call it, by which method."""

    path: str
    method: str
    who: str


def lines_of(app: APIFlask) -> list[Line]:
    """Every address that the application serves."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        who = getattr(view, "access", None) or OF_LIBRARIES.get(rule.endpoint, "nobody said")
        methods = (rule.methods or set()) - ANSWERED_BY_THE_SERVER
        found += [Line(rule.rule, method, who) for method in methods]
    return sorted(found)


def lines_written() -> list[Line]:
    """Every address that the document names."""
    rows = (row.split(" | ") for row in DOCUMENT.read_text(encoding="utf-8").splitlines())
    cells = ([cell.strip("| `") for cell in row] for row in rows if len(row) == 3)
    return sorted(Line(path, method, who) for method, path, who in cells if path.startswith("/"))


def whole_hub(folder: Path) -> APIFlask:
    """A hub with every page that any settings open."""
    return create_app(
        Settings.for_tests(folder, demonstration=True, mail_spool=folder / "mail"),
    )


def document(app: APIFlask) -> str:
    """The whole document."""
    return "\n".join([HEAD, *_roles(), "", *_permissions(), "", *_actions(), "", *_routes(app), ""])


def _roles() -> Iterator[str]:
    yield "## Which cases each comes to\n"
    yield "| Who | Her own | Her organisation's | Others' |"
    yield "|---|---|---|---|"
    for kind in (ActorKind.PERSON, ActorKind.API_CLIENT, ActorKind.COLLEAGUE, ActorKind.CONTACT):
        yield _reach_row(kind.value, REACH_OF_KIND[kind])
    for role in Role:
        yield _reach_row(f"member: {role.value}", REACH_OF_ROLE[role])


def _reach_row(who: str, reached: frozenset[Relation]) -> str:
    order = (Relation.OWN, Relation.ADDRESSED, Relation.ELSEWHERE)
    marks = " | ".join("yes" if one in reached else "" for one in order)
    return f"| {who} | {marks} |"


def _permissions() -> Iterator[str]:
    yield "## What each permission shows, and to whom\n"
    yield "| Permission | Shows of a case | Roles |"
    yield "|---|---|---|"
    for permission in Permission:
        roles = _sorted(ROLES_WITH[permission])
        yield f"| {permission.value} | {SHOWN[permission].value} | {roles} |"


def _actions() -> Iterator[str]:
    yield "## What each may do to a case, from which state\n"
    yield "| Action | Who | Whose case | From |"
    yield "|---|---|---|---|"
    for action in Action:
        for (relation, states), who in sorted(_allowed(action).items()):
            yield f"| {action.value} | {', '.join(who)} | {relation} | {states} |"


def _allowed(action: Action) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for who, actor in everyone():
        for relation in Relation:
            states = [
                state
                for state in ReferralState
                if decide(actor, action, state, relation) is Verdict.ALLOWED
            ]
            if states and actor.kind is not ActorKind.SYSTEM:
                words = "any state" if len(states) == len(ReferralState) else _sorted(states)
                found.setdefault((relation.value, words), []).append(who)
    if not found:
        found[("any", "by itself")] = ["the hub"]
    return found


def everyone() -> Iterator[tuple[str, Actor]]:
    """Each kind of actor, and a member of each role."""
    for kind in ActorKind:
        if kind is not ActorKind.MEMBER:
            yield kind.value, Actor(kind)
    for role in Role:
        yield role.value, Actor(ActorKind.MEMBER, roles=frozenset({role}))


def _routes(app: APIFlask) -> Iterator[str]:
    lines = lines_of(app)
    yield f"## Every address ({len(lines)})\n"
    yield "`holder`: who gave the reference and secret of a request; she comes to that one alone."
    yield "`member`: signed in with two factors, and a role of the permission. `api_client`: a"
    yield "program with a token of that scope. `anyone`: no account; a key in the address, where"
    yield "there is one, opens what it was made for alone.\n"
    yield "| Method | Path | Who |"
    yield "|---|---|---|"
    for line in lines:
        yield f"| {line.method} | `{line.path}` | {line.who} |"


def _sorted(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        DOCUMENT.write_text(document(whole_hub(Path(folder))), encoding="utf-8")
