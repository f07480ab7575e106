import pytest

from attentif.data.columns import Choice, Chooser, content_of
from attentif.data.options import ReadOptions
from attentif.errors import DataError


def chooser(columns, rows, header=True, **options) -> Chooser:
    return Chooser(columns, rows, ReadOptions(**options), header=header, name="x")


def pair(choice: Choice) -> tuple[int, int | None]:
    return choice.text, choice.label


ROWS = [["7", "ham", "see you at noon"], ["8", "spam", "win a prize"], ["9", "ham", "ok then"]]


def test_by_sure_names_before_usual_ones():
    columns = ["message", "text", "type", "label"]
    rows = [["a b", "c d", "x", "y"]]
    assert pair(chooser(columns, rows).labelled()) == (1, 3)


def test_of_equal_names_the_one_that_fits():
    rows = [["2024-01-02", "see you soon", "a", "ham"], ["2024-01-03", "win it now", "b", "spam"]]
    choice = chooser(["message", "content", "n", "class"], rows).labelled()
    assert pair(choice) == (1, 3)


def test_by_content():
    choice = chooser(["n", "kind", "words"], ROWS).labelled()
    assert pair(choice) == (2, 1)
    assert "few short values" in choice.why and "'words'" in choice.why
    assert pair(chooser(["1", "2"], [["hi", "a"], ["yo", "b"], ["ok", "a"]]).labelled()) == (0, 1)


def test_one_by_name_the_other_by_content():
    choice = chooser(["n", "kind", "text"], ROWS).labelled()
    assert pair(choice) == (2, 1)
    assert "by their names, labels by their few short values" in choice.why
    choice = chooser(["n", "label", "words"], ROWS).labelled()
    assert pair(choice) == (2, 1)
    assert "by their names, texts by their length" in choice.why


def test_a_column_of_one_value_is_no_label_among_several():
    rows = [["en", *row[1:]] for row in ROWS]
    rows = [[language, kind.replace("ham", "a"), words] for language, kind, words in rows]
    assert pair(chooser(["language", "kind", "text"], rows).labelled()) == (2, 1)


def test_the_only_other_column():
    rows = [["hi you", "x"], ["bye now", "y"]]
    assert pair(chooser(["text", "group"], rows).labelled()) == (0, 1)


@pytest.mark.parametrize("given", [{"text_column": "words"}, {"text_column": "3"}])
def test_by_option(given):
    assert pair(chooser(["n", "kind", "words"], ROWS, **given).labelled()) == (2, 1)


def test_a_name_comes_before_a_number():
    rows = [["a", "one two", "x"], ["b", "three four", "y"]]
    choice = chooser(["3", "text", "1"], rows, label_column="1").labelled()
    assert pair(choice) == (1, 2)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"text_column": "wrods"}, "no column is called 'wrods'.*Did you mean 'words'"),
        ({"text_column": "4"}, "no column is called '4'"),
        ({"text_column": "0"}, "no column"),
        ({"text_column": "9" * 5000}, "no column"),
        ({"text_column": "2", "label_column": "kind"}, "cannot be text and label"),
    ],
)
def test_options_that_fit_no_column(given, what):
    with pytest.raises(DataError, match=what) as error:
        chooser(["n", "kind", "words"], ROWS, **given).labelled()
    assert "1 'n' (as '7'), 2 'kind' (as 'ham')" in str(error.value)


def test_names_that_differ_by_case_only():
    rows = [["a b", "c d", "x"]]
    assert chooser(["text", "Text", "label"], rows, text_column="Text").labelled().text == 1
    with pytest.raises(DataError, match="more than one column is called 'TEXT'"):
        chooser(["text", "Text", "label"], rows, text_column="TEXT").labelled()


def test_two_candidates_are_no_choice():
    rows = [["a", "x", "one two"], ["b", "y", "three"], ["a", "x", "four"]]
    with pytest.raises(DataError, match="which column is the text and which the label"):
        chooser(["first", "second", "text"], rows).labelled()


def test_dates_are_no_labels():
    rows = [["2024-01-02", "see you", "ham"]] * 3 + [["2024-01-03", "win it", "spam"]]
    assert pair(chooser(["when", "text", "kind"], rows).labelled()) == (1, 2)


def test_without_labels():
    assert pair(chooser(["id", "text"], [["7", "hi"]]).unlabelled()) == (1, None)
    assert pair(chooser(["anything"], [["hi"]]).unlabelled()) == (0, None)
    assert pair(chooser(["id", "text", "label"], [["7", "hi", "x"]]).unlabelled()) == (1, 2)
    assert pair(chooser(["n", "kind", "words"], ROWS).unlabelled()) == (2, None)
    rows = [["ham", "see you"], ["spam", "win it"]]
    assert pair(chooser(["1", "2"], rows, header=False).unlabelled()) == (1, 0)
    assert pair(chooser(["a", "text"], [["7", "hi"]], label_column="b").unlabelled()) == (1, None)
    for asked in ("kind", "2"):
        choice = chooser(["n", "kind", "words"], ROWS, label_column=asked).unlabelled()
        assert pair(choice) == (2, 1)
    short = [["ham", "hi"], ["spam", "win"], ["ham", "ok"]]
    assert pair(chooser(["0", "1"], short).unlabelled()) == (1, None)
    with pytest.raises(DataError, match="which column is the text"):
        chooser(["a", "b"], [["one two", "three four"]]).unlabelled()


def test_what_a_column_holds():
    content = content_of(["ham", " ham ", "", "spam"])
    assert (content.filled, content.different, content.longest) == (3, 2, 4)
    assert content.known and content.label_like and not content.text_like
    assert not content_of(["2024-01-02"] * 9).label_like
    assert content_of(["pomme", "poire"] * 9).label_like
    assert not content_of([f"id{i}" for i in range(50)]).label_like
    assert not content_of([]).label_like


def test_sources_of_pairs():
    german = ["ein Hund", "der Hund rennt schnell davon"]
    for header in (True, False):  # the longer column is not taken for the source
        assert pair(chooser(["1", "2"], [german], header=header).sources()) == (0, 1)
    assert pair(chooser(["id", "text"], [["7", "hi"]]).sources()) == (1, None)
    assert pair(chooser(["a", "b"], [german], text_column="b").sources()) == (1, None)
    assert pair(chooser(["only"], [["hi"]]).sources()) == (0, None)
    with pytest.raises(DataError, match="which column is the text"):
        chooser(["a", "b", "c"], [["one two", "three four", "five six"]]).sources()
