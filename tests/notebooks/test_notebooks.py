"""The course: every notebook runs and keeps its claims, and both languages are the same course."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from course_files import LANGUAGES, ROOT, cells, code, notebooks, prose, said
from matplotlib.image import imread

SOURCE = ROOT.parent / "src"
QUICK = (
    "01",
    "03",
    "09",
)  # run in both languages; of the others the French code is proved the same
EXECUTED = [*notebooks("en"), *(path for path in notebooks("fr") if path.name[:2] in QUICK)]
EVERY = [path for language in LANGUAGES for path in notebooks(language)]
PAIRS = list(zip(notebooks("en"), notebooks("fr"), strict=True))
HELPERS = (ROOT / "en" / "course.py", ROOT / "fr" / "course.py")
SECONDS = 900  # a quarter of a core, with others on the machine
WORDS = {
    "en": {"minutes": "About", "hint": "Hint", "answer": "Answer to question", "yours": "Your",
           "shipped": "the shipped messages"},
    "fr": {
        "minutes": "Environ", "hint": "Indice", "answer": "Réponse à la question",
        "yours": "Votre", "shipped": "des messages fournis",
    },
}  # fmt: skip


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", EXECUTED, ids=name_of)
def test_it_runs_and_its_claims_hold(path: Path, tmp_path: Path) -> None:
    settings = {
        "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(SOURCE),
        "COURSE_PICTURES": str(tmp_path), "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        env=os.environ | settings, capture_output=True, encoding="utf-8", timeout=SECONDS,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    claims = len(re.findall(r"^ *check\(", cells(path)[-1].text, re.MULTILINE))
    assert ran.stdout.count("✓") == claims >= 3
    assert "✗" not in ran.stdout
    pictures = sorted(tmp_path.iterdir())
    assert len(pictures) >= 2
    assert all(imread(picture).std() > 0.01 for picture in pictures)


def test_there_are_nine_numbered_notebooks_in_each_language() -> None:
    numbers = [f"{number:02}" for number in range(1, 10)]
    for language in LANGUAGES:
        assert [path.name[:2] for path in notebooks(language)] == numbers


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0].stem)
def test_both_languages_have_the_same_code(pair: tuple[Path, Path]) -> None:
    kinds = [[cell.markdown for cell in cells(path)] for path in pair]
    assert kinds[0] == kinds[1]
    english, french = ([c.text for c in cells(path) if not c.markdown] for path in pair)
    for ours, theirs in zip(english, french, strict=True):
        assert code(ours) == code(theirs)


def test_the_helpers_are_the_same_code() -> None:
    english, french = (code(path.read_text(encoding="utf-8")) for path in HELPERS)
    assert english == french


def test_the_comparison_of_code_sees_a_change() -> None:
    one = code('measured(f"share: {percent(x)} of {n}", log=True)  # note')
    assert one == code('measured(f"sur {n} : {percent(x)}", log=True)  # remarque')
    assert one != code('measured(f"sur {m} : {percent(x)}", log=True)')
    assert one != code('measured(f"sur {n} : {percent(x)}", log=False)')


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_it_opens_with_what_it_teaches_and_its_minutes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ---\n# jupyter:\n") and "format_name: percent" in text
    first, second = cells(path)[:2]
    assert first.markdown and first.text.startswith(f"# {int(path.name[:2])}. ")
    word = WORDS[path.parent.name]["minutes"]
    assert re.search(rf"\*\*{word} \d+ minutes ", first.text)
    assert first.text.count("\n- ") >= 4
    assert not second.markdown and "import" in second.text


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_it_names_its_data_once_at_the_top(path: Path) -> None:
    named = [place for place, cell in enumerate(cells(path)) if "\nDATA = " in f"\n{cell.text}"]
    uses_messages = "parts_of(" in path.read_text("utf-8") or "all_rows(" in path.read_text("utf-8")
    assert named == ([2] if uses_messages else [])


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_answers_on_data_that_may_be_others_say_of_which_they_speak(path: Path) -> None:
    own = cells(path)
    if questions(path) and any("\nDATA = " in f"\n{cell.text}" for cell in own):
        head, _, _ = own[-2].text.partition("<details>")
        assert WORDS[path.parent.name]["shipped"] in head and "✗" in head


def questions(path: Path) -> list[int]:
    """The numbers of the questions that it asks."""
    return [
        int(found)
        for cell in cells(path)
        if cell.markdown
        for found in re.findall(r"^## Question (\d)", cell.text, re.MULTILINE)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_seven_questions_are_asked_once_each(language: str) -> None:
    asked = [number for path in notebooks(language) for number in questions(path)]
    assert asked == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0].stem)
def test_both_languages_ask_the_same_questions(pair: tuple[Path, Path]) -> None:
    assert questions(pair[0]) == questions(pair[1])


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_each_question_has_a_place_a_hint_and_an_answer_that_is_checked(path: Path) -> None:
    words, own = WORDS[path.parent.name], cells(path)
    for number in questions(path):
        asked = next(c.text for c in own if c.markdown and f"## Question {number}" in c.text)
        question = asked[asked.index(f"## Question {number}") :]
        assert f"*{words['yours']}" in question
        assert f"<details><summary>{words['hint']}</summary>" in question
        answered = [c.text for c in own[-2:] if f"{words['answer']} {number}</summary>" in c.text]
        assert len(answered) == 1, f"question {number} has no answer at the end"
        assert re.search(r"\d", answered[0].split(f"{words['answer']} {number}")[1])
    assert not own[-1].markdown and "check(" in own[-1].text
    for cell in own:
        assert cell.text.count("<details>") == cell.text.count("</details>")


@pytest.mark.parametrize("pair", [*PAIRS, HELPERS], ids=lambda pair: pair[1].stem)
def test_french_typography(pair: tuple[Path, Path]) -> None:
    english, french = pair
    own = [text for text in said(french) if text not in said(english)]  # the others are data
    for text in [prose(french), *own]:
        assert not re.search(r" [;:?!%»]|« ", text), f"a plain space before a sign: {text!r}"
        assert not re.search(r"\w[?!;»]", text), f"no space before a sign: {text!r}"
        assert not re.search(r"«\w", text), f"no space after a quote: {text!r}"


@pytest.mark.parametrize("path", notebooks("fr"), ids=name_of)
def test_french_is_polite_and_has_its_comma(path: Path) -> None:
    text = prose(path)
    assert not re.search(r"\b(tu|toi|ton|tes|te)\b|-toi\b", text, re.IGNORECASE)
    assert not re.search(r"\d\.\d", text)


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=name_of)
def test_no_path_of_a_machine(path: Path) -> None:
    assert not re.search(r"/(work|tmp|opt|home|Users|root)\b", path.read_text("utf-8"))


def helpers(language: str) -> ModuleType:
    """The course's own module, of one language."""
    found = importlib.util.spec_from_file_location(
        f"course_{language}", ROOT / language / "course.py"
    )
    assert found and found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


WRITTEN = {"en": ["1,234.5", "-0.07", "0.00"], "fr": ["1\u202f234,5", "-0,07", "0,00"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_in_the_language(language: str) -> None:
    number = helpers(language).number
    assert [number(1234.5, 1), number(-0.07), number(-0.0001)] == WRITTEN[language]


SIZES = {
    "en": ["0.0052", "3.1 × 10⁻⁹", "(0.15, -2.00)"],
    "fr": ["0,0052", "3,1 × 10⁻⁹", "(0,15\u202f; -2,00)"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sizes_and_vectors_are_written_in_the_language(language: str) -> None:
    course = helpers(language)
    found = [course.size(0.0052), course.size(3.14e-9), course.vector([0.149, -2])]
    assert [text.replace("\xa0", " ") for text in found] == SIZES[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_claim_that_fails_stops_the_course_on_its_own_messages_only(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    course = helpers(language)
    course.check("water is wet", True)
    course.check("water is dry", False, "sms-spam")
    assert capsys.readouterr().out == "✓ water is wet\n✗ water is dry\n"
    with pytest.raises(ValueError, match="water is dry"):
        course.check("water is dry", False)
