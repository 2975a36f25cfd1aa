"""delivery: circuits, suspensions, the way a delivery takes and since when it is tried"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0005_delivery"
down_revision = "0005_links"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()


def upgrade() -> None:
    # Plain ADD COLUMN: a batch would rebuild the table.
    op.add_column("delivery", sa.Column("way", sa.Integer(), server_default="0", nullable=False))
    for column in ("first_tried_at", "alarmed_at"):
        op.add_column("delivery", sa.Column(column, INSTANT, nullable=True))
    op.execute("UPDATE delivery SET first_tried_at = created_at WHERE attempts > 0")
    op.create_table(
        "delivery_circuit",
        sa.Column("recipient", sa.String(60), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", INSTANT, nullable=True),
        sa.Column("served_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("recipient", "channel", name=op.f("pk_delivery_circuit")),
    )
    op.create_table(
        "delivery_suspension",
        sa.Column("recipient", sa.String(60), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("suspended_at", INSTANT, nullable=False),
        sa.Column("suspended_by_name", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_delivery_suspension_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("recipient", name=op.f("pk_delivery_suspension")),
    )


def downgrade() -> None:
    op.drop_table("delivery_suspension")
    op.drop_table("delivery_circuit")
    for column in ("alarmed_at", "first_tried_at", "way"):
        op.drop_column("delivery", column)
