"""Who may import files, and who may look at what was imported."""

import rules

IMPORTS = frozenset({"executive", "operations"})
SEES_IMPORTS = IMPORTS | {"auditor"}


@rules.predicate
def imports(user: object) -> bool:
    """The person's role loads data."""
    return getattr(user, "role", None) in IMPORTS


@rules.predicate
def sees_imports(user: object) -> bool:
    """The person's role may look at what was loaded."""
    return getattr(user, "role", None) in SEES_IMPORTS


rules.add_perm("files.import_files", imports)
rules.add_perm("files.see_imports", sees_imports)
