"""Values: what the text in a column means, and the SQL that turns it into a value."""
