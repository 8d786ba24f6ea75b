"""Requests already answered, by the key their sender gave them."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import eldercare.columns


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('idempotency_key',
    sa.Column('user_name', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('request_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('at', eldercare.columns.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('user_name', 'key', name=op.f('pk_idempotency_key'))
    )
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idempotency_key_at'), ['at'], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_idempotency_key_at'))

    op.drop_table('idempotency_key')
