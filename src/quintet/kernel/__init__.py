"""Floor 0: ids, money, errors and the folder we live in; standard library only."""
