"""Names of elders and caregivers are searched by pieces without keys: those that are no letters go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from eldercare.registry.name_keys import keys_of_name


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

BY_PIECES = ('elder', 'caregiver')
CHUNK = 2000

name_key = sa.table('name_key', sa.column('owner'), sa.column('key'), sa.column('owner_id'))


def upgrade() -> None:
    """Apply."""
    # Keys compare byte by byte on both databases: those outside the small letters.
    no_letter = sa.or_(name_key.c.key < 'a', name_key.c.key >= '{')
    op.get_bind().execute(sa.delete(name_key).where(name_key.c.owner.in_(BY_PIECES), no_letter))


def downgrade() -> None:
    """Take back: the pieces of names become keys again."""
    connection = op.get_bind()
    for owner in BY_PIECES:
        table = sa.table(owner, sa.column('id'), sa.column('name'))
        connection.execute(sa.delete(name_key).where(name_key.c.owner == owner))
        found = connection.execute(sa.select(table.c.id, table.c.name)).all()
        for start in range(0, len(found), CHUNK):
            rows = [
                {'owner': owner, 'key': key, 'owner_id': owner_id}
                for owner_id, name in found[start:start + CHUNK]
                for key in sorted(keys_of_name(name))
            ]
            if rows:
                connection.execute(sa.insert(name_key), rows)
