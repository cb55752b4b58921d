"""Table in, table out: what the formulas of demand are computed from."""
