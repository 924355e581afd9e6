"""Questions that were opened by hand: said as such, for a row that says nothing goes by the program from now on."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Say it in the rows, and in what is written down of their moves."""
    for name, opened in (("open_rows", _opened), ("opening_moves", _moved)):
        columns = sa.column("key", sa.String), sa.column("revision", sa.BigInteger), sa.column("body", sa.JSON)
        table = sa.table(name, *columns)
        of_talks = sa.select(table).where(table.c.key.startswith("qa "))
        for row in op.get_bind().execute(of_talks).all():
            if isinstance(row.body, dict) and (body := opened(row.body)) != row.body:
                this = (table.c.key == row.key) & (table.c.revision == row.revision)
                op.execute(sa.update(table).where(this).values(body=body))


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    # One that nobody had changed went by the program, and still does.
    return row if "qa" in row or not row.get("revision") else {**row, "qa": "open"}


def _moved(move: dict[str, Any]) -> dict[str, Any]:
    ends = {end: _opened(move[end]) for end in ("was", "became") if isinstance(move.get(end), dict)}
    return {**move, **ends}
