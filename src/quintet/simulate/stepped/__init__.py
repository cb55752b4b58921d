"""A simulated company that waits to be told whom to hire, what to teach, whom to coach, what to work."""
