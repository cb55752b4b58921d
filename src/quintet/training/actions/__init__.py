"""Verbs: what enablement, managers and learners do; each appends to the ledger."""
