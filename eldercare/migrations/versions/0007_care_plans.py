"""Entitlement, exceptions of single dates, preferred caregivers and gaps of care plans."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

GROUPS = ('wubao', 'shidu', 'poor_disabled', 'dibao', 'dibao_margin', 'honoured', 'aged_alone')


def upgrade() -> None:
    """Apply."""
    op.create_table('entitlement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group', sa.Enum(*GROUPS, name='prioritygroup', native_enum=False, length=32), nullable=True),
    sa.Column('care_level', sa.Integer(), nullable=True),
    sa.Column('minutes_per_month', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entitlement'))
    )
    with op.batch_alter_table('plan_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('from_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('until_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('preferred_start_minutes', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('week_of_month', sa.Integer(), nullable=True))

    op.create_table('item_exception',
    sa.Column('item_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('original_on', sa.Date(), nullable=False),
    sa.Column('cancelled', sa.Boolean(), nullable=False),
    sa.Column('moved_to_on', sa.Date(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('window_start_minutes', sa.Integer(), nullable=True),
    sa.Column('window_end_minutes', sa.Integer(), nullable=True),
    sa.Column('preferred_start_minutes', sa.Integer(), nullable=True),
    sa.Column('preferred_caregiver_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('by_hand', sa.Boolean(), nullable=False),
    sa.CheckConstraint('window_start_minutes <= window_end_minutes', name=op.f('ck_item_exception_window_in_order')),
    sa.ForeignKeyConstraint(['item_id'], ['plan_item.id'], name=op.f('fk_item_exception_item_id_plan_item')),
    sa.ForeignKeyConstraint(['preferred_caregiver_id'], ['caregiver.id'], name=op.f('fk_item_exception_preferred_caregiver_id_caregiver')),
    sa.PrimaryKeyConstraint('item_id', 'original_on', name=op.f('pk_item_exception'))
    )
    with op.batch_alter_table('item_exception', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_exception_moved_to_on'), ['moved_to_on'], unique=False)

    op.create_table('plan_item_preference',
    sa.Column('item_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('caregiver_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['caregiver_id'], ['caregiver.id'], name=op.f('fk_plan_item_preference_caregiver_id_caregiver')),
    sa.ForeignKeyConstraint(['item_id'], ['plan_item.id'], name=op.f('fk_plan_item_preference_item_id_plan_item')),
    sa.PrimaryKeyConstraint('item_id', 'caregiver_id', name=op.f('pk_plan_item_preference'))
    )
    op.create_table('item_gap',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('before_item_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('before_subscription_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('after_item_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('after_subscription_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('minimum_minutes', sa.Integer(), nullable=False),
    sa.Column('maximum_minutes', sa.Integer(), nullable=True),
    sa.CheckConstraint('(before_item_id IS NULL) <> (before_subscription_id IS NULL)', name=op.f('ck_item_gap_one_before')),
    sa.CheckConstraint('(after_item_id IS NULL) <> (after_subscription_id IS NULL)', name=op.f('ck_item_gap_one_after')),
    sa.CheckConstraint('minimum_minutes <= maximum_minutes', name=op.f('ck_item_gap_gap_in_order')),
    sa.ForeignKeyConstraint(['after_item_id'], ['plan_item.id'], name=op.f('fk_item_gap_after_item_id_plan_item')),
    sa.ForeignKeyConstraint(['after_subscription_id'], ['meal_subscription.id'], name=op.f('fk_item_gap_after_subscription_id_meal_subscription')),
    sa.ForeignKeyConstraint(['before_item_id'], ['plan_item.id'], name=op.f('fk_item_gap_before_item_id_plan_item')),
    sa.ForeignKeyConstraint(['before_subscription_id'], ['meal_subscription.id'], name=op.f('fk_item_gap_before_subscription_id_meal_subscription')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_gap'))
    )
    with op.batch_alter_table('item_gap', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_gap_after_item_id'), ['after_item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_item_gap_after_subscription_id'), ['after_subscription_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_item_gap_before_item_id'), ['before_item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_item_gap_before_subscription_id'), ['before_subscription_id'], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table('item_gap')
    op.drop_table('plan_item_preference')
    op.drop_table('item_exception')
    with op.batch_alter_table('plan_item', schema=None) as batch_op:
        batch_op.drop_column('week_of_month')
        batch_op.drop_column('preferred_start_minutes')
        batch_op.drop_column('until_on')
        batch_op.drop_column('from_on')

    op.drop_table('entitlement')
