"""The formulas of demand: tables or arrays in, a fitted formula out."""
