"""The training formula: what modules do to the ramp and to the step they should move."""
