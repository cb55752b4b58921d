"""Migrations of the management room."""
