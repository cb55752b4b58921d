"""Floor 7: the Django project: accounts, shell, components, jobs, admin."""
