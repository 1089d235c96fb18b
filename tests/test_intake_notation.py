"""Ways of writing a document: each text is invented, what it must be read as is written beside it by hand."""

import json
import time

import pytest

from analysis import intake
from analysis.errors import SourceError, UnusableDataError
from analysis.intake.notation import LONGEST_REWRITTEN, begins_document, parse_json, unfolded
from analysis.intake.readers import sniff

RECORDS = [{"id": "9007199254740993", "likes": "7", "pinned": None}, {"id": "12", "likes": None, "pinned": True}]
STRICT = '[{"id": 9007199254740993, "likes": 7, "pinned": null}, {"id": 12, "likes": null, "pinned": true}]'


@pytest.mark.parametrize(
    "text",
    [
        STRICT,
        "\ufeff" + STRICT,
        "window.__STATE__ = " + STRICT + ";",
        'window["__STATE__"] = ' + STRICT + ";\n(function(){ remove(); }());",
        "window.archive.posts.part0 = " + STRICT,
        "var items=" + STRICT,
        "export default " + STRICT + ";",
        "callback_12(" + STRICT + ");",
        "/**/jQuery_1.x(" + STRICT + ")",
        ")]}'\n" + STRICT,
        "for(;;);" + STRICT,
        "// made by hand\n" + STRICT,
        "[ /* two */ {'id': 9007199254740993, 'likes': 7, 'pinned': None}, {'id': 12, 'likes': nan, 'pinned': True}]",
        "[{id: 9007199254740993, likes: 7, pinned: undefined,}, {id: 12, likes: null, pinned: true,},]",
        "[{'id': 9007199254740993, 'likes': 7, 'pinned': None}, {'id': 12, 'likes': None, 'pinned': True}]",
        json.dumps(STRICT),
        json.dumps(json.dumps(json.loads(STRICT))),
    ],
)
def test_one_document_in_many_ways_of_writing(text):
    assert parse_json(text.encode(), "x.json")[0] == RECORDS


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{'a': 'it\\'s'}", "it's"),
        ("{'a': 'say \"so\"'}", 'say "so"'),
        ("{'a': \"it's\"}", "it's"),
        ("{u'a': u'caf\\xe9 \\U0001F600'}", "café 😀"),
        ("{'a': 'C:\\\\new', }", "C:\\new"),
        ("{'a': datetime.datetime(2024, 5, 1, 10, 30, tzinfo=datetime.timezone.utc)}", "2024-05-01 10:30"),
        ("{'a': datetime.date(2024, 5, 1)}", "2024-05-01"),
        ('{"a": ISODate("2024-05-01T00:00:00Z")}', "2024-05-01T00:00:00Z"),
        ('{"a": NumberLong(77)}', "77"),
        ("{'a': Decimal('1.20')}", "1.20"),
        ("{'a': 'http://a.b/c // no comment', }", "http://a.b/c // no comment"),
        ('{"a": "two\nlines"}', "two\nlines"),
        ('{"a": 1.0e3}', "1.0e3"),
        ('{"a": 1, "a": 2}', "2"),
        ('{"a": NaN}', None),
        ('{"a": -Infinity}', "-Infinity"),
        ("{'a': (1, 2)}", ["1", "2"]),
        ("{7: 'a', 'a': 'b'}", "b"),
    ],
)
def test_values_as_other_languages_write_them(written, value):
    assert parse_json(written.encode(), "x.json")[0]["a"] == value


def test_printed_objects_a_line_each_keep_their_lines():
    root, lines, notes = parse_json(b"{'id': 1, 'ok': True}\n\n{'id': 2, 'ok': False}\n", "x.json")
    assert root == [{"id": "1", "ok": True}, {"id": "2", "ok": False}]
    assert lines == [1, 3]
    assert "as a program prints" in notes[0]


def test_strict_documents_say_nothing_of_how_they_are_written():
    assert parse_json(STRICT.encode(), "x.json")[2] == []


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"window.x = {'a': 1}", "json"),
        (b"cb([{", "json"),
        (b")]}',\n[[", "json"),
        (b'"[{\\"id\\"', "json"),
        (b"handle,likes\na,1\n", "text"),
        (b'"[Handle]","Likes"\n', "text"),
        (b'"{""a"": 1}",2\n', "text"),
        (b"name (x),b\n", "text"),
    ],
)
def test_what_opens_like_a_document(head, kind):
    assert sniff(head) == kind


def test_a_header_in_brackets_opens_no_document():
    assert not begins_document("[Handle],[Likes]\n")
    assert not begins_document("total = 5\n")


def test_a_broken_document_is_refused_with_its_place():
    with pytest.raises(SourceError, match=r"line 1, column \d+.*Export it again"):
        parse_json(b"[{'id': 1, 'likes': ", "cut.json")


def test_an_infinite_count_is_listed_and_no_number(tmp_path):
    rows = ", ".join(f'{{"id": "p{k}x8", "username": "ana", "likes": {k}, "comments": {k}}}' for k in range(1, 5))
    (tmp_path / "a.json").write_text("[" + rows.replace('"likes": 3', '"likes": Infinity') + "]")
    tables = intake.read(tmp_path / "a.json")
    assert tables.posts["likes"].to_list() == [1, 2, None, 4]
    assert tables.audit["files"][0]["unparsed"]["likes"]["count"] == 1


def test_answers_in_a_browsers_recording(tmp_path):
    answer = {
        "items": [{"id": f"{k}00000000000001", "username": "ana", "like_count": k, "play_count": 9 * k} for k in (1, 2)]
    }
    entries = [{"request": {"url": f"https://a.b/{k}.png"}, "response": {"content": {"text": ""}}} for k in range(20)]
    entries.append({"request": {"url": "https://a.b/feed"}, "response": {"content": {"text": json.dumps(answer)}}})
    (tmp_path / "a.har").write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    posts = intake.read(tmp_path / "a.har").posts
    assert posts["likes"].to_list() == [1, 2]
    assert posts["views"].to_list() == [9, 18]


def test_documents_in_strings_are_found_at_any_place():
    assert unfolded({"a": [{"body": '[{"id": 1}]'}, {"body": "x"}, {"body": "{not json"}]}) == [[{"id": "1"}]]
    assert unfolded({"a": json.dumps({"b": json.dumps({"id": 1})})}) == [{"id": "1"}]


@pytest.mark.parametrize(
    "piece", ['\\"', "a.", ",/*", "/*", "'", "(", "a(", ", ", "datetime.date(2024,1,1", "-", '"a"']
)
def test_hostile_text_is_gone_through_once(piece):
    text = "{x" + piece * (2**20 // len(piece))
    started = time.process_time()
    with pytest.raises((SourceError, UnusableDataError)):
        parse_json(text.encode(), "x.json")
    assert time.process_time() - started < 60  # a text gone through once for every piece would take hours


def test_a_text_too_long_to_be_rewritten_is_refused():
    with pytest.raises(SourceError, match="is not JSON"):
        parse_json(b"[{'id': 1}," + b" " * LONGEST_REWRITTEN + b"]", "x.json")
