"""Search keys of names, made for the rows that are there already."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

from eldercare.registry.name_keys import keys_of_name


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

PEOPLE = ('elder', 'caregiver', 'rider')
KEYS = dict.fromkeys((*PEOPLE, 'care_centre', 'meal_site', 'institution'), 'id') | {'community': 'code'}


def upgrade() -> None:
    """Apply."""
    name_key = op.create_table('name_key',
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('key', sa.String(length=60).with_variant(sa.String(length=60, collation='C'), 'postgresql'), nullable=False),
    sa.Column('owner_id', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.PrimaryKeyConstraint('owner', 'key', 'owner_id', name=op.f('pk_name_key'))
    )
    with op.batch_alter_table('name_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_name_key_owner_id'), ['owner_id'], unique=False)

    connection = op.get_bind()
    for owner, column in KEYS.items():
        table = sa.table(owner, sa.column(column), sa.column('name'))
        found = connection.execute(sa.select(table.c[column], table.c.name)).all()
        for start in range(0, len(found), 2000):
            rows = [
                {'owner': owner, 'key': key, 'owner_id': owner_id}
                for owner_id, name in found[start:start + 2000]
                for key in sorted(keys_of_name(name, of_person=owner in PEOPLE))
            ]
            if rows:
                connection.execute(sa.insert(name_key), rows)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('name_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_name_key_owner_id'))

    op.drop_table('name_key')
