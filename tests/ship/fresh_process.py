"""Run by the tests in a new Python: load folders and print their answers, and train a model.

python fresh_process.py TEXTS.json NEW_FOLDER FOLDER ...
"""

import json
import sys
from pathlib import Path

import torch
from toy_messages import messages, tiny

from attentif import TextClassifier


def main(texts_file: str, new: str, *folders: str) -> None:
    """Print {folder: [answers, probabilities]} as JSON."""
    torch.set_num_threads(1)
    texts = json.loads(Path(texts_file).read_text(encoding="utf-8"))
    found = {}
    for folder in folders:
        model = TextClassifier.load(folder)
        found[folder] = [model.predict(texts).tolist(), model.predict_proba(texts).tolist()]
    tiny().fit(*messages(24, seed=3)).save(new)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
