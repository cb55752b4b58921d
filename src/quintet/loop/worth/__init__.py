"""What the formulas in use were worth over the baseline: one number for the whole, and by formula."""
