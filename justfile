# The commands people use while working on grade; `just` alone lists them.
default:
    @just --list

# install everything into the active virtual environment
install:
    pip install -e '.[dev]'

# all tests, in parallel
test *arguments:
    pytest -n 2 {{arguments}}

# lint, formatting and types
lint:
    ruff check .
    ruff format --check .
    mypy

# how long grading takes against running the homework
benchmark:
    python tests/benchmarks/grade_run.py
    python tests/benchmarks/batch.py
    python tests/benchmarks/overview.py
