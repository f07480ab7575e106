"""The real command line: pipes, signals, locales and processes of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from app.samples import QUICK, run, sentence_of, strict_json, toy_rows, write_rows

from attentif import TextClassifier
from attentif.train.checkpoint import FILE

SRC = Path(__file__).resolve().parents[2] / "src"
PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
HEAVY = {"torch", "sklearn", "scipy", "matplotlib", "jinja2", "pooch", "pyarrow", "safetensors"}
SLOW = 300  # seconds that a busy machine may take
EPOCHS = 30  # so many that a signal arrives before the last
LONG = [*QUICK, "--epochs", EPOCHS, "--patience", 0]
posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")


@pytest.fixture
def toy(tmp_path):
    return write_rows(tmp_path / "toy.csv", toy_rows())


def python(code: str) -> subprocess.CompletedProcess:
    """A new Python."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, encoding="utf-8", timeout=SLOW,
        env={**os.environ, "PYTHONPATH": str(SRC)},
    )  # fmt: skip


def wait_for(line: bytes, process: subprocess.Popen) -> None:
    """Until standard error has it."""
    for said in process.stderr:
        if line in said:
            return
    pytest.fail(f"{line!r} was never said")


def test_the_same_seed_in_two_processes_gives_the_same_bytes_whatever_the_locale(
    start, toy, tmp_path
):
    process = start("train", "toy.csv", "--out", "there é", *QUICK, "--json", **PLAIN)
    out, err = process.communicate(timeout=SLOW)
    assert process.returncode == 0, err
    found = strict_json(out.decode("utf-8"))
    assert found["data"]["labels"] == {"ham": 30, "spam": 30}
    assert "today lunch my à 😀" in err.decode("utf-8")
    assert run("train", toy, "--out", tmp_path / "here", *QUICK).code == 0
    for name in ("model.safetensors", "vocabulary.json"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there é" / name).read_bytes()


@posix
def test_a_pipe_is_answered_line_by_line_and_may_be_closed(start, model):
    process = start("predict", model, "--json", **PLAIN)
    for text in ("win a prize é 😀", "", "lunch"):
        process.stdin.write(f"{text}\n".encode())
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())  # while the pipe is open
        assert answer["text"] == text
    process.stdout.close()  # as `| head -3` does
    process.stdin.write(b"win\n" * 5000)
    process.stdin.close()
    assert process.wait(timeout=SLOW) == 0
    assert process.stderr.read() == b""


def test_a_file_s_name_and_texts_in_a_plain_locale(start, toy, tmp_path):
    toy.rename(tmp_path / "été 😀.csv")
    process = start("data", "été 😀.csv", "--json", "--rows", **PLAIN)
    out, err = process.communicate(timeout=SLOW)
    assert (process.returncode, err) == (0, b"")
    assert strict_json(out.decode("utf-8"))["examples"][0]["text"].endswith("à 😀")
    out, err = start("data", "été.csv", **PLAIN).communicate(timeout=SLOW)
    assert "Did you mean" in sentence_of(err.decode("utf-8"))


@posix
def test_ctrl_c_saves_and_resume_gives_the_uninterrupted_weights(start, toy, tmp_path):
    process = start("train", "toy.csv", "--out", "m", *LONG)
    wait_for(b"epoch   2  ", process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SLOW)
    assert process.returncode == 0, err
    assert b"Training ended early: stopped by Ctrl-C." in out
    assert b"--resume" in err and b"Traceback" not in err
    assert 1 < len(TextClassifier.load(tmp_path / "m").history_) < EPOCHS
    assert run("train", toy, "--out", tmp_path / "m", *LONG, "--resume").code == 0
    assert run("train", toy, "--out", tmp_path / "whole", *LONG).code == 0
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("m", "whole")]
    assert weights[0] == weights[1]


@posix
def test_a_killed_training_leaves_the_model_that_was_there(start, model, toy, tmp_path):
    before = {path.name: path.read_bytes() for path in model.iterdir()}
    (tmp_path / "m").mkdir()
    for name, content in before.items():
        (tmp_path / "m" / name).write_bytes(content)
    process = start("train", "toy.csv", "--out", "m", *LONG)
    wait_for(b"epoch   1  ", process)
    process.kill()
    assert process.wait(timeout=SLOW) == -signal.SIGKILL
    assert {path.name: path.read_bytes() for path in (tmp_path / "m").iterdir()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"m", "toy.csv", ".m.training"}
    assert (tmp_path / ".m.training" / FILE).is_file()


def test_help_and_version_load_nothing_heavy():
    code = (
        "import sys\nfrom attentif.app.cli import main\n"
        "verbs = ['train', 'test', 'predict', 'explain', 'data', 'compare']\n"
        "for line in [['--version'], ['--help'], *([verb, '--help'] for verb in verbs)]:\n"
        "    sys.argv = ['attentif', *line]\n"
        "    try:\n        main()\n    except SystemExit as ended:\n        assert not ended.code\n"
        "print(*sys.modules)"
    )
    ran = python(code)
    assert (ran.returncode, ran.stderr) == (0, "")
    help_text, _, modules = ran.stdout.rstrip().rpartition("\n")
    assert not HEAVY & set(modules.split())
    shown = "[default: 0.002; pairs:", "tanh(W_c", "[c; h])", "--no-bidirectional", "[FILE|NAME]"
    for words in shown:
        assert words in help_text


WITHOUT_EXTRA = (
    "import sys\n"
    f"sys.modules.update(dict.fromkeys({sorted(HEAVY)!r}))\n"  # None: cannot be imported
    "from attentif.app.cli import main\nsys.argv = {argv!r}\nmain()\n"
)


@pytest.mark.parametrize("verb", ["train", "test", "compare"])
def test_without_the_extra_a_verb_says_how_to_get_it(verb):
    ran = python(
        WITHOUT_EXTRA.replace(
            "{argv!r}", repr(["attentif", verb, "messages", *["messages"] * (verb == "test")])
        )
    )
    assert ran.returncode == 2 and ran.stdout == ""
    said = sentence_of(ran.stderr)
    assert said.startswith("this needs ") and said.endswith("pip install 'attentif[train]'")


BARE = HEAVY | {"pandas", "onnx", "jaxtyping", "narwhals"}


@pytest.mark.parametrize("verb", [["predict", "--json"], ["explain", "--json"], ["explain"]])
def test_without_the_extra_texts_are_answered_all_the_same(verb, model, tmp_path):
    (tmp_path / "texts.txt").write_text("win a prize\nlunch at home\n", encoding="utf-8")
    texts = [str(tmp_path / "texts.txt")] if verb[0] == "predict" else ["win a prize", "lunch"]
    argv = ["attentif", verb[0], str(model), *texts, *verb[1:]]
    code = WITHOUT_EXTRA.replace(repr(sorted(HEAVY)), repr(sorted(BARE)))
    ran = python(code.replace("{argv!r}", repr(argv)))
    assert ran.returncode == 0, ran.stderr
    if "--json" in verb:
        answers = [strict_json(line)["label"] for line in ran.stdout.splitlines()]
        assert answers == ["spam", "ham"]
    else:
        assert ran.stdout.startswith("spam  probability ")


def test_predict_loads_nothing_that_it_does_not_need(model, tmp_path):
    (tmp_path / "texts.txt").write_text("win a prize\n", encoding="utf-8")
    line = ["attentif", "predict", str(model), str(tmp_path / "texts.txt"), "--json"]
    ran = python(
        f"import sys\nfrom attentif.app.cli import main\nsys.argv = {line!r}\nmain()\n"
        "print(*sys.modules)"
    )
    assert ran.returncode == 0, ran.stderr
    loaded = {name.split(".")[0] for name in ran.stdout.splitlines()[-1].split()}
    assert not loaded & (BARE | {"typer", "pydantic", "rich"})
    assert {"numpy", "onnxruntime"} <= loaded


def test_without_the_extra_data_are_looked_at_all_the_same():
    ran = python(WITHOUT_EXTRA.replace("{argv!r}", repr(["attentif", "data", "--json"])))
    assert ran.returncode == 0, ran.stderr
    assert strict_json(ran.stdout)["rows"] > 1000
