# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3. Back-propagation through time, by hand
#
# **About 25 minutes to read and run; the code takes some seconds.**
#
# You will learn
#
# - what it means to unroll a recurrent network;
# - to compute its gradient yourself, in a dozen lines of numpy, and to find it equal to what torch
#   computes;
# - that the gradient of a shared weight is a *sum over the steps*, and how unequal its parts are;
# - what truncating that sum does.
#
# The equation is that of notebook 2, $h_t = \tanh(W x_t + U h_{t-1} + b)$, and the letters are
# those of `attentif/nn/cells.py`.

# %%
import numpy as np
import torch
from course import bars, check, lines, measured, number, percent, show, size

from attentif.nn.recurrent import Recurrent

# %%
T, E, H = 12, 4, 5  # steps, width of the input, width of the state
draw = np.random.default_rng(0)
x, target = draw.normal(size=(T, E)), draw.normal(size=H)
torch.manual_seed(0)
layer = Recurrent("rnn", E, H).double()
layer.fused = False  # step through the equations
cell = layer.forwards
weights = cell.W.weight, cell.U.weight, cell.W.bias
W, U, b = (weight.detach().numpy() for weight in weights)

# %% [markdown]
# ## Forwards: unroll
#
# Unrolled, the network is a deep network of $T$ layers that all have the same weights. We keep
# every state, because the way back needs them. The loss looks at the last state only, $L =
# \tfrac{1}{2} \lVert h_T - y \rVert^2$: like a classifier that answers after the last word.

# %%
h = [np.zeros(H)]
for t in range(T):
    h.append(np.tanh(W @ x[t] + U @ h[t] + b))
loss = 0.5 * float(((h[T] - target) ** 2).sum())
measured("loss", number(loss, 4))

# %% [markdown]
# ## Backwards: hand the error back
#
# Write $\delta_t = \partial L / \partial h_t$ for what the loss says to the state after step $t$,
# and $a_t$ for what enters the tanh. The chain rule gives three lines:
#
# $$
# \begin{aligned}
# \delta_T &= h_T - y && \text{the loss speaks to the last state} \\
# \partial L / \partial a_t &= \delta_t \odot (1 - h_t^2) && \text{through the tanh: its slope} \\
# \delta_{t-1} &= U^\top \, \partial L / \partial a_t && \text{through the matrix: one step back}
# \end{aligned}
# $$
#
# and each step adds its part to the gradient of the shared weights:
#
# $$
# \frac{\partial L}{\partial W} = \sum_t \frac{\partial L}{\partial a_t} x_t^\top, \qquad
# \frac{\partial L}{\partial U} = \sum_t \frac{\partial L}{\partial a_t} h_{t-1}^\top, \qquad
# \frac{\partial L}{\partial b} = \sum_t \frac{\partial L}{\partial a_t}
# $$

# %%
delta, parts_U, sizes = h[T] - target, [], []
dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
for t in range(T, 0, -1):
    sizes.append(float(np.linalg.norm(delta)))
    a = delta * (1 - h[t] ** 2)
    dW += np.outer(a, x[t - 1])
    dU += np.outer(a, h[t - 1])
    db += a
    parts_U.append(np.outer(a, h[t - 1]))
    delta = U.T @ a

# %% [markdown]
# Now the same by torch, which keeps its own record of every operation and walks it back. The
# states come from the library's layer.

# %%
message = torch.tensor(x)[None]
found = layer(message, torch.ones(1, T, dtype=torch.bool)).last[0]
(0.5 * ((found - torch.tensor(target)) ** 2).sum()).backward()
gaps = {
    name: float(np.abs(ours - weight.grad.numpy()).max())
    for name, ours, weight in zip("WUb", (dW, dU, db), weights, strict=True)
    if weight.grad is not None
}
for name, gap in gaps.items():
    measured(f"{name}: largest difference between our gradient and torch's", size(gap))

# %% [markdown]
# And a third witness who knows no calculus: move one weight by a hair and see what the loss does.


# %%
def loss_with(matrix: np.ndarray) -> float:
    """The loss, with another U."""
    state = np.zeros(H)
    for t in range(T):
        state = np.tanh(W @ x[t] + matrix @ state + b)
    return 0.5 * float(((state - target) ** 2).sum())


hair = np.zeros_like(U)
hair[1, 2] = 1e-6
nudged = (loss_with(U + hair) - loss_with(U - hair)) / 2e-6
measured("one entry of the gradient: ours, and by a hair", [number(dU[1, 2], 6), number(nudged, 6)])

# %% [markdown]
# ## The parts of the sum
#
# The gradient of $U$ is a sum of $T$ parts, one per step. How large is each, going back from the
# last word?

# %%
norms = [float(np.linalg.norm(part)) for part in parts_U]
curves = {
    "what the loss says to the state": sizes,
    "part of the gradient of U": norms[:-1],
}
show(lines("Back from the last step", curves, "steps back", "norm", first=0, log=True))
missing = {}
for most in (1, 2, 4, 8, T):
    cut = sum(parts_U[:most], np.zeros_like(U))
    missing[most] = float(np.linalg.norm(dU - cut) / np.linalg.norm(dU))
    measured(f"error of the truncated gradient, k = {most}", percent(missing[most], 1))
title = "Truncated: what the gradient of the last k steps misses"
show(bars(title, {f"k = {most}": value for most, value in missing.items()}, "relative error"))

# %% [markdown]
# ## What we saw
#
# <details><summary>In short, with the figures</summary>
#
# Our dozen lines and torch agree to rounding (less than 10⁻¹⁵), and a hair's breadth on one weight
# agrees too. There is no magic in back-propagation through time: it is the chain rule on an
# unrolled network, and the parts of a shared weight add up.
#
# The parts are very unequal: what the loss says to the state shrinks from step to step, and with
# it the part of each step. **Truncated** back-propagation through time makes use of this: the
# gradient of the last eight steps misses about one hundredth of the whole one, that of the last
# step alone a fifth; it takes less memory and work. It pays with blindness: what lies before the
# cut can no longer be learnt from. How fast the parts shrink, and what can be done about it, is
# notebook 4.
#
# **To go further**: multiply $U$ by 0.5 or by 2 before the first cell that uses it, and draw the
# two curves again. Which of the two would you rather train?
#
# </details>

# %%
check("our gradient is torch's", max(gaps.values()) < 1e-12 and len(gaps) == 3)
check("and agrees with a nudge", abs(nudged - dU[1, 2]) < 1e-7)
check("the parts shrink on the way back", sizes[-1] < 0.1 * sizes[0])
check("eight steps miss little, one step misses more", missing[8] < 0.03 < 0.1 < missing[1])
