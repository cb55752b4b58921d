"""The forecast of a period: hazards, arrivals, sizes, a common shock, and the rules it must beat."""
