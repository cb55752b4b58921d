"""What the rows of a file mean: the map people edit, and the SQL it becomes."""
