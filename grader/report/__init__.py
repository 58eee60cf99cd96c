"""What people and tools read: every output is a pure function of a Result, so no two of them can disagree.

    Result ──> plain.inert ──> findings ──> terminal.summary      what a student reads first
                          │         └─────> page ──> html         the report, one self-contained file
                          └ result_json                           the result itself (schema 1), untouched but for NaN

Modules are imported one by one: the terminal summary must not pay for Jinja2.
"""
