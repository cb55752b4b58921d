"""Floor 1: pure numerical methods on arrays."""
