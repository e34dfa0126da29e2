"""`python -m syndicate`."""

from syndicate.cli.front import main

main()
