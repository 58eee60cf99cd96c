"""Leaves with exit status 0 as soon as the file is run."""
# alone
# status: ungradable
# lost: * error missing
import sys

sys.exit(0)
