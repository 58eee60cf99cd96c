"""Ends the process with exit status 0 while the file is run."""
# status: ungradable
# lost: * error exit
import os

os._exit(0)
