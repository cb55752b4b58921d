"""Verbs: what recruiters, interviewers and managers do; each appends to the ledger."""
