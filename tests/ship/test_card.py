"""The model card: what a stranger must know, and nothing that Markdown could misread."""

import re
from typing import Any

import numpy as np
import pytest

from attentif import __version__
from attentif.config import Settings
from attentif.measure.metrics import score
from attentif.ship.card import escaped, model_card

EVIL = "<script>alert(1)</script> | **bold** [x](http://evil.example) `code`\n# heading & more"


def scores_of(labels=("ham", "spam"), wrong=2, **changes) -> dict[str, Any]:
    """Scores of twenty rows, some answered wrongly."""
    truth = np.array([0, 1] * 10)
    said = np.where(np.arange(20) < wrong, 1 - truth, truth)
    found = score(truth, np.eye(2)[said] * 0.8 + 0.1, list(labels), positive=1).to_dict()
    return {**found, "threshold": 0.123456789, **changes}


def metrics_of(**changes) -> dict[str, Any]:
    """The content of a metrics.json."""
    baseline = {"name": "word-svm", "fit_seconds": 0.1, **scores_of(wrong=4)}
    return {
        "source": "messages.csv",
        "provenance": "",
        "data": {
            "rows": 1200,
            "labels": {"ham": 1000, "spam": 200},
            "n_dropped": 3,
            "warnings": ["12 rows repeat an earlier text."],
        },
        "split": {"how": "drawn with seed 0", "train": 800, "validation": 200, "test": 200},
        "judged_on": "test",
        "verdict": ["The network is better than the baseline word-svm."],
        "notes": ["8 validation rows are too few to calibrate."],
        "training": {
            "epochs": 9,
            "best_epoch": 4,
            "stop_reason": "no better validation loss for 5 epochs",
            "parameters": 15686,
        },
        "test": scores_of(),
        "baselines": [baseline],
        **changes,
    }


NETWORK = Settings(architecture="attention", hidden_size=64, layers=1, bidirectional=True)


def card(settings=NETWORK, labels=("ham", "spam"), **changes):
    return model_card(settings, labels, metrics_of(**changes))


def test_the_order_and_the_sections():
    text = card()
    headings = re.findall(r"^#+ .*$", text, re.MULTILINE)
    assert headings == [
        "# A classifier of short texts: ham, spam",
        "## What it is",
        "## Data",
        "## Scores on the test rows (20)",
        "## Known limits",
        "## Use",
    ]
    assert text.split("\n\n")[1] == "The network is better than the baseline word-svm."
    assert text.endswith("```\n") and "\n\n\n" not in text


def test_what_it_is():
    assert (
        "A recurrent network (LSTM, 1 layer of 64, both directions, general attention) that"
        f" answers a short text with one of 2 labels. Made with attentif {__version__}."
        " Epoch 4 of 9 was kept; 15,686 weights. Training ended early: no better validation loss"
        " for 5 epochs."
    ) in card()
    plain = Settings(architecture="gru", layers=2, hidden_size=24, bidirectional=False)
    assert "(GRU, 2 layers of 24, last pooling)" in card(plain)


def test_data_and_split():
    assert (
        "## Data\n\n"
        "- Source: messages.csv (the user's own file).\n"
        "- 1,200 rows used (ham: 1,000, spam: 200), 3 dropped.\n"
        "- 800 rows to train, 200 to choose the epoch, 200 to judge on; drawn with seed 0.\n"
        "- 12 rows repeat an earlier text.\n"
    ) in card()
    assert "(Almeida 2011)" in card(provenance="Almeida 2011")


def test_figures_have_their_intervals_and_the_baselines_stand_beside():
    text, own = card(), scores_of()
    low, high = own["intervals"]["accuracy"]
    assert f"| this model | 0.900 ({low:.3f} to {high:.3f}) |" in text
    assert "| word-svm | 0.800 (" in text
    assert "Always answering the largest class has accuracy 0.500." in text
    assert "|  | Accuracy | Macro F1 | MCC |\n|:---|---:|---:|---:|\n" in text
    assert "| spam | 0.900 | 0.900 | 0.900 | 10 |" in text
    assert re.search(r"spam caught: 90.0% \(.*% to .*%\); others blocked: 10.00% \(", text)
    assert "Answered: spam from probability 0.123457 on." in text


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        (None, "Answered: the most probable class."),
        (0.99995, "spam from probability 0.99995 on."),
        (1.0000000000000002, "Answered: never spam."),
    ],
)
def test_the_threshold_in_words(threshold, words):
    assert words in card(test=scores_of(threshold=threshold))


def test_no_positive_class_and_unsure_answers():
    text = card(test=scores_of(positive=None, unsure=[1, 2]))
    assert "caught" not in text
    assert "3 of 20 rows got the answer “unsure”, counted as wrong." in text
    assert "unsure" not in card()


def test_judged_on_validation_rows():
    text = card(judged_on="validation", validation=scores_of())
    assert "## Scores on the validation rows (20)" in text


def test_without_metrics_it_still_reads_well():
    text = model_card(Settings(), ["ham", "spam"], {})
    assert text.startswith(
        "# A classifier of short texts: ham, spam\n\nNothing was measured with this model.\n\n"
        "## What it is\n\nA recurrent network"
    )
    assert "## Data" not in text and "## Scores" not in text
    assert "## Known limits\n\n- It knows the language" in text
    assert "None" not in text


def test_metrics_of_another_make_do_no_harm():
    text = model_card(Settings(), ["ham", "spam"], {"data": "sms", "test": 0.98, "f1": 0.9})
    assert "## Data" not in text and "## Scores" not in text


def test_limits_and_notes_are_told():
    text = card()
    for words in (
        "which is not a reason for the answer",
        "judge it again on recent texts",
        "- 8 validation rows are too few to calibrate.",
    ):
        assert words in text


def test_many_labels_and_numbers():
    assert card(labels=[*range(50)]).startswith(
        "# A classifier of short texts: 0, 1, 2, 3, 4, 5 and 44 others\n"
    )


def unescaped(text, sign):
    """Places where a sign is markup; the card's own tables and code are taken out."""
    return re.findall(rf"(?<!\\)(?:\\\\)*{re.escape(sign)}", text)


def test_markup_in_users_words_is_only_words():
    text = card(
        labels=(EVIL, "spam"),
        source=EVIL,
        provenance=EVIL,
        notes=[EVIL],
        data={"rows": 2, "labels": {EVIL: 1}, "n_dropped": 0, "warnings": [EVIL]},
        test=scores_of(labels=("ham", EVIL)),
    )
    for evil in ("<script", "\n# heading", "& more"):
        assert evil not in text
    own = "".join(text.split("```")[::2])  # without the code
    assert "<" not in own and ">" not in own
    for sign in "*[]`":
        assert not unescaped(own, sign), sign
    rows = [line for line in own.splitlines() if line.startswith("|")]
    assert {len(unescaped(row, "|")) for row in rows} == {5, 6}
    assert text.count("alert(1)") == 9


def test_escaped():
    assert escaped(EVIL) == (
        "&lt;script&gt;alert(1)&lt;/script&gt; \\| \\*\\*bold\\*\\* \\[x\\](http://evil.example)"
        " \\`code\\` \\# heading &amp; more"
    )
    assert escaped("a\\b_c ~~d~~ $e$ {f}\tg") == "a\\\\b\\_c \\~\\~d\\~\\~ \\$e\\$ \\{f\\} g"
    assert escaped("See you at 6, été 😀!") == "See you at 6, été 😀!"
