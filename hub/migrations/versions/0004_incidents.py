"""the register of incidents (GDPR 33(5))"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0004_incidents"
down_revision = "0004_identity"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()
OTHERS = ("rights_request", "referral", "answer", "organisation")


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        *(sa.Column(f"{other}_id", sa.Uuid(), nullable=False) for other in OTHERS),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.String(40), nullable=False),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("entry_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("risk", sa.String(40), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("written_at", INSTANT, nullable=True),
        sa.Column("written_by_name", sa.String(200), nullable=False, server_default=""),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by_name", sa.String(200), nullable=False, server_default=""),
        *(
            sa.ForeignKeyConstraint(
                [f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_incident_{other}_id_{other}")
            )
            for other in OTHERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("number", name=op.f("uq_incident_number")),
    )
    for column in ("rights_request_id", "answer_id", "organisation_id"):
        op.create_index(op.f(f"ix_incident_{column}"), "incident", [column])
    op.create_index(op.f("ix_incident_opened_at_id"), "incident", ["opened_at", "id"])


def downgrade() -> None:
    op.drop_table("incident")
