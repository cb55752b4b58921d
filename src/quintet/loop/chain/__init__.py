"""The chain across formulas: who sells and what is sold to told apart, and what goes with which step."""
