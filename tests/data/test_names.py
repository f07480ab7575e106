import pytest

from attentif.data.names import LABEL_NAMES, TEXT_NAMES, is_known, names_both, plain, rank


@pytest.mark.parametrize("name", ["étiquette", "ETIQUETTE", " E\u0301tiquette\u00a0", "Label"])
def test_sure_label_names(name):
    assert rank(name, LABEL_NAMES) == 0


def test_a_name_about_a_text_is_no_text():
    for name in ("message_id", "review date", "text length", "comment_author"):
        assert rank(name, TEXT_NAMES) == 3
    for name in ("tweet_text", "Message Text", "clean-text", "comment_text"):
        assert rank(name, TEXT_NAMES) == 2


def test_spam_is_a_name_and_a_value():
    assert rank("spam", LABEL_NAMES) == 1
    assert not is_known("spam")
    assert is_known("Message") and is_known("v1") and not is_known("see you")


def test_both_roles():
    assert names_both(["date", "content", "class"])
    assert not names_both(["text", "message"])


def test_plain_joins_words():
    assert plain("Message  Body.") == "message_body"
