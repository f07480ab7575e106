import math

from attentif.app.inside import (
    LONGEST,
    detail,
    headline,
    passages,
    spaced,
    strongest,
    words_section,
)
from attentif.inspect.attribute import Attribution, TokenParts
from attentif.inspect.verdict import NONE
from attentif.inspect.words import WordEffect, WordView

TEXT = "  Win a\tprize!"
TOKENS = [TokenParts("Win", 2, 5, True, 0.5, 0.1, 0.1, 0.2),
          TokenParts("a", 6, 7, True, 0.1, 0.0, 0.0, -0.1),
          TokenParts("prize", 8, 13, True, 0.3, 0.1, 0.1, 0.3),
          TokenParts("!", 13, 14, False, 0.1, 0.0, 0.0, 0.0)]  # fmt: skip


def example(tokens=TOKENS):
    return Attribution(TEXT, "spam", 0.9, tokens, 0.0)


def test_the_sentence_in_two():
    sentence = "The attention cannot be believed: its order is none; 0.1 ± 0.2."
    assert headline(sentence) == "The attention cannot be believed."
    assert detail(sentence) == ["Its order is none; 0.1 ± 0.2."]
    assert headline("Nothing.") == "Nothing." and detail("Nothing.") == []
    assert headline(NONE) + " " + detail(NONE)[0] == NONE.replace(": it", ". It")


def test_the_text_is_whole():
    assert spaced(example()) == ["  Win", " a", "\tprize", "!"]


def test_a_word_stands_for_the_class_that_it_moves_most():
    def effect(word, change):
        return WordEffect(word, change, 0.0, 3, 3, word)

    view = WordView({"HUM": [effect("who", 0.4), effect("of", 0.1)], "ABBR": [effect("of", 0.3)],
                     "LOC": [effect("who", 0.2)]}, 3, 3)  # fmt: skip
    assert strongest(view) == {"who": "HUM", "of": "ABBR"}


def test_an_example_shows_its_word():
    long = "hello " * 20 + "my number is new " + "hello " * 20
    view = WordView({"spam": [WordEffect("number", 0.4, 0.0, 3, 3, long)]}, 3, 3)
    (table,) = words_section(view).parts
    assert "my number is new" in table.rows[0][3] and len(table.rows[0][3]) <= LONGEST


def test_each_example_twice_or_once():
    both = passages([example()])
    assert len(both) == 2
    assert both[0].said.endswith("what the attention weighs")
    assert "90.0" in both[1].said and both[1].said.endswith("what the words did")
    without = [token._replace(attention=None) for token in TOKENS]
    assert len(passages([example(without)])) == 1
    assert math.isclose(sum(token.attention or 0 for token in TOKENS), 1)
