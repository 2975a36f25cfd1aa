"""why an organisation's access is suspended"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0006_access_suspension"
down_revision = "0006_code_waits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_suspension",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("suspended_at", hub.models.columns.UTCDateTime(), nullable=False),
        sa.Column("suspended_by_name", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_access_suspension_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_access_suspension")),
    )


def downgrade() -> None:
    op.drop_table("access_suspension")
