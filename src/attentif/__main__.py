"""`python -m attentif` is the command line."""

from attentif.app.cli import main

main()
