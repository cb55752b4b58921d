"""Technology, the fifth formula: each period is scored, refitted, promoted, in public."""
