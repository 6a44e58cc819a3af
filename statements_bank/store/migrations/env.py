"""Alembic's door: migrations run on the connection that the store hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from statements_bank.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
