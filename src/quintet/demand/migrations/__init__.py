"""The records' tables, step by step."""
