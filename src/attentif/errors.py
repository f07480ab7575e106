"""Every error a user can meet. Each message says: expected, got, what to do."""


class AttentifError(Exception):
    """Base of all our errors, so that the command line can print one line and exit 2."""


class ConfigError(AttentifError, ValueError):
    """A setting is unknown, out of range, or contradicts another one."""


class DataError(AttentifError, ValueError):
    """A file or a list of texts cannot be used as it is."""


class InputTypeError(AttentifError, TypeError):
    """Something that is not a text (or a list of texts) was given as one."""


class ShapeError(AttentifError, ValueError):
    """Two tensors do not fit together."""


class ArtifactError(AttentifError, ValueError):
    """A model folder is missing something, was changed, or is of another format."""


class NotFittedError(AttentifError, ValueError, AttributeError):
    """The model was asked for an answer before it was trained."""


class MissingExtraError(AttentifError, ImportError):
    """An optional part is needed and not installed; the message names the command."""
