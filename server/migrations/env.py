"""Run by Alembic for each command: migrations work on the connection that the caller opened.

The caller owns the transaction. Both dialects undo a half-done schema change, SQLite too, since
`server.db` says BEGIN itself.
"""

from alembic import context

from server.models import Model

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Model.metadata,
    transactional_ddl=True,
    # SQLite cannot alter a column: Alembic then makes the table anew. Both dialects run the same file.
    render_as_batch=True,
    user_module_prefix="sa.",
)
with context.begin_transaction():
    context.run_migrations()
