"""Transcripts as captions, meetings and recorders write them: read to the millisecond, or refused by line."""

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import written_calls as written
from quintet.kernel.errors import BadInput
from quintet.sources.transcripts.gong import read_gong
from quintet.sources.transcripts.lines import decoded
from quintet.sources.transcripts.reading import read_transcript, read_transcripts
from quintet.sources.transcripts.terms import Cue, Speaker, Transcript

FIRST = written.FIRST_CALL


def read(text: str, name: str = "call.vtt") -> Transcript:
    """A transcript of a text."""
    return read_transcript(name, text.encode())


def said(transcript: Transcript) -> tuple[written.Said, ...]:
    """Its cues as they were written."""
    return tuple((one.start_ms, one.end_ms, one.speaker, one.text) for one in transcript.cues)


def _with_calls(cues):
    """Gong's two answers in one file."""
    words, calls = json.loads(written.gong_transcripts(cues)), json.loads(written.gong_calls(cues))
    return json.dumps(words | calls)


NAMED = {
    "zoom": ("talk.vtt", written.zoom),
    "teams": ("talk.vtt", written.teams),
    "srt": ("talk.srt", written.srt),
    "gong": ("talk.json", _with_calls),
}


@pytest.mark.parametrize("form", NAMED)
def test_each_format_gives_who_said_what_to_the_millisecond(form):
    """Four formats with names, one answer."""
    name, write = NAMED[form]

    transcript = read(write(FIRST), name)

    assert transcript.form == form
    assert said(transcript) == FIRST
    assert [one.name for one in transcript.speakers] == ["Ines Falk", "Omar Reyes"]
    assert transcript.ends_known


def test_plain_captions_name_nobody():
    """WebVTT without names is a transcript without speakers."""
    transcript = read(written.webvtt(FIRST))

    assert transcript.form == "webvtt"
    assert said(transcript) == tuple((a, b, "", text) for a, b, _, text in FIRST)
    assert transcript.speakers == ()


def test_saved_captions_of_zoom_end_where_the_next_begins():
    """They hold whole seconds of the room's clock and no ends; the last gets the time of its words."""
    transcript = read(written.saved_captions(FIRST), "meeting_saved_closed_caption.txt")

    assert transcript.form == "zoom captions"
    assert [one.start_ms for one in transcript.cues] == [0, 5_000, 16_000, 20_000]
    assert [one.end_ms for one in transcript.cues] == [5_000, 16_000, 20_000, 20_000 + 14 * 400]
    assert not transcript.ends_known


def test_saved_captions_may_run_over_midnight():
    """A clock that jumps back by half a day has passed midnight."""
    transcript = read(written.saved_captions(FIRST, begins=24 * 3600 - 10), "captions.txt")

    assert [one.start_ms for one in transcript.cues] == [0, 5_000, 16_000, 20_000]


def test_gongs_calls_say_who_speaks_when_it_began_and_what_it_is_about():
    """Words and calls come in two files; the order does not matter."""
    words = ("transcript.json", written.gong_transcripts(FIRST).encode())
    calls = ("calls.json", written.gong_calls(FIRST).encode())

    for files in ([words, calls], [calls, words]):
        found = read_transcripts(files)
        (call,) = found.transcripts
        assert found.refused == ()
        assert call.started_at == datetime(2026, 2, 3, 14, tzinfo=UTC)
        assert (call.ref, call.title) == ("7001", "First call")
        assert call.speakers[0] == Speaker("Ines Falk", "ines@quayside.example", is_ours=True)
        assert call.speakers[1].is_ours is False
        assert (call.records[0].kind, call.records[0].ref) == ("opportunity", "006Q000000AbCdE")


def test_gongs_words_alone_name_speakers_by_number():
    """Without the calls nobody knows who a number is; the words are kept."""
    transcript = read(written.gong_transcripts(FIRST), "t.json")

    assert [one.name for one in transcript.speakers] == ["Speaker 31000", "Speaker 31001"]


def test_gongs_calls_alone_are_refused():
    """A call without words is no transcript, and the message says what is missing."""
    found = read_transcripts([("calls.json", written.gong_calls(FIRST).encode())])

    assert "holds no words" in found.refused[0].reason


def test_a_zoom_recording_is_dated_by_its_name():
    """GMT20260203-140000 is an instant; any other name is none."""
    text = written.zoom(FIRST)

    assert read(text, "GMT20260203-140000_Recording.transcript.vtt").started_at == datetime(
        2026, 2, 3, 14, tzinfo=UTC
    )
    assert read(text, "GMT20269903-140000_Recording.vtt").started_at is None
    assert read(text, "first call.vtt").started_at is None


def test_notes_styles_regions_settings_and_identifiers_are_no_words():
    """What a WebVTT file holds beside cues is left out."""
    text = (
        "WEBVTT - a title\nKind: captions\n\nNOTE\nnot said\n\nSTYLE\n::cue { color: lime }\n\n"
        "REGION\nid:fred\n\nintro\n01:02.003 --> 01:04.500 align:start line:0\n"
        "<c.loud>Two</c> lines &amp;\n<i>one</i> cue\n\nNOTE duration: 4\n"
    )

    assert said(read(text)) == ((62_003, 64_500, "", "Two lines & one cue"),)


def test_a_cue_may_hold_two_voices():
    """Each is a cue of its own; a voice that goes on is one."""
    text = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ines Falk>Yes. <v Ines Falk>Well.\n<v.loud Omar>No!</v>\n"

    assert said(read(text)) == ((0, 2000, "Ines Falk", "Yes. Well."), (0, 2000, "Omar", "No!"))


def test_people_may_talk_at_once():
    """An interruption is no fault of the file; cues come back in order of start."""
    text = written.teams([(5000, 7000, "Omar", "But"), (1000, 6000, "Ines", "So we said")])

    assert [one.speaker for one in read(text).cues] == ["Ines", "Omar"]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_the_byte_order_mark_do_not_matter(end, mark):
    """Files of Windows, of an old Mac and of everybody else say the same."""
    data = mark + written.webvtt(FIRST, end=end).encode()

    assert read_transcript("call.vtt", data).cues == read(written.webvtt(FIRST)).cues
    assert read_transcript("call.vtt", data).ref == read(written.webvtt(FIRST)).ref


def test_utf_16_with_its_mark_is_read():
    """What Windows calls Unicode."""
    data = written.srt(FIRST).encode("utf-16")

    assert said(read_transcript("call.srt", data)) == FIRST


def test_hours_may_have_more_than_two_digits():
    """A recorder that nobody stopped."""
    text = "WEBVTT\n\n123:59:59.999 --> 124:00:00.001\nStill here\n"

    assert said(read(text)) == ((446_399_999, 446_400_001, "", "Still here"),)


def test_a_word_before_a_colon_is_a_name_only_where_most_cues_have_one():
    """`Price: 40` in a file without names is a price."""
    one = "1\n00:00:00,000 --> 00:00:01,000\nPrice: 40\n\n"
    rest = "\n\n".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\nwell" for n in (2, 3, 4))

    assert read(one + rest, "a.srt").speakers == ()


def test_cues_without_words_are_left_out():
    """Teams writes some."""
    text = written.teams([(0, 10, "Ines", "  "), (20, 30, "Omar", "Hi")])

    assert said(read(text)) == ((20, 30, "Omar", "Hi"),)


def test_a_word_may_take_no_time():
    """Some tools round a short one to nothing; it was said all the same."""
    assert said(read("WEBVTT\n\n00:01.000 --> 00:01.000\nHm\n")) == ((1000, 1000, "", "Hm"),)


GOOD = "00:00:01.000 --> 00:00:02.000"
MALFORMED = {
    "minutes above 59": ("a.vtt", f"WEBVTT\n\n{GOOD}\nhi\n\n00:61:00.000 --> 01:02:00.000\nno", 6, "00:61"),
    "no milliseconds": ("a.vtt", "WEBVTT\n\n00:00:01 --> 00:00:02.000\nno", 3, "00:00:01"),
    "a comma in WebVTT": ("a.vtt", "WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nno", 3, "00:00:01,000"),
    "no end": ("a.vtt", "WEBVTT\n\n00:00:01.000 -->\nno", 3, "''"),
    "end before start": ("a.vtt", "WEBVTT\n\n00:00:03.000 --> 00:00:02.000\nno", 3, "ends before it starts"),
    "no arrow": ("a.vtt", "WEBVTT\n\nid\n00:00:01.000 00:00:02.000\nno", 4, "has no arrow"),
    "a half arrow": ("a.vtt", "WEBVTT\n\n00:00:01.000 -> 00:00:02.000\nno", 4, "has no arrow"),
    "words without a cue": ("a.vtt", f"WEBVTT\n\n{GOOD}\nhi\n\nlost words", 6, "lost words"),
    "overlapping": (
        "a.vtt",
        f"WEBVTT\n\n{GOOD}\nhi\n\n00:00:01.500 --> 00:00:03.000\nno",
        6,
        "overlaps the cue without a speaker in line 3",
    ),
    "overlapping, by name": (
        "a.vtt",
        written.teams([(0, 2000, "Ines", "a"), (1999, 3000, "Ines", "b")]),
        8,
        "of Ines in line 4",
    ),
    "no empty line": ("a.vtt", f"WEBVTT\n\n{GOOD}\nhi\n00:00:03.000 --> 00:00:04.000\nno", 5, "empty line"),
    "no empty line below the head": ("a.vtt", f"WEBVTT\n{GOOD}\nhi", 2, "without an empty line"),
    "no head": ("a.vtt", "Hello\n", 1, "does not begin WebVTT"),
    "SRT time": ("a.srt", "1\n00:00:01 --> 00:00:02,000\nno", 2, "is no time"),
    "SRT arrow": ("a.srt", "1\n00:00:01,000 00:00:02,000\nno", 2, "has no arrow"),
    "SRT end": ("a.srt", "1\n00:00:03,000 --> 00:00:02,000\nno", 2, "ends before it starts"),
    "SRT empty line": ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb", 4,
                       "within a cue"),
    "SRT number alone": ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n", 5, "number without a cue"),
    "captions, hour": ("a.txt", "[Ines] 25:00:00\nno", 1, "no time of day"),
    "captions, order": ("a.txt", "[Ines] 14:00:09\na\n\n[Omar] 14:00:03\nb", 4, "is earlier than"),
    "captions, nobody": ("a.txt", "hello\n[Ines] 14:00:09\na", 1, "saved captions"),
    "JSON cut off": ("a.json", '{"callTranscripts": [\n {"callId": "1",', 2, "cut off"),
    "no JSON": ("a.json", '{"a": 1,\n b}', 2, "is no JSON"),
    "other JSON": ("a.json", '{"a": 1}', 1, "neither callTranscripts nor calls"),
    "no format": ("a.log", "\n\n2026 boot ok", 3, "no format that is known"),
}  # fmt: skip


@pytest.mark.parametrize("fault", MALFORMED)
def test_a_fault_is_named_by_file_line_value_rule_and_next_step(fault):
    """Whoever exported the file can find the line and knows what to do."""
    name, text, line, told = MALFORMED[fault]

    with pytest.raises(BadInput) as refused:
        read(text, name)

    assert str(refused.value).startswith(f"{name}, line {line}: ")
    assert told in str(refused.value)
    assert "; " in str(refused.value)


GONG_FAULTS = {
    "text for a time": ("start", '"1"', "no start"),
    "below zero": ("start", "-4", "no start"),
    "seconds": ("end", "15.25", "no end"),
    "end before start": ("end", "4999", "ends before it starts, at 5000"),
    "no text": ("text", "null", "is no text"),
}


@pytest.mark.parametrize("fault", GONG_FAULTS)
def test_a_fault_of_gongs_is_named_by_its_line(fault):
    """The line of the value itself, in a file of many."""
    key, value, told = GONG_FAULTS[fault]
    lines = written.gong_transcripts(FIRST).split("\n")
    at = [number for number, text in enumerate(lines) if f'"{key}":' in text][1]
    lines[at] = f'"{key}": {value}' + ("," if lines[at].endswith(",") else "")

    with pytest.raises(BadInput) as refused:
        read("\n".join(lines), "gong.json")

    assert str(refused.value).startswith(f"gong.json, line {at + 1}: ")
    assert told in str(refused.value)


def test_gongs_overlap_is_named_by_its_line():
    """One person's sentences at once, also from two monologues."""
    text = written.gong_transcripts([(0, 9000, "Ines", "a"), (8000, 9500, "Ines", "b")])

    with pytest.raises(BadInput, match=r"line \d+: .*overlaps the cue of Speaker 31000 in line \d+"):
        read(text, "gong.json")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"WEBVTT\n\n", "holds no words"),
        (b"WEBVTT\n\n\n00:01.000 --> 00:02.000\ncaf\xe9\n", "line 5: the byte E9 is not UTF-8"),
        ("WEBVTT\n".encode("utf-16-le"), "zero byte"),
        (b"PK\x03\x04rest", "Word document"),
        (b"x" * 20_000_001, "20000001 bytes"),
    ],
)
def test_files_that_are_no_text_are_refused(data, told):
    """Wrong encodings, archives, and what is far too large."""
    with pytest.raises(BadInput, match=told):
        read_transcript("call.vtt", data)


def test_a_fault_in_one_file_keeps_no_other_out():
    """Each file is judged by itself."""
    found = read_transcripts([("bad.vtt", b"WEBVTT\n\nlost\n"), ("good.vtt", written.zoom(FIRST).encode())])

    assert [one.file for one in found.transcripts] == ["good.vtt"]
    assert [one.file for one in found.refused] == ["bad.vtt"]


@pytest.mark.shared_data
def test_gongs_own_sample_of_a_call_is_understood(shared_data):
    """The published webhook: its start with its zone, its title, what it is about; its words come apart."""
    data = (shared_data / "webhook_payloads" / "gong_automation_rule_webhook_partial.json").read_bytes()
    meta = json.loads(data)["callData"]["metaData"]

    (call,) = read_gong(decoded("hook.json", data)).calls.values()

    assert call.title == meta["title"]
    assert call.started_at == datetime.fromisoformat(meta["started"])
    assert [(one.system, one.kind) for one in call.records] == [
        ("Salesforce", "opportunity"),
        ("Salesforce", "account"),
    ]
    assert "holds no words" in read_transcripts([("hook.json", data)]).refused[0].reason


WORD = st.text(st.characters(categories=("L", "N", "P", "S"), exclude_characters=":-[]"), min_size=1)
WORDS = st.lists(WORD.filter(str.strip), min_size=1, max_size=6).map(" ".join).map(str.split).map(" ".join)
NAMES = st.sampled_from(["Ines Falk", "Omar Reyes", "Dr. Wu", "Zoë O'Neil", "李 雷"])


@st.composite
def calls(draw):
    """Anything people may say, one voice after the other."""
    at, told = 0, []
    for _ in range(draw(st.integers(1, 12))):
        start = at + draw(st.integers(0, 5_000_000))
        at = start + draw(st.integers(1, 90_000))
        told.append((start, at, draw(NAMES), draw(WORDS)))
    return tuple(told)


@settings(max_examples=60, deadline=None)
@given(calls())
@pytest.mark.parametrize("form", NAMED)
def test_what_was_written_is_what_is_read(form, call):
    """Whatever is said, whenever, by whomever: every format gives it back."""
    name, write = NAMED[form]

    assert said(read(write(call), name)) == call


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.vtt", "a.srt", "a.json", "a.txt", "a"]))
def test_any_bytes_are_read_or_refused(data, name):
    """Never another error than one that tells the user what to do."""
    for start in (b"", b"WEBVTT\n\n00:00.000 --> 00:01.000\n", b'{"callTranscripts": ', b"[A] 10:00:00\n"):
        found = read_transcripts([(name, start + data)])
        assert len(found.transcripts) + len(found.refused) == 1


LONG = tuple(
    (
        at * 4000,
        at * 4000 + 3500,
        ("Ines Falk", "Omar Reyes")[at % 2],
        f"This is sentence number {at} of many.",
    )
    for at in range(500)
)
EACH = NAMED | {"webvtt": ("a.vtt", written.webvtt), "zoom captions": ("a.txt", written.saved_captions)}


@pytest.mark.parametrize("form", EACH)
def test_five_hundred_cues_take_less_than_fifty_milliseconds(form):
    """The best of three: what other work on the machine costs is not ours."""
    name, write = EACH[form]
    data = write(LONG).encode()
    best = min(_seconds(name, data) for _ in range(3))

    assert len(read_transcript(name, data).cues) == 500
    assert best < 0.05


def _seconds(name: str, data: bytes) -> float:
    started = time.perf_counter()
    read_transcript(name, data)
    return time.perf_counter() - started


def test_a_cue_is_a_plain_value():
    """Cues are compared by what they say."""
    assert Cue(0, 1, "a", "b") == Cue(0, 1, "a", "b")
