"""What Alembic runs around the migrations: on the connection, and within the transaction, that `schema` gives.

SQLite can roll back changes of tables, though Alembic takes it that it cannot: said here, so that all migrations
succeed or none.
"""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
