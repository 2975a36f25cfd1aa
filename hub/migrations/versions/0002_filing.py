"""Filing by others: one person found again under another filing."""

import sqlalchemy as sa
from alembic import op

revision = "0002_filing"
down_revision = "0002_person"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_index", sa.LargeBinary(length=32), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_identity_person_index"), ["person_index"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_person_index"))
        batch_op.drop_column("person_index")
