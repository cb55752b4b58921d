"""Surrogate ids: the same reference gets the same number, in Python and in SQL, with no lookup.

An id is the low 63 bits of the MD5 of `object|system|namespace|reference`. It needs no table, so bulk
loads compute it in a column expression, and two loaders never disagree. MD5 serves as a fast, even
hash here, not as a safeguard. At 10 million entities two share a number with probability 5e-6.
"""

import hashlib

_SIGNLESS = 0x7FFF_FFFF_FFFF_FFFF


def entity_id(entity: str, system: str, namespace: str, ref: str) -> int:
    """The surrogate id of one lead, account, opportunity, rep or candidate.

    Args:
        entity: "lead", "account", "opportunity", "rep" or "candidate".
        system: the source system, e.g. "hubspot".
        namespace: which of its keys `ref` is: "id", "email" or "name".
        ref: the reference as the source writes it.
    """
    return hash63(f"{entity}|{system}|{namespace}|{ref}")


def hash63(text: str) -> int:
    """The low 63 bits of the MD5 of a text; `hash63_sql` is its twin in DuckDB."""
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") & _SIGNLESS


def hash63_sql(expression: str) -> str:
    """The DuckDB expression that equals `hash63` of a VARCHAR expression."""
    return f"(md5_number_lower({expression}) & {_SIGNLESS}::UBIGINT)::BIGINT"
