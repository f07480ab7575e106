import io
import json

import pytest

from attentif.data.check import TOLD_ON_READING, key_of, require_trainable, summarise
from attentif.data.read import read
from attentif.errors import DataError


def summary_of(content: str):
    return summarise(read(io.BytesIO(content.encode())))


def test_counts_shares_and_lengths():
    summary = summary_of("label,text\nham,a b c\nham,a b\nspam,abcd\n")
    assert summary.rows == 3 and summary.labels == {"ham": 2, "spam": 1}
    assert summary.largest_share == pytest.approx(2 / 3)
    assert summary.characters == (3, 4, 4, pytest.approx(4.98), 5)
    assert summary.words == (1, 2, 2, pytest.approx(2.98), 3)
    assert summary.megabytes > 0


def test_repeats_and_conflicts():
    summary = summary_of(
        "label,text\nspam,Win now\nspam,Win now\nspam,win  NOW\nham,See you\nspam,see you\nham,x\n"
    )
    assert (summary.rows, summary.distinct, summary.repeats, summary.exact_repeats) == (6, 3, 3, 1)
    assert summary.conflicts == [("See you", {"ham": 5, "spam": 6})]
    said = "\n".join(summary.warnings)
    assert "3 of 6 rows are duplicates" in said and "line 3, line 4, line 6" in said
    assert "1 text has more than one label, as 'See you': 'ham' at line 5, 'spam' at line 6" in said


def test_oddities_have_counts_lines_and_samples():
    rows = [":-)", "Fr\u0435e", "a\ufffdb", "x\u200by", "AT&amp;T", "Ã©tÃ©", "fine", "123 !"]
    summary = summary_of("label,text\n" + "".join(f"ham,{row}\n" for row in rows))
    found = {kind: (odd.count, odd.lines) for kind, odd in summary.odd.items()}
    assert found == {
        "without a letter": (2, [2, 9]),
        "with mixed alphabets in a word": (1, [3]),
        "with replacement characters (\ufffd)": (1, [4]),
        "with zero-width characters": (1, [5]),
        "with HTML entities ('&lt;')": (1, [6]),
        "that may be encoded twice ('Ã©')": (1, [7]),
    }
    assert "2 texts without a letter (line 2, line 9)." in summary.warnings
    reader_says = {"that may be encoded twice ('Ã©')", "with HTML entities ('&lt;')"}
    assert TOLD_ON_READING == reader_says  # so not said a second time here
    assert not [w for w in summary.warnings if any(kind in w for kind in reader_says)]


def test_small_and_single_classes_are_said():
    said = summary_of("label,text\nham,a\nham,b\npromo,c\n").warnings
    assert any("'promo' 1" in warning for warning in said)
    nine, ten = "".join(f"a,x{i}\n" for i in range(9)), "".join(f"b,y{i}\n" for i in range(10))
    assert summary_of("label,text\n" + nine + ten).rare == {"a": 9}
    said = summary_of("label,text\n" + "".join(f"ham,text {i}\n" for i in range(12))).warnings
    assert said == ["There is one class only, 'ham'; training needs two."]


def test_nothing_to_say_about_clean_data():
    rows = "".join(f"{'ham' if i % 2 else 'spam'},text {i}\n" for i in range(40))
    assert summary_of("label,text\n" + rows).warnings == []


def test_ready_for_json():
    summary = summary_of("label,text\nham,a &amp; b\nspam,A &amp; b\n")
    written = json.loads(json.dumps(summary.to_dict()))
    assert written["conflicts"] == [{"text": "a &amp; b", "labels": {"ham": 2, "spam": 3}}]
    assert written["words"]["longest"] == 3
    assert written["odd"]["with HTML entities ('&lt;')"]["count"] == 2


def test_equal_texts():
    assert key_of(" Straße\u00a0 1 ") == key_of("STRASSE 1")
    assert key_of("De\u0301ja\u0300") == key_of("DÉJÀ")
    assert key_of("a b") != key_of("ab")


def test_what_can_be_trained_on():
    require_trainable(["ham", "spam"])
    require_trainable([str(i) for i in range(5)])
    with pytest.raises(DataError, match="at least two classes, got only 'ham' \\(3 examples\\)"):
        require_trainable(["ham"] * 3)
    with pytest.raises(DataError, match="got none"):
        require_trainable([])
    with pytest.raises(DataError, match="11 labels that all differ"):
        require_trainable([str(i) for i in range(11)])


def test_the_sms_collection(data_folder):
    summary = summarise(read(data_folder / "sms-spam" / "SMSSpamCollection"))
    # One more than in the raw file: two texts differ by a wrongly decoded quote, which is mended.
    assert (summary.rows, summary.distinct) == (5574, 5158)
    assert (summary.repeats, summary.exact_repeats) == (416, 404)
    assert summary.conflicts == [] and summary.words.longest == 171
    assert round(summary.largest_share, 3) == 0.866
