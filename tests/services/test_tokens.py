"""Tokens of organisations' programs."""

from hub.domain.actors import SYSTEM
from hub.models.member import ApiToken, TokenScope
from hub.queries.tokens import token_holder
from hub.services.tokens import create_token
from tests.factories import add_organisation


def test_one_token_may_have_every_scope_at_once(unit, ports, session):
    with unit(SYSTEM) as work:
        token = create_token(work, add_organisation(work), TokenScope, "Passerelle")
    holder = token_holder(session, ports.keyring, token)
    assert holder
    assert holder.scopes == {scope.value for scope in TokenScope}


def test_the_scopes_of_a_token_have_room_where_they_are_kept():
    """SQLite holds no text to its length; PostgreSQL refuses what is longer."""
    kept = " ".join(sorted(scope.value for scope in TokenScope))
    assert len(kept) <= ApiToken.__table__.c.scope.type.length
