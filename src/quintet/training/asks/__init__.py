"""Typed read-only questions, scoped to who asks."""
