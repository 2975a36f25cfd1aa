"""referrals of one person that are treated as one"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0006_joined_referrals"
down_revision = "0006_access_suspension"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joined_referral",
        sa.Column("later_id", sa.Uuid(), nullable=False),
        sa.Column("earlier_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", hub.models.columns.UTCDateTime(), nullable=False),
        sa.Column("joined_by_name", sa.String(200), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], ["referral.id"], name=op.f(f"fk_joined_referral_{name}_referral")
            )
            for name in ("later_id", "earlier_id")
        ),
        sa.PrimaryKeyConstraint("later_id", name=op.f("pk_joined_referral")),
    )
    op.create_index(op.f("ix_joined_referral_earlier_id"), "joined_referral", ["earlier_id"])


def downgrade() -> None:
    op.drop_table("joined_referral")
