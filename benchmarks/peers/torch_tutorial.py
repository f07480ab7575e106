"""The attention model as tutorials write it in torch: `nn.LSTM` in a plain loop, padded to 50.

Settings of a job: epochs (20 by default). Sizes are the workshop's: embedding 200, LSTM 128,
general score, attention vector 64, batches of 128, Adam .001.
"""

import time

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.peers.job import Answer, Job, serve
from benchmarks.peers.workshop_text import LENGTH, padded, word_ids

EMBEDDING, HIDDEN, VECTOR, BATCH, EPOCHS = 200, 128, 64, 128, 20


class AttentionClassifier(nn.Module):
    """Embedding, LSTM, Luong's general score, output layer."""

    def __init__(self, n_words: int, n_classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(n_words, EMBEDDING, padding_idx=0)
        self.lstm = nn.LSTM(EMBEDDING, HIDDEN, batch_first=True)
        self.keys = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.combine = nn.Linear(2 * HIDDEN, VECTOR, bias=False)
        self.output = nn.Linear(VECTOR, n_classes)

    def forward(self, ids: Tensor) -> Tensor:
        """(B, T) ids -> (B, C) logits."""
        memory, (state, _) = self.lstm(self.embedding(ids))
        scores = torch.bmm(self.keys(memory), state[-1].unsqueeze(2)).squeeze(2)
        weights = scores.masked_fill(ids == 0, -1e9).softmax(dim=1)
        context = torch.bmm(weights.unsqueeze(1), memory).squeeze(1)
        return self.output(torch.tanh(self.combine(torch.cat([context, state[-1]], dim=1))))


def answer(job: Job) -> Answer:
    """Tokenise, fit, predict."""
    torch.set_num_threads(job.threads)
    torch.manual_seed(job.seed)
    began = time.perf_counter()
    ids = word_ids([*job.texts, *job.validation_texts, *job.test_texts])
    train, validation, test = (
        torch.tensor(padded(texts, ids), dtype=torch.long).reshape(len(texts), LENGTH)
        for texts in (job.texts, job.validation_texts, job.test_texts)
    )
    targets = torch.tensor([job.classes.index(label) for label in job.labels])
    batches = DataLoader(TensorDataset(train, targets), batch_size=BATCH, shuffle=True)
    model = AttentionClassifier(len(ids) + 1, len(job.classes))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loss_of = nn.CrossEntropyLoss()
    seconds = []
    for _ in range(job.settings.get("epochs", EPOCHS)):
        started = time.perf_counter()
        model.train()
        for texts, labels in batches:
            optimizer.zero_grad()
            loss = loss_of(model(texts), labels)
            loss.backward()
            optimizer.step()
        answers_of(model, validation)
        seconds.append(time.perf_counter() - started)
    fitted = time.perf_counter()
    found = answers_of(model, test)
    return Answer(
        probabilities=found.tolist(),
        epoch_seconds=seconds,
        fit_seconds=fitted - began,
        score_seconds=time.perf_counter() - fitted,
        versions={"torch": torch.__version__},
        more={"parameters": sum(weight.numel() for weight in model.parameters())},
    )


def answers_of(model: nn.Module, ids: Tensor) -> Tensor:
    """Probabilities, in batches."""
    model.eval()
    with torch.no_grad():
        parts = [model(part).softmax(dim=1) for part in ids.split(BATCH) if len(part)]
    return torch.cat(parts) if parts else torch.empty(0, 2)


if __name__ == "__main__":
    serve(answer)
