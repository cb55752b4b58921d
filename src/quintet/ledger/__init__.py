"""Floor 2: what happened. One append-only table, and the only writer of it."""
