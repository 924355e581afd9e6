"""Alembic's environment: it runs on the connection and in the transaction that `migration` gives it, or not at all."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # Alembic takes SQLite for a database without transactional DDL; with an explicit BEGIN it has it.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
