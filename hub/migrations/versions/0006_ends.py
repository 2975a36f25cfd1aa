"""since when a page answers nothing, and the last trial of each way to controllers"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0006_ends"
down_revision = "0006_joined_referrals"
branch_labels = None
depends_on = None


INSTANT = hub.models.columns.UTCDateTime()


def upgrade() -> None:
    op.add_column("contact_point", sa.Column("silent_since", INSTANT, nullable=True))
    op.create_table(
        "channel_trial",
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("passed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("way", name=op.f("pk_channel_trial")),
    )


def downgrade() -> None:
    op.drop_table("channel_trial")
    op.drop_column("contact_point", "silent_since")
