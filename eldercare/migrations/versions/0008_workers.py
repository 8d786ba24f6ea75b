"""Working time of workers, refusals, and the places that elders are matched to."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('caregiver', schema=None) as batch_op:
        batch_op.add_column(sa.Column('maximum_minutes_per_week', sa.Integer(), nullable=True))
    with op.batch_alter_table('care_centre', schema=None) as batch_op:
        batch_op.add_column(sa.Column('capacity', sa.Integer(), nullable=True))
    with op.batch_alter_table('meal_site', schema=None) as batch_op:
        batch_op.add_column(sa.Column('diets', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True))

    op.create_table('shift_pattern',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
    sa.Column('caregiver_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('rider_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('weekdays', sqlmodel.sql.sqltypes.AutoString(length=7), nullable=False),
    sa.Column('every_weeks', sa.Integer(), nullable=False),
    sa.Column('anchor_on', sa.Date(), nullable=False),
    sa.Column('start_minutes', sa.Integer(), nullable=False),
    sa.Column('end_minutes', sa.Integer(), nullable=False),
    sa.Column('break_earliest_minutes', sa.Integer(), nullable=True),
    sa.Column('break_latest_end_minutes', sa.Integer(), nullable=True),
    sa.Column('break_minutes', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.CheckConstraint('(caregiver_id IS NULL) <> (rider_id IS NULL)', name=op.f('ck_shift_pattern_one_worker')),
    sa.CheckConstraint('start_minutes < end_minutes', name=op.f('ck_shift_pattern_starts_before_end')),
    sa.ForeignKeyConstraint(['caregiver_id'], ['caregiver.id'], name=op.f('fk_shift_pattern_caregiver_id_caregiver')),
    sa.ForeignKeyConstraint(['rider_id'], ['rider.id'], name=op.f('fk_shift_pattern_rider_id_rider')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift_pattern'))
    )
    with op.batch_alter_table('shift_pattern', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shift_pattern_caregiver_id'), ['caregiver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_shift_pattern_rider_id'), ['rider_id'], unique=False)

    op.create_table('absence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('caregiver_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('rider_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('start_minutes', sa.Integer(), nullable=True),
    sa.Column('end_minutes', sa.Integer(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.CheckConstraint('(caregiver_id IS NULL) <> (rider_id IS NULL)', name=op.f('ck_absence_one_worker')),
    sa.ForeignKeyConstraint(['caregiver_id'], ['caregiver.id'], name=op.f('fk_absence_caregiver_id_caregiver')),
    sa.ForeignKeyConstraint(['rider_id'], ['rider.id'], name=op.f('fk_absence_rider_id_rider')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence'))
    )
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_absence_caregiver_id'), ['caregiver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_absence_rider_id'), ['rider_id'], unique=False)

    op.create_table('caregiver_area',
    sa.Column('caregiver_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('community_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['caregiver_id'], ['caregiver.id'], name=op.f('fk_caregiver_area_caregiver_id_caregiver')),
    sa.ForeignKeyConstraint(['community_code'], ['community.code'], name=op.f('fk_caregiver_area_community_code_community')),
    sa.PrimaryKeyConstraint('caregiver_id', 'community_code', name=op.f('pk_caregiver_area'))
    )
    with op.batch_alter_table('caregiver_area', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_caregiver_area_community_code'), ['community_code'], unique=False)

    op.create_table('refusal',
    sa.Column('elder_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('caregiver_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('by', sa.Enum('elder', 'caregiver', name='refusedby', native_enum=False, length=32), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.ForeignKeyConstraint(['caregiver_id'], ['caregiver.id'], name=op.f('fk_refusal_caregiver_id_caregiver')),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_refusal_elder_id_elder')),
    sa.PrimaryKeyConstraint('elder_id', 'caregiver_id', 'by', 'from_on', name=op.f('pk_refusal'))
    )
    with op.batch_alter_table('refusal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_refusal_caregiver_id'), ['caregiver_id'], unique=False)

    op.create_table('service_match',
    sa.Column('elder_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sa.Enum('care_centre', 'meal_site', name='matchkind', native_enum=False, length=32), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('place_id', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('metres', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('further_metres', sa.Integer(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_service_match_elder_id_elder')),
    sa.PrimaryKeyConstraint('elder_id', 'kind', 'from_on', name=op.f('pk_service_match'))
    )
    with op.batch_alter_table('service_match', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_match_place_id'), ['place_id'], unique=False)


def downgrade() -> None:
    """Take back: working time, refusals and matches are gone; shifts made from patterns stay."""
    op.drop_table('service_match')
    op.drop_table('refusal')
    op.drop_table('caregiver_area')
    op.drop_table('absence')
    op.drop_table('shift_pattern')
    # Never made anew: SQLite would drop tables that others refer to.
    with op.batch_alter_table('meal_site', schema=None, recreate='never') as batch_op:
        batch_op.drop_column('diets')
    with op.batch_alter_table('care_centre', schema=None, recreate='never') as batch_op:
        batch_op.drop_column('capacity')
    with op.batch_alter_table('caregiver', schema=None, recreate='never') as batch_op:
        batch_op.drop_column('maximum_minutes_per_week')
