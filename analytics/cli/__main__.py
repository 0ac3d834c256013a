"""`python -m analytics.cli` is `watercooler`."""

from analytics.cli import main

main()
