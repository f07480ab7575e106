"""The command line: `attentif VERB ...`.

Nothing is imported here that the line does not need: the overview and the verbs that answer
texts start without typer, which takes longer to load than they take to answer.
"""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from attentif import __version__
from attentif.errors import AttentifError

USER_ERROR, INTERRUPTED = 2, 130
EXTRA = set("torch sklearn scipy safetensors onnx matplotlib jinja2 pooch jaxtyping".split())


def main() -> None:
    """Run the command line; a user's mistake is one sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # whatever the locale says and a text holds
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        obey(sys.argv[1:])
        sys.stdout.flush()
    except AttentifError as error:
        stop(str(error))
    except KeyboardInterrupt:
        stop("interrupted.", INTERRUPTED)
    except BrokenPipeError:  # the reader went away, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:  # a full disk, a folder without permission
        stop(f"{error.filename or 'the output'}: {error.strerror or error}.")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in EXTRA:
            raise
        stop(f"this needs {error.name}, which is not installed. Run: pip install 'attentif[train]'")


def obey(arguments: Sequence[str]) -> None:
    """Do what the line says, by the shortest way that can."""
    if list(arguments) == ["--version"]:
        print(__version__)
    elif list(arguments) in ([], ["--help"]):
        from attentif.app.overview import overview

        print(overview())
    else:
        from attentif.app.quick import understood

        if ready := understood(arguments):
            ready()
        else:
            from attentif.app.commands import run

            run(arguments)


def stop(words: str, code: int = USER_ERROR) -> None:
    """Print one sentence on standard error and exit."""
    print(f"attentif: {words}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
