"""Find the columns that know the outcome."""
