"""Closes every descriptor it has, while the file is run."""
# status: ungradable
# lost: * error exit|protocol|crash|timeout
import os

os.closerange(0, 1000)
