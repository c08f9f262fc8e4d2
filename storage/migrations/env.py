"""Alembic's entry: one history for both databases, run inside the caller's transaction."""

from alembic import context

from storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=False,  # The transaction is the caller's.
)
context.run_migrations()
