"""Checks a sandbox against boto3: EC2 for EBS, Data Lifecycle Manager, STS's decoding of denials.

    python ebs.py http://127.0.0.1:PORT http://127.0.0.1:OTHER_PORT

The first sandbox must be freshly started with the built-in scenario and `--speed 1`, the second
with strict.toml. Exits with 1 and a message on the first thing that is wrong. Needs boto3 and
nothing else.
"""

import sys

import ebs_changes
import ebs_features
import ebs_lifecycle
import ebs_lists
import ebs_strict
import ebs_volumes
from support import Sandbox, run


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: ebs.py http://127.0.0.1:PORT http://127.0.0.1:OTHER_PORT")
    sandbox, strict = Sandbox(sys.argv[1]), Sandbox(sys.argv[2])
    run(ebs_lists.PARTS, sandbox)
    run(ebs_changes.PARTS, sandbox)
    run(ebs_volumes.PARTS, sandbox)
    run(ebs_lifecycle.PARTS, sandbox)
    run(ebs_features.PARTS, sandbox)
    run(ebs_strict.PARTS, strict)


if __name__ == "__main__":
    main()
