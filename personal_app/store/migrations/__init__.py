"""How an older cache becomes one of the newest schema: Alembic's environment and its revisions."""
