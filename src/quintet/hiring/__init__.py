"""Floor 5: which traits of a candidate predict a successful rep here."""
