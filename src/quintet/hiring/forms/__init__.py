"""Forms in which criteria, candidates, scores and decisions are written down."""
