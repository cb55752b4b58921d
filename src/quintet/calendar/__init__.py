"""Floor 1: periods, working hours, holidays, fiscal years, time zones."""
