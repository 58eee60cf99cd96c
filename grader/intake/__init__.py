"""Intake: anything handed in becomes plain files in a private folder.

::

    folder.py ──────────┐
    single_file.py ─────┼─> Entry, Entry, ... ──> Room ──> destination/ ──> assemble ──> Intake
    archive.py ─ unpack ┘    (entry.py)         (room.py)   files only
                 ├ zip_members.py               counts      no links
                 └ tar_members.py               and stops   no special files

A source says what there is and how to read it; the room alone decides what is kept, and counts what truly streams
in. ``names`` makes names safe to store and to show, ``left_out`` knows what no submission needs, ``notebook`` and
``magics`` turn cells into Python. ``folder``, ``single_file`` and ``archive`` are plugins: each implements
``grader_read_submission``.
"""
