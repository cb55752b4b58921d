"""Database migrations of the site."""
