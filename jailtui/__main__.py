"""`python -m jailtui`: the same as the `jailtui` command."""

import sys

from jailtui.cli.main import main

sys.exit(main())
