from datetime import date, datetime

import pyarrow as pa
import pytest
from django.contrib.auth.models import AnonymousUser

from quintet.facts.scope import Scope
from quintet.site.models import Export, User
from quintet.site.scope import scope_of


class FactsOfATeam:
    """Facts in which rep 10 leads 11 until June, when 11 moves to 20."""

    version = 1
    as_of = datetime(2026, 5, 1)  # noqa: DTZ001  facts are UTC without a zone

    def table(self, name):
        """Only the reps are asked for."""
        assert name == "reps"
        return self

    def select(self, *_names):
        """All of them."""
        return self

    def arrow(self, _expression):
        """Three spells."""
        june = datetime(2026, 6, 1)  # noqa: DTZ001  facts are UTC without a zone
        return pa.table(
            {
                "rep_id": [11, 11, 10],
                "manager_id": [10, 20, None],
                "valid_from": [datetime(2026, 1, 1), june, datetime(2026, 1, 1)],  # noqa: DTZ001  facts are UTC without a zone
                "valid_to": [june, None, None],
            }
        )


@pytest.mark.parametrize("role", ["executive", "operations", "auditor"])
def test_who_sees_everybody(people, role):
    """Executive, operations and auditor see every rep."""
    assert scope_of(getattr(people, role)).rep_ids is None


def test_a_rep_sees_himself(people):
    """And nobody else."""
    assert scope_of(people.rep) == Scope(frozenset({11}), 11, "rep")


def test_a_manager_sees_the_team_of_the_day(people):
    """The last day of the data counts unless another day is asked for."""
    facts = FactsOfATeam()

    assert scope_of(people.manager, facts).rep_ids == {10, 11}
    assert scope_of(people.manager, facts, date(2026, 6, 2)).rep_ids == {10}


def test_a_manager_sees_himself_before_anything_is_loaded(people):
    """Without facts there is no team."""
    assert scope_of(people.manager).rep_ids == {10}


def test_a_manager_without_a_rep_sees_nobody(db):
    """An account that is not linked leads nobody."""
    lost = User.objects.create_user("lost@site.test", "manager")

    assert scope_of(lost, FactsOfATeam()).rep_ids == frozenset()


@pytest.mark.parametrize("role", ["marketer", "recruiter"])
def test_others_see_no_rep(people, role):
    """Not even one they would be linked to: team figures only."""
    person = getattr(people, role)
    person.rep_id = 11

    assert scope_of(person, FactsOfATeam()).rep_ids == frozenset()


def test_a_stranger_sees_nothing():
    """Nor does an account that was closed."""
    assert scope_of(AnonymousUser()).rep_ids == frozenset()
    assert scope_of(User(role="executive", is_active=False)).rep_ids == frozenset()


def test_candidates_are_invisible_outside_hiring(people):
    """Operations and auditors do not see them either."""
    may = {
        role
        for role in people.__dataclass_fields__
        if getattr(people, role).has_perm("hiring.see_candidates")
    }

    assert may == {"executive", "recruiter"}


def test_visible_to_narrows_records(people):
    """A rep finds their own exports, an auditor everybody's, a stranger none."""
    for who in (people.rep, people.manager):
        Export.objects.create(user=who, page="/", filename="a.csv")

    assert [one.user for one in Export.objects.visible_to(people.rep)] == [people.rep]
    assert Export.objects.visible_to(people.auditor).count() == 2
    assert Export.objects.visible_to(AnonymousUser()).count() == 0


def test_visible_accounts(people):
    """A manager finds their own account and those of reps in scope."""
    assert list(User.objects.visible_to(people.rep)) == [people.rep]
    assert User.objects.visible_to(people.operations).count() == User.objects.count()


def test_every_request_carries_its_scope(rf, people):
    """`request.scope` is worked out when it is first asked for."""
    from quintet.site.middleware import ScopeMiddleware

    request = rf.get("/")
    request.user = people.rep
    ScopeMiddleware(lambda _: None)(request)

    assert request.scope.rep_ids == {11}
    assert not request.scope.sees(12)
