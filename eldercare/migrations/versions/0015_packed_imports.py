"""What undoing an import needs of its rows, packed by the thousand."""

from __future__ import annotations

import json
import zlib
from itertools import groupby, islice

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

CHUNK = 4000

imported_row = sa.table(
    'imported_row',
    sa.column('batch_id'),
    sa.column('place'),
    sa.column('table_name'),
    sa.column('key', sa.JSON()),
    sa.column('before', sa.JSON(none_as_null=True)),
    sa.column('after_hash'),
)
imported_rows = sa.table(
    'imported_rows',
    sa.column('batch_id'),
    sa.column('place'),
    sa.column('table_name'),
    sa.column('packed', sa.LargeBinary()),
)


def upgrade() -> None:
    """Apply: the rows of a batch keep their order."""
    op.create_table('imported_rows',
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('table_name', sqlmodel.sql.sqltypes.AutoString(length=63), nullable=False),
    sa.Column('packed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_imported_rows_batch_id_import_batch')),
    sa.PrimaryKeyConstraint('batch_id', 'place', name=op.f('pk_imported_rows'))
    )
    connection = op.get_bind()
    for batch in connection.execute(sa.select(imported_row.c.batch_id).distinct()).scalars().all():
        place = 0
        rows = sa.select(imported_row).where(imported_row.c.batch_id == batch).order_by(imported_row.c.place)
        for table_name, some in groupby(connection.execute(rows).all(), key=lambda row: row.table_name):
            while chunk := [(list(row.key.values()), row.before, row.after_hash) for row in islice(some, CHUNK)]:
                packed = zlib.compress(json.dumps(chunk).encode(), 1)
                connection.execute(
                    sa.insert(imported_rows),
                    {'batch_id': batch, 'place': place, 'table_name': table_name, 'packed': packed},
                )
                place += 1
    op.drop_table('imported_row')


def downgrade() -> None:
    """Take back: imports made with short hashes can no longer be undone."""
    op.create_table('imported_row',
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('table_name', sqlmodel.sql.sqltypes.AutoString(length=63), nullable=False),
    sa.Column('key', sa.JSON(), nullable=False),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('after_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_imported_row_batch_id_import_batch')),
    sa.PrimaryKeyConstraint('batch_id', 'place', name=op.f('pk_imported_row'))
    )
    connection = op.get_bind()
    columns: dict[str, list[str]] = {}
    places: dict[int, int] = {}
    found = sa.select(imported_rows).order_by(imported_rows.c.batch_id, imported_rows.c.place)
    for some in connection.execute(found).all():
        if some.table_name not in columns:
            columns[some.table_name] = sa.inspect(connection).get_pk_constraint(some.table_name)['constrained_columns']
        first = places.get(some.batch_id, 0)
        rows = [
            {
                'batch_id': some.batch_id,
                'place': first + place,
                'table_name': some.table_name,
                'key': dict(zip(columns[some.table_name], key)),
                'before': before,
                'after_hash': after_hash,
            }
            for place, (key, before, after_hash) in enumerate(json.loads(zlib.decompress(some.packed)))
        ]
        connection.execute(sa.insert(imported_row), rows)
        places[some.batch_id] = first + len(rows)
    op.drop_table('imported_rows')
