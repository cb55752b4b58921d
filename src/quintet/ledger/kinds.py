"""Every kind of interaction, each with one sentence of meaning. The only list there is."""

from dataclasses import dataclass

from quintet.kernel.errors import BadInput


@dataclass(frozen=True)
class Kind:
    """One kind of interaction: `object.past_participle`, and what it means."""

    name: str
    sentence: str


def _kinds(*rows: tuple[str, str]) -> dict[str, Kind]:
    return {name: Kind(name, sentence) for name, sentence in rows}


KINDS = _kinds(
    ("lead.created", "A lead became known; detail holds its source, campaign, term and segment."),
    ("lead.assigned", "A lead was given to a rep."),
    ("lead.changed", "A field of a lead took a new value; content names the field."),
    ("lead.disqualified", "A lead was set aside; content holds the reason."),
    ("lead.rejected", "Sales sent a lead back to marketing; content holds the reason."),
    (
        "lead.routed",
        "A lead was drawn: worked by score or held out of it; outcome says which, detail chance and score.",
    ),
    ("account.created", "A company became known."),
    ("campaign.touched", "A campaign reached a lead, or a lead answered one; outcome says which."),
    ("web.visited", "A lead visited a page; content is the page."),
    ("form.submitted", "A lead filled a form; content is the form."),
    ("call.attempted", "A rep dialled a lead; outcome is connected, no_answer, voicemail, busy or unknown."),
    ("call.received", "A lead called in."),
    ("email.sent", "A rep sent a lead an e-mail."),
    ("email.opened", "A lead opened an e-mail."),
    ("email.clicked", "A lead followed a link in an e-mail."),
    ("email.replied", "A lead answered an e-mail."),
    ("email.bounced", "An e-mail did not arrive."),
    ("message.sent", "A rep wrote to a lead on another channel."),
    ("meeting.booked", "A meeting was agreed; content is qualifying, demo or other."),
    ("meeting.held", "A meeting took place; content is qualifying, demo or other."),
    ("meeting.missed", "The lead did not come to a meeting."),
    ("task.started", "Somebody began a piece of work; content is the activity."),
    ("task.completed", "Somebody finished a piece of work; content is the activity."),
    ("note.written", "A rep wrote a note."),
    ("opportunity.created", "An opportunity was opened."),
    ("opportunity.assigned", "An opportunity was given to a rep."),
    ("opportunity.stage_entered", "An opportunity entered a stage; content is the stage."),
    ("opportunity.changed", "A field of an opportunity took a new value; content names the field."),
    ("opportunity.won", "The buyer signed; amount is the value, detail.mrr the monthly recurring part."),
    ("opportunity.lost", "The opportunity closed without a sale; content holds the reason."),
    ("quote.sent", "A quote was sent; outcome is its state."),
    ("order.placed", "A customer bought; amount is the value."),
    ("subscription.started", "A subscription began; amount is its monthly recurring revenue."),
    ("subscription.changed", "The monthly recurring revenue changed; amount is the new one."),
    ("subscription.cancelled", "A subscription ended; amount is the monthly recurring revenue lost."),
    ("rep.joined", "A person joined the sales organisation; detail holds role, team and segment."),
    ("rep.assigned", "A person got another manager, team, segment or role; detail holds the new ones."),
    ("rep.left", "A person left the sales organisation."),
    ("quota.set", "A rep's quota for a month was set; amount is the quota."),
    ("candidate.applied", "A person applied for a sales role; detail holds name, role and source."),
    ("process.written", "The process of a sales role was written or changed; content is the role."),
    ("interview.assigned", "Somebody was asked to score a candidate in a round; content is the round."),
    (
        "interview.scored",
        "An interviewer scored a candidate; content is the criterion, or overall for the verdict.",
    ),
    (
        "interview.coached",
        "A candidate played a role, was coached and played again; detail holds both scores.",
    ),
    (
        "candidate.decided",
        "A candidate was hired, rejected or withdrew; outcome says which, detail the advice and the reason.",
    ),
    (
        "review.scored",
        "A rep was scored after hire; content is the criterion, detail the score and months since hire.",
    ),
    ("criterion.written", "A criterion was written or rewritten; content is its key, detail the version."),
    (
        "criterion.decided",
        "A criterion was kept, dropped or given another weight; content is its key, outcome which.",
    ),
    ("index.switched", "The hiring index was let advise or made descriptive only; outcome says which."),
    (
        "headcount.planned",
        "A headcount plan was kept; content is its name, detail what was asked and how many to hire.",
    ),
    ("module.completed", "A rep finished a training module; content is the module."),
    ("exam.taken", "A rep took an exam; content is the exam, detail.score the share right."),
    (
        "exam.answered",
        "A rep answered a question of an exam; content is the exam, detail the question and the share right.",
    ),
    (
        "exam.written",
        "An exam or a question of it was written, changed or retired; content is the exam, detail says what.",
    ),
    ("exam.started", "A rep began an attempt at an exam; content is the exam."),
    ("exam.allowed", "A rep was given one more attempt at an exam; content is the exam, detail says why."),
    (
        "exam.corrected",
        "An answer key was corrected; content is the exam, detail how many answers were marked again.",
    ),
    ("page.written", "A playbook page was written or rewritten; content is its key, detail the version."),
    ("project.shown", "A rep's hands-on project showed figures; content is the module, detail holds them."),
    ("module.written", "A training module was written or changed; content is its key."),
    ("track.written", "A track was written or changed; content is its key, detail its modules in order."),
    ("class.started", "People began a track together; content is the class, detail who sits in it."),
    (
        "certificate.written",
        "A certificate was written or changed; content is its key, detail what it takes.",
    ),
    ("certificate.expired", "A certificate ended in its time; content is its key."),
    (
        "order.started",
        "Hires began to take modules in a drawn order; content is its name, detail its design and its plan.",
    ),
    ("order.drawn", "A hire's order of modules was drawn; content is its name, outcome the order."),
    ("order.stopped", "A drawn order ended; content is its name, outcome what was decided."),
    ("certificate.granted", "Somebody earned a certificate; content is its key."),
    ("certificate.revoked", "A certificate ended before its time; content is its key, detail the reason."),
    (
        "call.transcribed",
        "The transcript of a call was imported, or its rep or lead put right; detail holds its measures.",
    ),
    (
        "call.reviewed",
        "Somebody scored a call; content is the question, detail the call, the score and the moment.",
    ),
    (
        "mentoring.started",
        "A rep was given a mentor; content is the step to learn, detail names the mentor and says why.",
    ),
    ("mentoring.ended", "A pair of mentor and rep was ended; content is the step, detail says why."),
    ("coaching.planned", "A manager planned to coach a rep on one skill; content is the skill."),
    ("coaching.held", "A coaching session took place; content is the skill."),
    (
        "coaching.closed",
        "A coaching plan ended; content is the skill, outcome how, detail holds what was measured.",
    ),
    ("inputs.reviewed", "A manager went through the inputs of a team; content is the team, detail the note."),
    (
        "forecast.committed",
        "Somebody said what a period will bring; amount is the figure, content the period.",
    ),
    ("spend.booked", "Marketing spent money; content is the campaign."),
    (
        "contract.proposed",
        "Somebody proposed what each side owes the other; content is the version.",
    ),
    ("contract.accepted", "One side accepted a contract; content is the version, outcome the side."),
    ("column.judged", "A column was let into the lead score or kept out; content is the column."),
    ("points.typed", "Somebody typed the points of a behaviour by hand; detail holds the table."),
    ("margin.set", "Somebody stated the gross margin values are counted by; content is the percentage."),
    ("routing.set", "Somebody set the share of leads held out of the score; detail holds it and why."),
    ("experiment.started", "An experiment began; content is its name, detail its cells and its plan."),
    ("experiment.assigned", "A lead was drawn into a cell; content is the experiment, outcome the cell."),
    ("experiment.stopped", "An experiment ended; content is its name, outcome what was decided."),
    ("plan.proposed", "Somebody proposed a commission plan; content is the version, detail its rules."),
    ("plan.accepted", "An executive put a commission plan in force; content is the version."),
    ("contest.started", "A contest was announced; content is its name, detail its terms."),
    ("contest.ended", "A contest was ended early; content is its name, detail the day and why."),
    ("leadership.observed", "A rep was seen doing what managers do; content is the behaviour."),
    (
        "recommendation.made",
        "A formula advised something; content is the topic, detail the sentence and its evidence.",
    ),
    (
        "recommendation.decided",
        "Somebody decided on advice; outcome is accepted, refused or changed, detail holds who and why.",
    ),
    ("turn.started", "Somebody had every period that is over turned; detail says who."),
    ("identity.merged", "Two entities are one; detail names entity, loser and winner."),
    ("identity.unmerged", "A merge was undone; detail names entity, loser and winner."),
    ("person.erased", "A person's rows were erased; detail holds counts and a digest, never the person."),
)


def require_kind(name: str) -> Kind:
    """The kind of that name.

    Raises:
        BadInput: when the registry has no such kind.
    """
    try:
        return KINDS[name]
    except KeyError:
        msg = f"kind must be one of the {len(KINDS)} in docs/kinds.md, got {name!r}"
        raise BadInput(msg) from None
