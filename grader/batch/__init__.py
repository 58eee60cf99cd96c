"""Many submissions: which there are, which need grading, who grades them, and what is kept.

    DIR/                    OUT/
    ├── alice.py            ├── .lock              one batch at a time; the kernel lets go when it ends, however
    ├── bob/                ├── results/alice.py.json     durable the moment it is made
    └── carol.zip           ├── reports/alice.py.html     a pure function of its result
                            ├── grades.csv
                            └── index.html

    entries → fingerprints → (what is new) → workers, each a warm process and its judge → store

A result says in ``key`` what it depends on, so that the next run grades only what changed. Nothing else is
remembered: whatever stops a batch, the results that are there are whole, and the others are made by the next run.
"""
