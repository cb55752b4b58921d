"""Database migrations of the file import."""
