"""Numbers with the thing they count, as a sentence has them."""


def counted(number: int, one: str, many: str = "") -> str:
    """The number and its thing: `counted(1, "row was", "rows were")` is "1 row was".

    Args:
        number: how many.
        one: what follows a 1.
        many: what follows any other number; `one` with an s when left out.
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
