"""replies: mails that come back"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0005_replies"
down_revision = "0005_webhooks"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()
TABLE = "inbound_mail"
POINTED = ("organisation", "rights_request", "referral")
TEXTS = ("spf", "dkim", "dmarc", "status_code")
INDEXES = (
    ("organisation_id", "state", "received_at"),
    ("address_digest", "received_at"),
    ("contact_point_id", "mail_class"),
    ("rights_request_id",),
    ("referral_id",),
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.String(40), nullable=False)
            for name in ("mail_class", "state", "verdict")
        ),
        sa.Column("reason", sa.String(40), nullable=True),
        *(sa.Column(name, sa.String(20), nullable=False) for name in TEXTS),
        *(sa.Column(f"{table}_id", sa.Uuid(), nullable=True) for table in POINTED),
        *(
            sa.Column(name, sa.Uuid(), nullable=True)
            for name in ("delivery_id", "contact_point_id", "answer_id")
        ),
        sa.Column("address_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("key_wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("storage_key", sa.String(100), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by_name", sa.String(200), nullable=False),
        sa.Column("purged_at", INSTANT, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{table}_id_{table}")
            )
            for table in POINTED
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("digest", name=op.f(f"uq_{TABLE}_digest")),
    )
    for columns in INDEXES:
        op.create_index(op.f(f"ix_{TABLE}_{'_'.join(columns)}"), TABLE, list(columns))


def downgrade() -> None:
    op.drop_table(TABLE)
