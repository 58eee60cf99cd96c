"""Searches all of its own memory for the secret that the course and the teacher's environment hold."""
import re

PATTERN = re.compile(b"@MARK@" b"-[0-9a-f]{16}")


def found_in(area):
    start, end = (int(part, 16) for part in area.split()[0].split("-"))
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        memory.seek(start)
        return PATTERN.search(memory.read(end - start))


try:
    with open("/proc/self/maps") as maps:
        areas = [area for area in maps if " rw" in area and "[v" not in area]
    for area in areas:
        try:
            if hit := found_in(area):
                print("REACHED:", hit[0])
        except (OSError, ValueError, OverflowError):
            pass
except OSError as error:
    print("refused:", error.strerror)
