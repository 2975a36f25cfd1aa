"""registers: opt-outs, complaints to the CNIL, questions without reply, versions of decisions"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0003_registers"
down_revision = "0003_ends"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()


def upgrade() -> None:
    # Plain ADD COLUMN: a batch would rebuild the table.
    for column in ("reminded_at", "closed_at"):
        op.add_column("message", sa.Column(column, INSTANT, nullable=True))
    for column in ("matrix_version", "rule_version"):
        text = sa.Column(column, sa.String(30), nullable=False, server_default="")
        op.add_column("answer_item", text)
    op.add_column("rights_request", sa.Column("follows_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_rights_request_follows_id"), "rights_request", ["follows_id"])
    _create_opt_outs()
    _create_complaints()


def _create_opt_outs() -> None:
    op.create_table(
        "opt_out_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["rights_request_id"],
            ["rights_request.id"],
            name=op.f("fk_opt_out_entry_rights_request_id_rights_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out_entry")),
        sa.UniqueConstraint(
            "rights_request_id",
            "position",
            name=op.f("uq_opt_out_entry_rights_request_id_position"),
        ),
    )
    op.create_index(op.f("ix_opt_out_entry_recorded_at"), "opt_out_entry", ["recorded_at"])


def _create_complaints() -> None:
    op.create_table(
        "cnil_complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("transmitted_on", sa.Date(), nullable=True),
        sa.Column("transmitted_at", INSTANT, nullable=True),
        sa.Column("transmitted_by_name", sa.String(200), nullable=False),
        sa.Column("cnil_number", sa.String(60), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("outcome_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["rights_request_id"],
            ["rights_request.id"],
            name=op.f("fk_cnil_complaint_rights_request_id_rights_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cnil_complaint")),
        sa.UniqueConstraint("number", name=op.f("uq_cnil_complaint_number")),
    )
    op.create_index(
        op.f("ix_cnil_complaint_rights_request_id"), "cnil_complaint", ["rights_request_id"]
    )
    op.create_index(op.f("ix_cnil_complaint_made_at_id"), "cnil_complaint", ["made_at", "id"])


def downgrade() -> None:
    op.drop_table("cnil_complaint")
    op.drop_table("opt_out_entry")
    op.drop_index(op.f("ix_rights_request_follows_id"), "rights_request")
    op.drop_column("rights_request", "follows_id")
    for column in ("rule_version", "matrix_version"):
        op.drop_column("answer_item", column)
    for column in ("closed_at", "reminded_at"):
        op.drop_column("message", column)
