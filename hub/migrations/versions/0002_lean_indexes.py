"""lean indexes: each filing wrote some 170 index entries, of which one in four served no list"""

from alembic import op

revision = "0002_lean_indexes"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_audit_event_kind", "audit_event")
    op.drop_index("ix_referral_rights_request_id", "referral")
    op.drop_index("ix_referral_item_referral_id", "referral_item")
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_index("ix_delivery_channel_recipient_state")
        delivery.drop_index("ix_delivery_state_lease_until")
        delivery.drop_index("ix_delivery_state_next_at_channel_recipient")
        delivery.drop_constraint("uq_delivery_idempotency_key", type_="unique")
        delivery.drop_column("idempotency_key")
        delivery.create_index(
            "ix_delivery_state_channel_recipient_next_at",
            ["state", "channel", "recipient", "next_at"],
        )
    with op.batch_alter_table("data_key") as data_key:
        data_key.drop_index("ix_data_key_rights_request_id")
        data_key.drop_constraint("uq_data_key_rights_request_id_key_class", type_="unique")
        data_key.drop_constraint("pk_data_key", type_="primary")
        data_key.drop_column("id")
        data_key.create_primary_key("pk_data_key", ["rights_request_id", "key_class"])
    op.execute(
        "DELETE FROM name_index WHERE EXISTS (SELECT 1 FROM name_index AS same WHERE"
        " same.word = name_index.word AND same.rights_request_id = name_index.rights_request_id"
        " AND same.id < name_index.id)"
    )
    with op.batch_alter_table("name_index") as name_index:
        name_index.drop_index("ix_name_index_word_rights_request_id")
        name_index.drop_constraint("pk_name_index", type_="primary")
        name_index.drop_column("id")
        name_index.create_primary_key("pk_name_index", ["word", "rights_request_id"])


def downgrade() -> None:
    raise NotImplementedError("the ids that were dropped cannot be made again")
