"""The room's pages: who opens which, what they say, and what becomes of a refusal."""

from datetime import date, timedelta

import pytest
from django.test import Client

from small_company import small_company
from taught import BACKEND, NOW, learned, people, taught

__all__ = ["people", "small_company", "taught"]


@pytest.fixture
def sign_in(people, taught, home, settings):
    """A browser of one of the people: `sign_in("ann").get("/training/mine/")`."""
    settings.HOME = home

    def browser(name):
        client = Client(SERVER_NAME="localhost")
        client.force_login(getattr(people, name), backend=BACKEND)
        return client

    return browser


def text(answer):
    """What a page says, on one line."""
    return " ".join(answer.content.decode().split())


READ = ("mine", "playbook", "playbook/price", "curriculum", "curriculum/modules/play_price", "certificates")
TEACH = ("playbook/new", "playbook/price/rewrite", "playbook/examples", "curriculum/modules/new",
         "curriculum/modules/play_price/change", "curriculum/tracks/new", "curriculum/examples",
         "certificates/new", "certificates/first/change", "classes/new")  # fmt: skip


def test_who_learns_reads_and_who_teaches_writes(sign_in):
    """A rep reads every page and writes none; a recruiter and a stranger see nothing of it."""
    who = {name: sign_in(name) for name in ("ann", "recruiter", "enablement", "manager")}
    for page in (*READ, "curriculum/tracks/new-reps", "certificates/first"):
        assert who["ann"].get(f"/training/{page}/").status_code == 200, page
        assert who["recruiter"].get(f"/training/{page}/").status_code == 403, page
    for page in TEACH:
        assert who["enablement"].get(f"/training/{page}/").status_code == 200, page
        assert who["ann"].get(f"/training/{page}/").status_code == 403, page
        assert who["manager"].get(f"/training/{page}/").status_code == 403, page
    for name, status in (("ann", 403), ("manager", 200), ("operations", 200), ("enablement", 200)):
        assert sign_in(name).get("/training/classes/").status_code == status


def test_a_rep_cannot_write_into_a_track_by_posting_to_its_page(sign_in, taught):
    """The page is theirs to read; the post is not theirs to make."""
    told = {"module": "read_worth", "due_day": 2}

    assert sign_in("ann").post("/training/curriculum/tracks/new-reps/", told).status_code == 404


def test_a_page_is_written_rewritten_and_ends_a_certificate(sign_in, people, taught):
    """From the form to the notice: the rep is told on the own page, and what to do."""
    learned(taught, people.ann)
    teacher = sign_in("enablement")
    told = {
        "title": "Price",
        "section": "objections",
        "body": "Ask: what does it cost today?",
        "moves": "won",
    }

    refused = teacher.post("/training/playbook/price/rewrite/", told)
    assert refused.status_code == 400
    assert "This field is required" in text(refused)
    changed = {"why": "It sounded rude", "unsettles": "on"}
    assert teacher.post("/training/playbook/price/rewrite/", told | changed).status_code == 302

    mine = text(sign_in("ann").get("/training/mine/"))
    assert "the playbook page Price has changed. It sounded rude. To earn it again: Play the price." in mine
    assert 'href="/training/playbook/price/"' in mine
    page = text(sign_in("ann").get("/training/playbook/price/"))
    assert "<del>Ask: beside what?</del>" in page
    assert "<ins>Ask: what does it cost today?</ins>" in page


def test_html_on_a_page_is_shown_and_not_run(sign_in, taught):
    """Whoever writes the playbook cannot act in the name of who reads it."""
    told = {"title": "Evil", "section": "product", "body": "<script>alert(1)</script>", "moves": ""}
    sign_in("enablement").post("/training/playbook/new/", told)

    page = text(sign_in("ann").get("/training/playbook/evil/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_notice_is_read_by_whom_it_is_for(sign_in, people, taught):
    """Nobody makes another's notice go away."""
    from quintet.training.models.certificates import Notice

    learned(taught, people.ann)
    notice = Notice.objects.get(user=people.ann)
    address = f"/training/mine/notices/{notice.pk}/read/"

    assert sign_in("bo").post(address).status_code == 404
    assert sign_in("ann").post(address).status_code == 302
    assert "You have earned" not in text(sign_in("ann").get("/training/mine/"))


def test_my_training_says_what_is_next_and_what_is_left_for_a_certificate(sign_in, people, taught):
    """First what is open; what waits for it says so."""
    ann = sign_in("ann")
    mine = text(ann.get("/training/mine/"))
    assert '<a href="/training/curriculum/modules/read_worth/"><strong>Read the worth</strong></a>' in mine
    assert "first: Read the worth" in mine

    ann.post("/training/curriculum/modules/read_worth/done/")
    mine = text(ann.get("/training/mine/"))
    assert '<a href="/training/curriculum/modules/play_price/"><strong>Play the price</strong></a>' in mine
    assert 'Left: <a href="/training/curriculum/modules/play_price/">Play the price</a>' in mine


def test_exams_to_take_are_those_of_what_is_open(sign_in, people, taught):
    """One of a module that waits, and one of a certificate that lacks a module, come later."""
    from quintet.training.models.exams import Exam, Question, QuestionVersion

    told = {"written_by": people.enablement, "written_at": NOW}
    Exam.objects.create(key="first", name="About the worth", module=taught.read, **told)
    Exam.objects.create(key="later", name="About the price", module=taught.play, **told)
    last = Exam.objects.create(key="last", name="All of it", **told)
    taught.certificate.exams.add(last)
    for exam in Exam.objects.all():
        question = Question.objects.create(exam=exam)
        QuestionVersion.objects.create(
            question=question, number=1, kind="short", text="Why?", right=["because"], **told
        )
    from quintet.training.actions.completions import complete
    from quintet.training.asks.mine import mine

    def exams():
        return [one.name for one in mine(people.ann, NOW).exams]

    assert exams() == ["About the worth"]
    complete(people.ann, taught.read, "exam", now=NOW)
    assert exams() == ["About the price"]
    complete(people.ann, taught.play, "exam", now=NOW)
    assert exams() == ["All of it"]
    assert "All of it" in text(sign_in("ann").get("/training/mine/"))


def test_what_is_asked_too_early_is_refused_with_a_sentence(sign_in, taught):
    """On the page, where the reader is; nothing is finished."""
    from quintet.training.models.curriculum import Completion

    answer = sign_in("ann").post("/training/curriculum/modules/play_price/done/", follow=True)

    assert "builds on Read the worth: take that first." in text(answer)
    assert not Completion.objects.exists()


def test_a_class_is_started_signed_off_and_left(sign_in, people, taught):
    """Who had it already keeps it; a manager signs off the own people."""
    teacher = sign_in("enablement")
    told = {"name": "Spring", "track": "new-reps", "starts_on": "2026-03-02",
            "users": [people.ann.pk, people.bo.pk]}  # fmt: skip
    answer = teacher.post("/training/classes/new/", told, follow=True)
    assert "Late with something" in text(answer)
    address = answer.redirect_chain[-1][0]
    sign_in("ann").post("/training/curriculum/modules/read_worth/done/")

    signing = {"module": "play_price", "users": [people.ann.pk, people.bo.pk], "note": "Held it"}
    refused = teacher.post(f"{address}sign-off/", signing)
    assert refused.status_code == 400
    assert "builds on Read the worth" in text(refused)
    answer = teacher.post(f"{address}sign-off/", signing | {"users": [people.ann.pk]}, follow=True)
    assert "Signed off for 1." in text(answer)
    assert "Ann: Play the price" in text(answer)
    seat = people.bo.seats.get()
    teacher.post(f"/training/seats/{seat.pk}/leave/")
    assert "1 person" in text(teacher.get(address))


def test_a_manager_reads_the_own_team_s_class_and_nobody_else_s(sign_in, people, taught, home):
    """Rep 1 is his; rep 2 stays unnamed on every page and in its CSV."""
    from quintet.facts.scope import Scope
    from quintet.training.actions.classes import NewClass, start

    made = start(NewClass("Spring", taught.track, date(2026, 3, 2)), [people.ann, people.bo], **taught.by)
    learned(taught, people.bo)
    manager = sign_in("manager")

    assert manager.get(f"/training/classes/{made.pk}/").status_code == 404  # no facts say whom he leads
    assert "<td>Bo</td>" not in text(manager.get("/training/certificates/first/"))
    assert "<td>Bo</td>" not in text(manager.get("/training/certificates/"))
    assert "<td>Bo</td>" in text(sign_in("bo").get("/training/certificates/first/"))
    from quintet.training.asks.classes import hire_class

    shown = hire_class(made.pk, people.manager, Scope(rep_ids=frozenset({1})), NOW.date())
    assert [str(one.seat.user) for one in shown.learners] == ["Ann"]


def test_a_project_is_opened_and_its_figures_typed(sign_in, people, taught):
    """Nothing is uploaded: an address, and figures that are marked as typed."""
    from quintet.training.actions.modules import write_module
    from quintet.training.terms.curriculum import ModuleText

    write_module(ModuleText("blog", "A blog", "hands_on", asks_for={"visits": 5}), **taught.by)
    ann, address = sign_in("ann"), "/training/curriculum/modules/blog/"

    assert ann.post(f"{address}figures/", {"visits": 9}).status_code == 404
    assert "an address is like" in text(ann.post(f"{address}project/", {"address": "my blog"}))
    ann.post(f"{address}project/", {"address": "blog.example/ann"})
    assert "visits, leads are" not in text(ann.post(f"{address}figures/", {"visits": 3}, follow=True))
    page = text(ann.get(address))
    assert "<dt>Typed in</dt><dd>3 visits on" in page
    assert "The data shows none so far." in page
    ann.post(f"{address}figures/", {"visits": 5})
    assert "Live figures" not in text(ann.get(address))
    assert "live figures reached what it asks" in text(ann.get(address))
    assert "multipart/form-data" not in page
    everybody = text(sign_in("enablement").get(address))
    assert "<td>Ann</td><td>blog.example/ann</td>" in everybody
    assert "Everybody&#x27;s projects" not in page


def test_a_track_is_put_in_order_and_refuses_what_cannot_be_taken(sign_in, taught):
    """The refusal names what comes first; the track stays as it was."""
    from quintet.training.asks.curriculum import track

    teacher, address = sign_in("enablement"), "/training/curriculum/tracks/new-reps/"
    answer = teacher.post(f"{address}play_price/up/", follow=True)
    assert "builds on &#x27;read_worth&#x27;: put that one before it" in text(answer)
    teacher.post(f"{address}play_price/due/", {"module": "play_price", "due_day": 8})
    step = track("new-reps").steps[1]
    assert (step.module.key, step.due_day, step.is_required) == ("play_price", 8, False)
    teacher.post(f"{address}read_worth/out/")
    assert [one.module.key for one in track("new-reps").steps] == ["play_price"]
    teacher.post(address, {"module": "read_worth", "due_day": 9, "is_required": "on"})
    assert len(track("new-reps").steps) == 1  # it would come after what builds on it


def test_a_certificate_is_taken_back_with_a_reason_the_person_reads(sign_in, people, taught):
    """Without a reason it stays."""
    from quintet.training.asks.certificates import holding

    learned(taught, people.ann)
    (grant,) = holding(people.ann, NOW)
    teacher = sign_in("enablement")
    assert teacher.post(f"/training/grants/{grant.pk}/revoke/", {"reason": ""}).status_code == 400
    assert holding(people.ann, NOW)
    teacher.post(f"/training/grants/{grant.pk}/revoke/", {"reason": "Two calls went wrong."})

    assert "Two calls went wrong." in text(sign_in("ann").get("/training/mine/"))
    assert "revoked: Two calls went wrong." in text(teacher.get("/training/certificates/first/"))


def test_lists_are_downloaded_as_csv_and_logged(sign_in, people, taught):
    """As every list of the site."""
    from quintet.site.models import Export

    learned(taught, people.ann)
    answer = sign_in("enablement").get("/training/certificates/?csv=certified")

    lines = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode().splitlines()
    assert lines[0].lstrip("\ufeff").startswith("Lead type,Person,Certificate")
    assert lines[1].startswith("small business,Ann,First calls")
    assert Export.objects.count() == 1


def test_the_leads_behind_a_page_s_numbers_are_those_the_reader_may_see(
    people, taught, small_company, settings
):
    """Who teaches sees how many; an executive opens them, and the rows are as many as the number says."""
    from quintet.training.actions.playbook import check_steps

    settings.HOME = small_company.home
    taught.price.written_at = NOW - timedelta(days=280)
    taught.price.save()
    check_steps(small_company.facts, NOW)
    from quintet.training.asks.playbook import page

    drift = page("price").drift
    client = Client(SERVER_NAME="localhost")
    client.force_login(people.executive, backend=BACKEND)
    answer = text(client.get("/training/playbook/price/leads/?side=before&outcome=converted"))
    assert f"{drift.before.converted:,} of {drift.before.converted:,} are yours to see" in answer
    client.force_login(people.enablement, backend=BACKEND)
    answer = text(client.get("/training/playbook/price/leads/?side=since"))
    assert f"0 of {drift.after.n:,} are yours to see" in answer
    assert client.get("/training/playbook/price/leads/?side=never").status_code == 404


def test_the_playbook_stands_beside_the_rep_s_work(people, taught, small_company, settings):
    """On the rep's page, for the step in question; not for somebody without the playbook."""
    from quintet.site.beside import playbook_beside

    assert [one.key for one in playbook_beside(people.ann, "demo-won")] == ["price"]
    assert [one.key for one in playbook_beside(people.ann, "connected")] == ["worth"]
    assert playbook_beside(people.recruiter, "won") == ()

    settings.HOME = small_company.home
    from quintet.training.actions.playbook import write
    from quintet.training.terms.playbook import PageText

    for step in ("qualified", "demo"):
        write(PageText(f"on-{step}", "process", f"On {step}", "Say it.", step), **taught.by)
    client = Client(SERVER_NAME="localhost")
    client.force_login(people.executive, backend=BACKEND)
    rep = next(iter(small_company.team))
    assert "What the playbook says" in text(client.get(f"/management/rep/{rep}/"))


def test_the_api_answers_as_the_pages_do(people, taught):
    """Pages to who learns; completions and certificates of those one may see; nothing to a recruiter."""
    from django.utils import timezone

    from quintet.site import tokens

    learned(taught, people.ann)
    learned(taught, people.bo)

    def ask(user, address):
        token = tokens.issue(user, "a script", timezone.now())
        client = Client(SERVER_NAME="localhost")
        return client.get(f"/api/v1/training/{address}", headers={"Authorization": f"Bearer {token}"})

    assert {one["key"] for one in ask(people.ann, "playbook").json()} == {"worth", "price"}
    assert ask(people.ann, "playbook/price").json()["body"] == "Ask: beside what?"
    assert ask(people.ann, "playbook/none").status_code == 404
    assert {one["person"] for one in ask(people.ann, "completions").json()} == {"Ann"}
    assert {one["person"] for one in ask(people.enablement, "completions").json()} == {"Ann", "Bo"}
    assert ask(people.ann, "certificates").json()[0]["modules"] == ["play_price", "read_worth"]
    asked = ask(people.enablement, "certified?lead_type=small business").json()
    assert [one["rep_id"] for one in asked] == [1, 2]
    assert [one["rep_id"] for one in ask(people.bo, "certified").json()] == [2]
    assert ask(people.recruiter, "playbook").status_code == 403
