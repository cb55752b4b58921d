"""Migrations of the hiring room."""
