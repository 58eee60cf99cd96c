"""Notebook lines that are not Python: made harmless, and nothing else touched."""

import ast

import pytest

from grader.intake.magics import neutral

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("%matplotlib inline", "pass  # %matplotlib inline"),
        ("!pip install torch", "pass  # !pip install torch"),
        ("!echo \"it's (", "pass  # !echo \"it's ("),
        ("?torch.nn", "pass  # ?torch.nn"),
        ("torch.nn?", "pass  # torch.nn?"),
        ("torch.nn??  # what", "pass  # torch.nn??  # what"),
        ("x = !ls -l", "x = []  # !ls -l"),
        ("x=%who_ls", "x= None  # %who_ls"),
        ("a[0], b.c = !ls", "a[0], b.c = []  # !ls"),
        ("%time train(x, y)", "train(x, y)"),
        ("%timeit f()", "pass  # %timeit f()"),
        ("pip install torch", "pass  # pip install torch"),
    ],
)
def test_a_magic_line_becomes_harmless(line, becomes):
    assert neutral(line) == becomes


@pytest.mark.parametrize(
    "source",
    [
        "x = a % b",
        "x = (a\n% b)",
        "x = a \\\n% b",
        'x = """\n%matplotlib inline\n!ls\n"""',
        "x = '''a\\''' \n!b\n'''",
        'x = "\\\n!ls"',
        "x = f'''\n%d {y!r} ?\n'''",
        "print('%d ?' % 3)  # really?",
        "print('= !ls', x != 3)",
        "f(a=1, b='=%d')",
        "x = [1,\n%s\n]",
        "# 100 %\n# !ls?",
        "s = 'it\\'s' # '''\ny = 1  # !",
        "if a:\n    x %= 3",
        "assert x == 1, '?'",
        "f = lambda install: install",
        "s = r'\\'\nt = 'install ?'",
    ],
)
def test_python_stays_as_it_is(source):
    assert neutral(source) == source


def test_a_magic_in_a_block_keeps_the_block_whole():
    got = neutral("for i in x:\n    %time\n    !ls\nelse:\n\t?x\n")
    assert got.split("\n")[1] == "    pass  # %time"
    ast.parse(got)


def test_a_magic_after_brackets_and_strings_have_closed_is_one():
    source = "x = [1,\n 2]\n!ls\ny = '''a\nb'''\n%who\nz = 'a\\\nb'\n!ls"
    got = neutral(source)
    assert [line[:4] for line in got.split("\n") if "#" in line] == ["pass"] * 3
    ast.parse(got)


def test_a_magic_over_several_lines_keeps_their_number():
    assert neutral("!pip install \\\n  torch \\\n  numpy\nx = 1") == "pass  # !pip install \\\n\n\nx = 1"


@pytest.mark.parametrize("magic", ["%%time", "%%timeit -n 3", "%%capture out", "%%prun"])
def test_a_magic_that_runs_its_cell_leaves_the_code(magic):
    assert neutral(f"{magic}\nx = 1\n!ls") == f"# {magic}\nx = 1\npass  # !ls"


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile net.py", "%%javascript", "%%latex", "%%python2"])
def test_a_cell_that_is_not_python_becomes_comments(magic):
    assert neutral(f"\n{magic}\nx = '''\n\n<b>") == f"\n# {magic}\n# x = '''\n\n# <b>"


def test_a_cell_within_a_timed_cell_is_not_python_either():
    assert neutral("%%time\n%%bash\nls") == "# %%time\n# %%bash\n# ls"


def test_a_cell_indented_as_a_whole_is_taken_back():
    assert neutral("  x = 1\n  if x:\n    !ls") == "x = 1\nif x:\n  pass  # !ls"


@pytest.mark.parametrize("char", ["(", '"', "'", "\\", '"""', "#", "%", "?", "[}"])
def test_a_line_of_megabytes_takes_no_age(char):
    assert neutral("x = " + char * (1 << 20)).count("\n") == 0
