"""Leaves threads behind that are no daemons and never end."""
import threading
import time

for _ in range(5):
    threading.Thread(target=time.sleep, args=(600,)).start()
