"""Floor 3: what follows. Tables with a stated grain, and the registry of metrics."""
