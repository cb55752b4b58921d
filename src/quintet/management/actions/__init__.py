"""Verbs: what managers do; each appends to the ledger."""
