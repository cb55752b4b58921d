"""Verbs that change something; each is told to the ledger."""
