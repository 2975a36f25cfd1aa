"""since when a page answers nothing"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0006_ends"
down_revision = "0005_token_scope"
branch_labels = None
depends_on = None


def upgrade() -> None:
    silent_since = sa.Column("silent_since", hub.models.columns.UTCDateTime(), nullable=True)
    op.add_column("contact_point", silent_since)


def downgrade() -> None:
    op.drop_column("contact_point", "silent_since")
