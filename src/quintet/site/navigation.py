"""The sidebar: the five formulas as sections, and in each only the pages that exist and that you may open."""

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse

from quintet.site.access import may_open


@dataclass(frozen=True)
class Entry:
    """One line of the sidebar: the name of the page's address, its label, its icon, what it answers."""

    page: str
    label: str
    icon: str
    sentence: str = ""


@dataclass(frozen=True)
class Section:
    """One heading of the sidebar."""

    label: str
    entries: tuple[Entry, ...]


#: A page that does not exist yet is not shown; adding it here is all its room has to ask for.
SECTIONS = (
    Section("", (Entry("home", "Home", "home"),)),
    Section(
        "Hiring",
        (
            Entry(
                "hiring:candidates",
                "Candidates",
                "user-plus",
                "Who is where between application and decision, and what was said of them",
            ),
            Entry("hiring:forms", "My forms", "check", "Whom to score, the first due on top"),
            Entry(
                "hiring:criteria",
                "Criteria",
                "article",
                "What is thought to make a good rep here, written down before the data, and its fate",
            ),
            Entry("hiring:roles", "Roles", "route", "The rounds of each role, and what is scored in them"),
            Entry(
                "hiring:reviews",
                "Reviews after hire",
                "calendar",
                "The same people on the same criteria after 3, 6 and 12 months",
            ),
            Entry(
                "hiring:index",
                "Index",
                "target",
                "Which criteria go with success here, and the index as a formula to work by hand",
            ),
            Entry(
                "hiring:interviewers",
                "Interviewers",
                "users",
                "Who scores mildly, who steadily, and whose scores foretold",
            ),
            Entry(
                "hiring:success",
                "Success of hires",
                "trophy",
                "Attainment, productivity at equal leads, lifetime and early churn of every hire",
            ),
            Entry(
                "hiring:past-scores",
                "Past scores",
                "upload",
                "Scores given before Quintet came, from a spreadsheet",
            ),
            Entry(
                "hiring:fairness",
                "Fairness",
                "handshake",
                "How often each group gets through, and what candidates are told",
            ),
            Entry(
                "hiring:plan",
                "Headcount plan",
                "users",
                "How many to hire when, and how many managers that takes",
            ),
        ),
    ),
    Section(
        "Training",
        (
            Entry(
                "training:mine",
                "My training",
                "school",
                "What is next, what is due, and which certificates hold",
            ),
            Entry(
                "training:playbook",
                "Playbook",
                "article",
                "What to say to whom, by section and stage, each page bound to the step it should move",
            ),
            Entry(
                "training:classes",
                "Classes",
                "users",
                "Who takes what, who is late, and how alike they come out",
            ),
            Entry(
                "training:curriculum", "Curriculum", "route", "Modules, their order by role, and certificates"
            ),
            Entry("training:exams", "Exams", "check", "Questions, who passed, and what waits to be marked"),
            Entry(
                "training:item-analysis",
                "Item analysis",
                "search",
                "Which questions tell the good from the rest, and which go with sales",
            ),
            Entry(
                "training:calls",
                "Calls",
                "phone",
                "Transcripts: who talked how much, what came up, and reviews",
            ),
            Entry(
                "training:ramp",
                "Ramp",
                "clock",
                "Months to the first month at quota, with those still on the way",
            ),
            Entry(
                "training:modules",
                "Modules",
                "target",
                "Which modules shorten the way to quota, and which do not move their step",
            ),
            Entry(
                "training:readiness",
                "Readiness",
                "trophy",
                "Exam and call scores beside the conversion they should give",
            ),
            Entry(
                "training:mentors",
                "Mentors",
                "handshake",
                "Who may learn what from whom, and whether it moved",
            ),
        ),
    ),
    Section(
        "Management",
        (
            Entry(
                "management:today",
                "Team today",
                "calendar",
                "What was done, what stands out, and what to ask this morning",
            ),
            Entry(
                "management:funnel",
                "Rep funnels",
                "funnel",
                "Who is weak where, how sure that is, and which records say so",
            ),
            Entry(
                "management:coaching",
                "Coaching",
                "trophy",
                "Which one skill of each rep to coach, and whether it moved",
            ),
            Entry(
                "management:targets",
                "Targets",
                "target",
                "The month beside the quota, the inputs it takes, and what has dropped",
            ),
            Entry(
                "management:forecast",
                "Forecast",
                "clock",
                "What the running quarter will bring, how sure that is, and what was committed",
            ),
            Entry(
                "management:pipeline",
                "Pipeline",
                "coin",
                "Pipeline over what is left of the quota, and how much of it is enough",
            ),
            Entry(
                "management:contests",
                "Contests",
                "trophy",
                "What runs, who has won, what behaviour did after",
            ),
            Entry("management:pay", "Pay", "coin", "What each rep has earned so far, line by line"),
            Entry(
                "management:organisation",
                "Organisation",
                "users",
                "Who leads how many, and who may lead next",
            ),
        ),
    ),
    Section(
        "Demand",
        (
            Entry(
                "demand:leads",
                "Leads",
                "target",
                "Which leads are worth working, with the reasons",
            ),
            Entry(
                "demand:points",
                "Points and target",
                "trophy",
                "What marketing owes, and where it stands today",
            ),
            Entry("demand:contract", "Contract", "handshake", "What marketing and sales owe each other"),
            Entry(
                "demand:sources", "Sources", "route", "Which sources and campaigns bring customers that stay"
            ),
            Entry("demand:terms", "Search terms", "search", "Which search terms make a lead qualified"),
            Entry(
                "demand:content",
                "Content",
                "article",
                "Which behaviour and content go with fast, frequent sales",
            ),
            Entry(
                "demand:attribution",
                "Attribution",
                "share",
                "Which touches get the credit, and where rules disagree",
            ),
            Entry(
                "demand:lifetime", "Lifetime value", "coin", "How long customers stay and what they are worth"
            ),
            Entry("demand:experiments", "Experiments", "flask", "What was tried, and what it showed"),
        ),
    ),
    Section(
        "Technology",
        (
            Entry(
                "demand:worth",
                "Score hold-out",
                "coin",
                "What following the lead score brings, by leads held out of it",
            ),
            Entry("loop:scores", "Formula scores", "loop", "What each formula promised, and what happened"),
            Entry("loop:books", "Quarter book", "article", "What one hands the board after each quarter"),
            Entry(
                "loop:what-if",
                "What if",
                "target",
                "The months to come, as things are and as supposed",
            ),
            Entry(
                "loop:worth",
                "Worth of the formulas",
                "trophy",
                "What all formulas brought over the baseline, in customers and revenue",
            ),
            Entry(
                "loop:chain",
                "Chain",
                "share",
                "Which trait and which module go with which step, reps and leads told apart",
            ),
            Entry("loop:drift", "Drift", "clock", "Whether inputs come as they did, and promises are kept"),
            Entry(
                "loop:decisions",
                "Decisions",
                "handshake",
                "What was advised, what was decided, what followed",
            ),
        ),
    ),
    Section(
        "Data",
        (
            Entry(
                "files:uploads",
                "Import files",
                "upload",
                "Drop in an export of your CRM and see what becomes of it",
            ),
            Entry(
                "data-health",
                "Data health",
                "health",
                "Which formulas this data can feed, which it cannot, and why",
            ),
        ),
    ),
    Section(
        "Operations",
        (
            Entry("jobs", "Jobs", "clock"),
            Entry("mail", "Mail", "mail"),
            Entry("people", "People", "users"),
            Entry("exports", "Exports", "download"),
            Entry("components", "Components", "blocks"),
            Entry("admin:index", "Admin", "settings"),
        ),
    ),
)


@dataclass(frozen=True)
class Line:
    """An entry as it is drawn for one person on one page."""

    label: str
    icon: str
    url: str
    sentence: str
    is_current: bool


def sidebar(request: HttpRequest) -> list[tuple[str, list[Line]]]:
    """The sections with at least one page this person may open."""
    drawn = [(section.label, _lines(request, section)) for section in SECTIONS]
    nearest = max((len(line.url) for _, lines in drawn for line in lines if line.is_current), default=0)
    return [(label, [_alone(line, nearest) for line in lines]) for label, lines in drawn if lines]


def _alone(line: Line, nearest: int) -> Line:
    """Of a page and the one it lies under, only the page itself is where we are."""
    return replace(line, is_current=line.is_current and len(line.url) == nearest)


def _lines(request: HttpRequest, section: Section) -> list[Line]:
    found = ((entry, _address(entry.page)) for entry in section.entries)
    return [
        Line(entry.label, entry.icon, url, entry.sentence, _is_current(request.path, url))
        for entry, url in found
        if url and may_open(request.user, resolve(url).func)
    ]


def _address(page: str) -> str:
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
