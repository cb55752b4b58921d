"""Example modules and tracks: hands before ears, exams before shadowing, and a track for those who lead."""

from dataclasses import dataclass

from quintet.training.terms.curriculum import ModuleText, TrackStep

_STORY = "Whom we were founded for, what we got wrong first, and the customer everybody here knows by name."
_BASICS = """
Three things to read, one to write down.

1. The pages *What we are worth* and *What it does* of the playbook.
2. The last three stories of customers.
3. What a customer does in the first week.

Then write, in your own words, what ends when somebody buys from us. Keep it; you will need it on the phone.
"""
_LIVE = """
Do the customer's job before you speak to one. Start something of your own on the open web, such as a blog
about what you know, and use our product on it as a customer would.

- State its address below. Its visits and leads are counted where the collector sees them.
- Where it does not, type the figures in; they are marked as typed.
- Write down what was hard. That is what you will ask buyers about.
"""
_TIDY = "What is written down after each call, when, and who reads it. Bring ten of your own records."
_DISCOVERY = """
Fifteen minutes with somebody who plays a buyer and knows more than they say.

- Open questions, one building on the other.
- What does it cost them today? Who else has to agree?
- Stop when you know whether it is worth a second call. Then agree on it.
"""
_DEMO = """
Show three things, in the order of what the buyer said. The buyer should tell you why each of them matters.

Record it, watch it the same day, show it again.
"""
_RIVALS = "For each we meet: where they are better, and the one question whose honest answer speaks for us."
_OBJECTIONS = (
    "Price, timing, what they have already. Find the question behind each, answer that one, and check."
)
_SHADOW = "Sit with somebody for a day. It shows what a day is like; it does not teach how to do it well."
_FUNNEL = """
Open **Rep funnels**, choose your team and the last half year.

- Left are counts, right are conversions. The bar around each dot holds the true rate nine times in ten.
- Blue is not weak. Red is, beyond chance. Grey is too young to say.
- Say of one rep, aloud, in one sentence, what the charts say and how sure that is. Then read ours.

Do it for three reps whose charts differ. Where you and the page disagree, find out who is right.
"""
_ONION = """
Take a step that is red. Open it and peel: attempts for each lead, connects for each attempt, and so on down.

- Is it how much, or how well?
- Which layer holds most of the gap, and how sure is that?
- Listen to three calls of that layer before you say a word to the rep.
"""
_ONE_SKILL = """
Open a plan for one rep: one skill, a goal, the day on which you look again.

- Let the rep find it: play the call, ask what they heard.
- One skill until it moved, or until you know that it will not.
- The page says later whether it moved beyond what luck and everybody's drift explain.
"""
_PACE = "The month beside the quota, the weekly inputs it takes, and what to do when one of them drops."
_RAMP = "Read Ramp and What shortens the ramp. What may be said of each module, and what may not yet?"
_LOOP = "Read Formula scores and Decisions: what was promised, what came, which version was let in and why."

#: Module by key, in the order they are offered.
MODULES = (
    ModuleText("company_history", "Where we come from", "reading", "Tells our story in a minute.", _STORY, 1),
    ModuleText(
        "product_basics",
        "The product, read",
        "reading",
        "Says what ends when somebody buys.",
        _BASICS.strip(),
        3,
        pages=("what-we-are-worth", "what-it-does"),
    ),
    ModuleText(
        "live_product_use",
        "The customer's job, done",
        "hands_on",
        "Has done what our customers do, with real visitors.",
        _LIVE.strip(),
        20,
        "connected",
        {"visits": 100, "leads": 3},
        ("what-it-does",),
        ("product_basics",),
    ),
    ModuleText("crm_hygiene", "What we write down", "class", "Leaves records others can use.", _TIDY, 2),
    ModuleText(
        "discovery_calls",
        "Finding the need",
        "role_play",
        "Leads a first call to the need and its price.",
        _DISCOVERY.strip(),
        4,
        "qualified",
        pages=("whom-we-sell-to",),
        after=("product_basics",),
    ),
    ModuleText(
        "demo_practice",
        "Showing it",
        "role_play",
        "Shows three things in the buyer's order.",
        _DEMO.strip(),
        5,
        "demo",
        pages=("what-it-does",),
        after=("live_product_use", "discovery_calls"),
    ),
    ModuleText(
        "competitors",
        "Whom we meet",
        "class",
        "Asks the question that speaks for us.",
        _RIVALS,
        2,
        "won",
        pages=("whom-we-meet",),
        after=("product_basics",),
    ),
    ModuleText(
        "objection_handling",
        "Objections",
        "role_play",
        "Finds the question behind a no.",
        _OBJECTIONS,
        4,
        "won",
        pages=("what-buyers-object",),
        after=("discovery_calls",),
    ),
    ModuleText("a_day_beside", "A day beside somebody", "shadowing", "Knows what a day is like.", _SHADOW, 6),
    ModuleText(
        "reading_the_funnel",
        "Reading the funnel",
        "reading",
        "Says of a rep what the charts say, and how sure that is.",
        _FUNNEL.strip(),
        2,
        pages=("how-we-lead",),
    ),
    ModuleText(
        "peeling_the_onion",
        "Peeling the onion",
        "class",
        "Finds whether it is how much or how well.",
        _ONION.strip(),
        2,
        after=("reading_the_funnel",),
    ),
    ModuleText(
        "coaching_one_skill",
        "Coaching one skill",
        "role_play",
        "Lets a rep find the one thing to work on.",
        _ONE_SKILL.strip(),
        4,
        pages=("how-we-lead",),
        after=("peeling_the_onion",),
    ),
    ModuleText(
        "holding_the_pace",
        "Holding the pace",
        "reading",
        "Sees in the second week what the month lacks.",
        _PACE,
        1,
        after=("reading_the_funnel",),
    ),
    ModuleText(
        "reading_the_ramp",
        "Reading the ramp",
        "reading",
        "Says which training shortens the ramp here.",
        _RAMP,
        1,
        after=("reading_the_funnel",),
    ),
    ModuleText(
        "reading_the_loop", "Reading the loop", "reading", "Says which formula keeps its promise.", _LOOP, 1
    ),
)
BY_KEY = {one.key: one for one in MODULES}


@dataclass(frozen=True)
class StarterTrack:
    """A track with its steps."""

    key: str
    name: str
    role: str
    steps: tuple[TrackStep, ...]


TRACKS = (
    StarterTrack(
        "new-reps", "New reps", "rep",
        (
            TrackStep("company_history", 1), TrackStep("product_basics", 3), TrackStep("crm_hygiene", 5),
            TrackStep("discovery_calls", 10), TrackStep("live_product_use", 20), TrackStep("competitors", 22),
            TrackStep("demo_practice", 25), TrackStep("objection_handling", 30),
            TrackStep("a_day_beside", 15, is_required=False),
        ),
    ),
    StarterTrack(
        "new-managers", "New managers", "manager",
        (
            TrackStep("reading_the_funnel", 3), TrackStep("peeling_the_onion", 8),
            TrackStep("coaching_one_skill", 15), TrackStep("holding_the_pace", 20),
            TrackStep("reading_the_ramp", 25, is_required=False),
        ),
    ),
    StarterTrack(
        "directors", "Directors", "director",
        (
            TrackStep("reading_the_funnel", 5), TrackStep("holding_the_pace", 10),
            TrackStep("reading_the_ramp", 15), TrackStep("reading_the_loop", 20),
        ),
    ),
)  # fmt: skip
TRACK_BY_KEY = {one.key: one for one in TRACKS}
