"""controls: what is said of recipients, the file of the hub, objections that come to an end"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0004_controls"
down_revision = "0003_mandates"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()
OLD_KEY = "uq_objection_entry_person_index_processing_id_organisation_id"
NEW_KEY = "uq_objection_entry_one_a_day"


def upgrade() -> None:
    category = sa.Column("category", sa.String(120), server_default="", nullable=False)
    op.add_column("recipient", category)
    op.create_table(
        "recipient_statement",
        sa.Column("processing_id", sa.Uuid(), nullable=False),
        sa.Column("says_none", sa.Boolean(), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.Column("said_by_id", sa.Uuid(), nullable=True),
        _of("recipient_statement", "processing"),
        _of("recipient_statement", "member", "said_by_id"),
        sa.PrimaryKeyConstraint("processing_id", name=op.f("pk_recipient_statement")),
    )
    op.create_table(
        "hub_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(500), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        _of("hub_record", "organisation"),
        _of("hub_record", "member", "entered_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_record")),
    )
    op.create_index(
        op.f("ix_hub_record_kind_organisation_id_dated_on"),
        "hub_record",
        ["kind", "organisation_id", "dated_on"],
    )
    # No row of another table points at this one: a batch may rebuild it.
    with op.batch_alter_table("objection_entry") as batch:
        batch.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch.drop_constraint(OLD_KEY, type_="unique")
        batch.create_unique_constraint(
            NEW_KEY, ["person_index", "processing_id", "organisation_id", "decided_on"]
        )


def _of(table: str, other: str, column: str = "") -> sa.ForeignKeyConstraint:
    """The key of another table's row."""
    column = column or f"{other}_id"
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.execute("DELETE FROM objection_entry WHERE ended_on IS NOT NULL")
    with op.batch_alter_table("objection_entry") as batch:
        batch.drop_constraint(NEW_KEY, type_="unique")
        batch.create_unique_constraint(
            OLD_KEY, ["person_index", "processing_id", "organisation_id"]
        )
        batch.drop_column("ended_on")
    op.drop_table("hub_record")
    op.drop_table("recipient_statement")
    op.drop_column("recipient", "category")
