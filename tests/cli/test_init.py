"""`quintet init`."""

import sqlite3
import stat

PASSWORD = "correct horse battery"


def test_init_makes_a_private_home_and_a_login_once(run_alone, company):
    """The folder is the owner's alone; the second run changes nothing and says so."""
    first = run_alone("init", "--email", "Ops@Acme.example", "--name", "Olga", stdin=PASSWORD + "\n")
    again = run_alone("init", "--email", "ops@acme.example", stdin="another long password\n")

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert stat.S_IMODE(company.path.stat().st_mode) == 0o700
    assert "nothing changed" in again.stderr
    with sqlite3.connect(company.path / "records.sqlite3") as records:
        assert records.execute("select email, name, role from site_user").fetchall() == [
            ("ops@acme.example", "Olga", "operations")
        ]
    records.close()
    assert PASSWORD not in first.stdout + first.stderr


def test_init_names_the_company_and_says_what_comes_next(run_alone, company):
    """Its name stands on every page, and nobody has to guess that the pages are served by a command."""
    done = run_alone("init", "--company", "Acme Sales", stdin="")

    assert "quintet serve" in done.stderr
    with sqlite3.connect(company.path / "records.sqlite3") as records:
        assert records.execute("select name from site_company").fetchall() == [("Acme Sales",)]
    records.close()


def test_a_weak_password_is_refused_with_the_rule(run_alone, company):
    """Exit 2 and the rules that are broken; no login is made."""
    done = run_alone("init", "--email", "ops@acme.example", stdin="12345\n")

    assert done.returncode == 2
    assert "at least 12 characters" in done.stderr
    with sqlite3.connect(company.path / "records.sqlite3") as records:
        assert records.execute("select count(*) from site_user").fetchone() == (0,)
    records.close()
