"""Run by a test in a new Python: load models and print their answers.

python fresh_process.py TEXTS.json FOLDER ...
"""

import json
import sys
from pathlib import Path

import torch

from attentif import TextClassifier


def main(texts_file: str, *folders: str) -> None:
    """Print {folder: [answers, probabilities]}, and whether torch's compiler was loaded."""
    torch.set_num_threads(1)
    texts = json.loads(Path(texts_file).read_text(encoding="utf-8"))
    found = {}
    for folder in folders:
        model = TextClassifier.load(folder)
        found[folder] = [model.predict(texts).tolist(), model.predict_proba(texts).tolist()]
    print(json.dumps({"found": found, "compiler": "torch._dynamo" in sys.modules}))


if __name__ == "__main__":
    main(*sys.argv[1:])
