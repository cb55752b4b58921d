"""Forms in which managers say what they decide."""
