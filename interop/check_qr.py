"""Checks what a QR code states, apart from our own code: `check_qr.py TEXT TRUST`.

TEXT is what a scanner read (the whole address, or what follows its `#`), TRUST a folder with roots and `statement/*.pem`.
"""

import json
import sys
from pathlib import Path

from judges.opinion import Unavailable
from judges.statement import Refused, check


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        said, key = check(sys.argv[1], Path(sys.argv[2]))
    except (Refused, ValueError, KeyError, TypeError) as why:
        sys.exit(f"refused: {why}")
    except Unavailable as why:
        sys.exit(f"cannot check: {why}")
    print(json.dumps({"signed_by": key, **said}, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
