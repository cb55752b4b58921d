"""Reading: from a file of any usual kind to tables of text, every line accounted for."""
