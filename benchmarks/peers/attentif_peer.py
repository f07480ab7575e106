"""attentif itself under the interface of its peers: a process, a job, an answer.

Settings of a job: those of attentif, by name; the defaults for the others.
"""

import time
from importlib.metadata import version

from attentif.config import Settings
from attentif.estimator import TextClassifier
from benchmarks.peers.job import Answer, Job, serve


def answer(job: Job) -> Answer:
    """Fit, predict."""
    chosen = {"seed": job.seed, "threads": job.threads, **job.settings}
    model = TextClassifier.from_settings(Settings.from_dict(chosen))
    validation = (job.validation_texts, job.validation_labels)
    began = time.perf_counter()
    model.fit(job.texts, job.labels, validation=validation if job.validation_texts else None)
    fitted = time.perf_counter()
    found = model.predict_proba(job.test_texts)
    return Answer(
        probabilities=found.tolist(),
        epoch_seconds=[row["seconds"] for row in model.history_],
        fit_seconds=fitted - began,
        score_seconds=time.perf_counter() - fitted,
        versions={"torch": version("torch")},
        more={"parameters": model.n_parameters_, "best_epoch": model.best_epoch_},
    )


if __name__ == "__main__":
    serve(answer)
