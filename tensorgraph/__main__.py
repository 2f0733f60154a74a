"""What `python -m tensorgraph` runs."""

import sys

from tensorgraph.command import main

if __name__ == "__main__":
    sys.exit(main())
