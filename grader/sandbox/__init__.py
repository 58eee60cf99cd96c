"""Start, talk to, limit and bury the processes that run student code.

::

    command ─exec─> warm ─fork─> judge            loads the course only after its fork
       │  control     │                │
       │  (closing    ├─fork─> student │ questions: one socket pair each, msgpack frames
       │   it ends    ├─fork─> student │ asks warm to fork and to end them
       │   all)       └─fork─> student │

``warm`` imports torch once, holds nothing secret and stays single-threaded. Who dies takes what is below along.
"""
