"""Who a row speaks about: surrogate ids from ids, names and addresses.

`known_refs(entity, namespace, ref, entity_id)` holds whom a name, an address or a contact id stands for,
each reference once; entity_id is null where several share it, and then the reference names nobody.
A reference that is not there gets an id of its own, made from what the source wrote.
"""

from dataclasses import dataclass

from quintet.kernel.ids import hash63_sql
from quintet.sources.files.mapping.sql import literal
from quintet.sources.files.mapping.targets import ENTITIES, Target

KNOWN_REFS = "known_refs"


@dataclass(frozen=True)
class Reference:
    """How one reference of a row becomes an id.

    Args:
        join: the join it needs; empty for ids.
        entity_id: the SQL of the id.
    """

    join: str
    entity_id: str


def id_sql(entity: str, system: str, namespace: str, ref: str) -> str:
    """The SQL twin of `kernel.ids.entity_id`; null where the reference is null."""
    return hash63_sql(f"{literal(f'{entity}|{system}|{namespace}|')} || {ref}")


def normal(namespace: str, expression: str) -> str:
    """A reference as it is compared: addresses in lower case, names with single spaces."""
    if namespace == "email":
        return f"lower({expression})"
    return f"regexp_replace({expression}, '\\s+', ' ', 'g')" if namespace == "name" else expression


def reference(target: Target, system: str, ref: str, alias: str) -> Reference:
    """The id of what a target field names.

    Args:
        target: a field whose type is an entity.
        system: the source system.
        ref: SQL of the reference.
        alias: a table alias that nothing else uses.
    """
    own = id_sql(target.type, system, target.namespace, normal(target.namespace, ref))
    if target.namespace == "id":
        return Reference("", own)
    join = (
        f"LEFT JOIN {KNOWN_REFS} {alias} ON {alias}.entity = {literal(target.type)}"
        f" AND {alias}.namespace = {literal(target.namespace)}"
        f" AND {alias}.ref = {normal(target.namespace, ref)}"
    )
    return Reference(join, f"CASE WHEN {alias}.ref IS NULL THEN {own} ELSE {alias}.entity_id END")


def is_reference(target: Target) -> bool:
    """Does the field name an entity?"""
    return target.type in ENTITIES
