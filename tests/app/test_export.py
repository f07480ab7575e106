"""`attentif export`: a smaller folder, and what that costs."""

from app.samples import refused, run, said


def test_the_cost_is_stated(model, toy, tmp_path):
    (found,) = said("export", model, toy, "--out", tmp_path / "small")
    assert found["n"] == 60 and 0 <= found["answers_changed"] <= 60
    assert 0 < found["largest_change"] < 0.1
    assert found["bytes"]["after"] < found["bytes"]["before"]
    assert set(found["accuracy"]) == {"before", "after"}
    answers = [said("predict", folder, toy) for folder in (model, tmp_path / "small")]
    assert [a["label"] for a in answers[0]] == [a["label"] for a in answers[1]]


def test_a_person_reads_it(model, toy, tmp_path):
    ran = run("export", model, toy, "--out", tmp_path / "small")
    out = " ".join(ran.out.split())
    assert ran.code == 0 and "MB before," in out and "Of 60 answers" in out
    assert "macro f1" in out and f"Model: {tmp_path}" in "".join(out.split(" ", 0))


def test_mistakes(model, toy, tmp_path):
    assert "--out must be another folder" in refused("export", model, toy, "--out", model)
    (tmp_path / "none.csv").write_text("label,text\n", encoding="utf-8")
    assert refused("export", model, tmp_path / "none.csv", "--out", tmp_path / "small")
    assert not (tmp_path / "small").exists()
