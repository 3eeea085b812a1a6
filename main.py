"""Start the desktop."""

import sys

from laixi_transport.app.cli import main

if __name__ == "__main__":
    sys.exit(main(["desktop", *sys.argv[1:]]))
