"""the end of a search for an organisation that was named"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0003_ends"
down_revision = "0002_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "referral", sa.Column("search_ended_at", hub.models.columns.UTCDateTime(), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("referral", "search_ended_at")
