"""Example pages of a playbook: questions to answer by section. What is true here, the company writes."""

from quintet.training.terms.playbook import PageText

_VALUE = """
In one sentence: *who* gets *what*, and what it is worth to them.

> For … who …, we …, so that ….

## What changes for the customer

| Before | After | Worth a month |
|---|---|--:|
| … | … | … |

## How to say it in thirty seconds

Write it as it is spoken. Leave the product out until the second half.

## Proof

Three customers who would say so, with the number each of them names.
"""

_CUSTOMER = """
Who buys, who uses it, and who can say no. A rep who cannot answer this guesses.

## They fit when

- size: …
- trade: …
- what they do today: …
- what happened lately that makes them look: …

## They do not fit when

Write down whom we turn away, and why. It saves more time than any script.

## Who sits at the table

| Who | Wants | Fears | Asks us |
|---|---|---|---|
| … | … | … | … |

## Ask to find out

1. How do you do it today?
2. What does that cost you, in hours or in money?
3. Who else would have to agree?
"""

_COMPETITION = """
Whom we meet, where they are better, and what to ask so that the buyer finds the difference.

## Who we meet

| Who | Better than us at | We win when | We lose when |
|---|---|---|---|
| … | … | … | … |
| Doing nothing | It costs nothing today | … | … |

## Never say

Nothing about others that a buyer could not check.

## Ask instead

One question for each of them whose honest answer speaks for us.
"""

_OBJECTIONS = """
What buyers say before they say no. An objection is a question in disguise: find the question first.

## "It is too expensive."

- Behind it: beside what? or: I do not see what it brings, or: it is not my budget.
- Ask: …
- Then: …

## "We have something already."

- Behind it: …
- Ask: …
- Then: …

## "Send me something."

- Behind it: …
- Ask: …
- Then: …

## "Not this quarter."

- Behind it: …
- Ask: …
- Then: …
"""

_PRODUCT = """
What a rep has to have done with it, not what it can do.

## Done once with own hands

- Set it up from nothing, as a customer would
- Got a first result out of it
- Broke it, and got help

## What it does not do

Say it before the buyer finds out.

## What a demo shows, in this order

1. The buyer's own problem, in the buyer's own words
2. The one thing that ends it
3. What the first week looks like
"""

_PROCESS = """
From the first call to the signature: what has to be known before the next step is worth anybody's time.

## From worked to connected

How often we try, by which channel, with what first sentence.

## From connected to qualified

What we know of the buyer before we book a longer call.

## From qualified to demo

What the buyer has to have said aloud.

## From demo to won

What is agreed in writing after a demo, and by when.
"""

_LEADING = """
How managers here find the one thing to work on with each rep, and what they leave alone.

## Every week

1. Open **Rep funnels**. Left are counts, right are conversions with their intervals.
2. Red only where chance does not explain it. A blue rep with a low rate had bad luck until shown otherwise.
3. Take one rep. *Peel the onion*: is it how much, or how well?
4. Agree on **one** skill, a goal and a day to look again.

## Every month

What was coached, whether it moved, and what was dropped.

## What we do not do

No ranking that chance explains. No second skill before the first has moved.
"""

#: The five sections of a playbook with a page each to fill in, and two on how one sells and leads here.
STARTER = tuple(
    PageText(key, section, title, body.strip(), moves)
    for key, section, title, body, moves in (
        ("what-we-are-worth", "value_proposition", "What we are worth, and to whom", _VALUE, "connected"),
        ("whom-we-sell-to", "target_customer", "Whom we sell to", _CUSTOMER, "qualified"),
        ("whom-we-meet", "competition", "Whom we meet, and when we win", _COMPETITION, "won"),
        ("what-buyers-object", "objections", "What buyers object", _OBJECTIONS, "won"),
        ("what-it-does", "product", "What it does, by doing it", _PRODUCT, "demo"),
        ("how-we-sell", "process", "How we sell, step by step", _PROCESS, ""),
        ("how-we-lead", "leading", "How we lead", _LEADING, ""),
    )
)
BY_KEY = {one.key: one for one in STARTER}
