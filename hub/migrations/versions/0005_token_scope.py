"""room for every scope of a token"""

import sqlalchemy as sa
from alembic import op

revision = "0005_token_scope"
down_revision = "0005_delivery"
branch_labels = None
depends_on = None

BEFORE, AFTER = sa.String(20), sa.String(60)


def upgrade() -> None:
    _change(BEFORE, AFTER)


def downgrade() -> None:
    _change(AFTER, BEFORE)


def _change(old: sa.String, new: sa.String) -> None:
    # SQLite holds no text to its length, and other tables' rows point at this one: no rebuild.
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("api_token", "scope", existing_type=old, type_=new, existing_nullable=False)
