"""Who may do what in the shell. A permission nobody is given here is given to nobody."""

import rules

from quintet.site.roles import Role


def has_role(*roles: str) -> rules.Predicate:
    """A rule: the person holds one of these roles."""
    wanted = frozenset(roles)
    return rules.predicate(
        lambda user: getattr(user, "role", None) in wanted, name="role in " + ", ".join(sorted(wanted))
    )


is_operations = has_role(Role.OPERATIONS)
keeps_watch = has_role(Role.OPERATIONS, Role.AUDITOR)

rules.add_perm("site.see_components", is_operations)
rules.add_perm("site.see_data_health", has_role(Role.EXECUTIVE, Role.MANAGER, Role.OPERATIONS, Role.AUDITOR))
rules.add_perm("site.see_jobs", keeps_watch)
rules.add_perm("site.run_jobs", is_operations)
rules.add_perm("site.see_people", keeps_watch)
rules.add_perm("site.manage_people", is_operations)
rules.add_perm("site.erase_people", is_operations)
rules.add_perm("site.see_exports", keeps_watch)
rules.add_perm("site.use_admin", is_operations)
rules.add_perm("site.see_mail", has_role(Role.EXECUTIVE, Role.OPERATIONS, Role.AUDITOR))
rules.add_perm("site.decide_mail", is_operations)
rules.add_perm("site.see_first_hour", has_role(Role.EXECUTIVE, Role.MANAGER, Role.OPERATIONS))
rules.add_perm("site.close_first_hour", has_role(Role.EXECUTIVE, Role.OPERATIONS))
