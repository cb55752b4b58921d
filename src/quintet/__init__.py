"""Quintet: sales as a science that improves itself."""
