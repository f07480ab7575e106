"""Recurrent networks with attention for short texts: train, judge, look inside, ship.

>>> from attentif import TextClassifier
>>> TextClassifier(architecture="gru").architecture
'gru'

Names are fetched when first used, so that `import attentif` costs nothing and the parts
that answer questions never load the parts that train.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attentif.errors import AttentifError
    from attentif.estimator import TextClassifier
    from attentif.lab.presets import preset
    from attentif.ship.runtime import open_model
    from attentif.transducer import Transducer

__all__ = ["AttentifError", "TextClassifier", "Transducer", "open_model", "preset"]
__version__ = "0.1.0"

HOMES = {
    "AttentifError": "attentif.errors",
    "TextClassifier": "attentif.estimator",
    "Transducer": "attentif.transducer",
    "open_model": "attentif.ship.runtime",
    "preset": "attentif.lab.presets",
}


def __getattr__(name: str) -> Any:
    """Import the module that a public name lives in."""
    if name not in HOMES:
        raise AttributeError(f"module 'attentif' has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]
