"""Floor 8: quintet …: parse, call, print."""
