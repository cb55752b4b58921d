"""Floor 4: doors in; each turns its own format into interactions."""
