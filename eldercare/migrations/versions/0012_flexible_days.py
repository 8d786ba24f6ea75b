"""Plan items with flexible days, and the days chosen for them."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import eldercare.columns

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('plan_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('times_per_week', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('least_days_apart', sa.Integer(), server_default='1', nullable=False))

    op.create_table('week_day',
    sa.Column('plan_item_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('chosen_at', eldercare.columns.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['plan_item_id'], ['plan_item.id'], name=op.f('fk_week_day_plan_item_id_plan_item')),
    sa.PrimaryKeyConstraint('plan_item_id', 'on', name=op.f('pk_week_day'))
    )
    with op.batch_alter_table('week_day', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_week_day_on'), ['on'], unique=False)


def downgrade() -> None:
    """Take back: an item with flexible days falls on all of its weekdays again."""
    op.drop_table('week_day')
    # Never made anew: SQLite would drop a table that others refer to.
    with op.batch_alter_table('plan_item', schema=None, recreate='never') as batch_op:
        batch_op.drop_column('least_days_apart')
        batch_op.drop_column('times_per_week')
