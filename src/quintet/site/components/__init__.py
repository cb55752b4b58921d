"""What pages are made of: each component's numbers as Python, its pixels as a template of the same name."""
