"""A sales company with planted truth: the demo, and the ground truth of the statistical tests."""
