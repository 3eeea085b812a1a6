"""``python -m laixi_transport COMMAND`` is the command line."""

import sys

from laixi_transport.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
