"""What student code may try, each as a submission with the verdict it must get.

::

    submissions/<group>/<name>.py   an attack, its header saying what it may earn   ─┐
    arrivals.py                     archives, links and names made when they are used ├─> cases.py ─┐
    assignments/*/examples          honest work, mixed in                            ─┘             v
    world.py     a course, a teacher's home, sockets and a process to spy on, kill or change ─> one grade batch
    test_*.py    every verdict, and that nothing else was seen, changed or left
"""
