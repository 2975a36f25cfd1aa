"""the end of a search for an organisation that was named; the list of objections"""

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
    op.create_table(
        "objection_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_index", sa.LargeBinary(32), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("processing_id", sa.Uuid(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_objection_entry_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["processing_id"],
            ["processing.id"],
            name=op.f("fk_objection_entry_processing_id_processing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_entry")),
        sa.UniqueConstraint(
            "person_index",
            "processing_id",
            "organisation_id",
            name=op.f("uq_objection_entry_person_index_processing_id_organisation_id"),
        ),
    )
    op.create_index(op.f("ix_objection_entry_processing_id"), "objection_entry", ["processing_id"])


def downgrade() -> None:
    op.drop_table("objection_entry")
    op.drop_column("referral", "search_ended_at")
