import pytest

from attentif.data.header import Verdict, find_header

SURE_HEADER, SURE_DATA, DOUBT = Verdict(True, True), Verdict(False, True), Verdict(False, False)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([["label", "text"], ["ham", "text"], ["label", "b"]], SURE_HEADER),
        ([["id", "message"], ["1", "hi"]], SURE_HEADER),
        ([["text"], ["hi"]], SURE_HEADER),
        ([["v1", "v2", "", ""], ["ham", "hi", "", ""]], SURE_HEADER),
        ([["ham", "hi"], ["spam", "win"], ["ham", "ok"]], SURE_DATA),
        ([["spam", "Message"], ["spam", "win"], ["ham", "message"]], SURE_HEADER),
        ([["0", "1"], ["ham", "hi"], ["spam", "win"]], SURE_HEADER),  # pandas' own names
        ([["0", "1"], ["0", "hi"], ["1", "win"]], SURE_DATA),
        ([["1", "a film"], ["0", "bad"]], SURE_DATA),
        ([["2024-01-02", "hi"], ["2024-01-03", "win"]], SURE_DATA),
        ([["ham", "See you at noon, then!"], ["spam", "win"]], SURE_DATA),
        ([["who", "age"], ["ann", "12"], ["bob", "13"]], SURE_HEADER),
        ([["kind", "words"]] + [["ham", "one two three"], ["spam", "a b c"]] * 4, SURE_HEADER),
        ([["promo", "Sale"], ["ham"], ["spam", "Win"]], DOUBT),
        ([["promo", "Sale"], ["ham", "See you"], ["spam", "Win"]], DOUBT),
        ([["a", "a"], ["b", "c"]], SURE_DATA),
        ([["label", "text"], ["label", "text"]], SURE_HEADER),
        ([["ham", "hi"]], DOUBT),
        ([], SURE_DATA),
    ],
)
def test_is_the_first_row_a_header(rows, verdict):
    assert find_header(rows) == verdict
