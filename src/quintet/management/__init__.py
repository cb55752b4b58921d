"""Floor 5: which one skill of which rep to coach next."""
