"""Floor 5: which modules shorten the ramp, and a consistent rep out of training."""
