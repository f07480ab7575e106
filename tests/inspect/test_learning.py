import pytest
from PIL import Image
from toy_messages import messages, tiny

from attentif.config import Settings
from attentif.errors import InputTypeError
from attentif.inspect.learning import to_watch, watching, write
from attentif.text.encode import FrontEnd

TEXTS, LABELS = messages(40, seed=1)
SCRIPT = "<script>alert(1)</script> win"


def trained(**settings):
    model = tiny(epochs=3, **settings)
    front_end = FrontEnd.fit(TEXTS, Settings.from_dict(model.get_params()))
    seen = watching(front_end, [TEXTS[0], "", SCRIPT], ["ham", "<b>", "spam"])
    return seen, model.fit(TEXTS, LABELS, validation=([], []), callbacks=[seen.snapshots])


def test_each_epoch_s_attention_over_the_words(tmp_path):
    seen, model = trained()
    assert [message.label for message in seen.messages] == ["ham", "<b>", "spam"]
    words = [len(message.words) for message in seen.messages]
    assert [[len(alpha) for alpha in frame] for frame in seen.snapshots.frames] == [words] * 3
    last = [token.attention for token in model.explain(TEXTS[0]).tokens]
    best = seen.snapshots.frames[model.best_epoch_ - 1][0]
    assert best.tolist() == pytest.approx(last, abs=1e-5)
    page, picture = write(seen, tmp_path / "new", model.history_)
    text = page.read_text(encoding="utf-8")
    assert "<script>alert" not in text and "&lt;" in text
    assert f"loss {model.history_[2]['loss']:.3f}" in text
    with Image.open(picture) as opened:
        assert opened.n_frames == 3


def test_a_network_without_attention_is_refused(tmp_path):
    seen, _ = trained(pooling="last")
    with pytest.raises(InputTypeError, match="3 epochs without weights"):
        write(seen, tmp_path)
    fresh = watching(FrontEnd.fit(TEXTS, Settings()), TEXTS[:1])
    with pytest.raises(InputTypeError, match="got 0 epochs"):
        write(fresh, tmp_path)


def test_the_choice_has_every_class_and_every_length():
    texts = [("word " * n).strip() for n in range(40)]
    labels = ["rare" if n % 13 == 5 else "common" for n in range(40)]
    rows = to_watch(texts, labels)
    assert len(rows) == len(set(rows)) <= 10
    assert {labels[row] for row in rows} == {"rare", "common"}
    assert 0 not in rows  # a blank text shows nothing
    lengths = [row for row in rows if labels[row] == "common"]
    assert len(lengths) == 5 and min(lengths) == 1 and 25 < max(lengths) < 38
    assert to_watch([], []) == []
