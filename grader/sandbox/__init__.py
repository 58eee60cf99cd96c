"""Start, talk to, limit and bury the processes that run student code.

::

    command ─exec─> warm ─fork─> judge            loads the course only after its fork
       │  control     │                │
       │  (closing    ├─fork─> student │ questions: one socket pair each, msgpack frames
       │   it ends    ├─fork─> student │ asks warm to fork and to end them
       │   all)       └─fork─> student │

``warm`` imports torch once, holds nothing secret and stays single-threaded. Who dies takes what is below along.

A student's process is locked in before it opens the first student file::

    probe ──> levels         what this machine gives, found by trying; the level that makes
    lockdown                 the layers in their order: a Cage for all, a Cell for each process
    ├── namespaces           a root of its own with ``readable`` in it, and nothing else
    ├── landlock, seccomp    files, and system calls
    └── privileges           capabilities and user ids
    trials, advice           ``grade doctor``: each layer tried, and what gives a missing one
"""
