"""Code written for a fuller machine runs: plots go nowhere, CUDA is the processor, loaders load by themselves."""

import pytest

from .conftest import Ask

MODEL = """
class LogisticRegressionModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
    def forward(self, x):
        return torch.sigmoid(self.linear(x))
"""

PLOTS = """
import matplotlib.pyplot as plt
from matplotlib import cm, pyplot
from mpl_toolkits.mplot3d import Axes3D
fig, ax = plt.subplots()
line, = plt.plot([1, 2], [3, 4], 'r--', label='x')
line.set_label('y')
fig, axes = plt.subplots(2, 2, figsize=(4, 4))
for ax in axes.flat:
    ax.set_title('t').x = 1
axes[0, 1].plot([1])
plt.style.use('ggplot')
with plt.style.context('ggplot'):
    plt.savefig('out.png')
plt.show()
"""
CUDA = """
device = torch.device('cuda')
model = LogisticRegressionModel().to(device).cuda()
x = torch.tensor([[1.0]], device='cuda:0').cuda().to('cuda', torch.float32)
torch.cuda.manual_seed_all(1)
assert not torch.cuda.is_available()
assert model(x).device.type == 'cpu'
"""
LOADER = """
from torch.utils.data import DataLoader, TensorDataset
rows = TensorDataset(torch.arange(4.0))
loader = DataLoader(rows, batch_size=2, num_workers=2, persistent_workers=True, prefetch_factor=2)
assert [batch[0].tolist() for batch in loader] == [[0, 1], [2, 3]]
"""
PROGRESS = """
from tqdm import tqdm, trange
bar = tqdm(range(3), desc='epochs')
assert [i for i in bar] == [0, 1, 2]
bar.set_postfix(loss=1.0)
assert list(trange(2)) == [0, 1]
"""
COMPILED = """
model = torch.compile(LogisticRegressionModel(), mode='max-autotune')
@torch.compile
def double(x): return 2 * x
assert double(2) == 4 and isinstance(model, LogisticRegressionModel)
"""

FUNCTIONAL = """
slope = torch.func.grad(lambda w: (w * 3.0) ** 2)
assert slope(torch.tensor(1.0)).item() == 18
torch.optim.Adam([torch.nn.Parameter(torch.ones(1))]).step()
"""


@pytest.mark.parametrize(
    "code",
    [PLOTS, CUDA, LOADER, PROGRESS, COMPILED, FUNCTIONAL, "import torchvision\nfrom torchvision import transforms\n"],
    ids=["plots", "cuda", "loader workers", "progress bar", "compile", "torch.func", "unused torchvision"],
)
def test_it_runs_to_its_end(code: str, ask: Ask) -> None:
    (loaded,) = ask({"hw.py": "import torch\n" + MODEL + code})
    assert [(outcome.status, outcome.failure) for outcome in loaded.files] == [("ran", None)]


def test_using_a_torchvision_that_is_not_there_is_told_in_a_sentence(ask: Ask) -> None:
    (loaded,) = ask({"hw.py": "import torchvision\ntorchvision.datasets.MNIST('.')\n"})
    (outcome,) = loaded.files
    assert outcome.failure is not None
    assert "torchvision is not installed" in outcome.failure.message


def test_what_is_no_library_is_a_missing_module_that_is_named(ask: Ask) -> None:
    (loaded,) = ask({"hw.py": "import no_such_library\n"})
    assert loaded.files[0].failure.error == "ModuleNotFoundError"
    assert "no_such_library" in loaded.files[0].failure.message


def test_input_is_answered_with_a_reason(ask: Ask) -> None:
    (loaded,) = ask({"hw.py": "x = input('How many? ')\n"})
    assert loaded.files[0].failure.error == "EOFError"
    assert loaded.files[0].failure.line == 1


def test_an_installed_matplotlib_draws_into_memory(ask: Ask) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    code = (
        "import matplotlib\nimport matplotlib.pyplot as plt\nmatplotlib.use('TkAgg')\n"
        "fig, axes = plt.subplots(1, 2)\naxes[0].plot([1, 2])\nplt.savefig('x.png')\nplt.show()\n"
        "assert open('x.png', 'rb').read(4) == b'\\x89PNG'\n"
    )
    (loaded,) = ask({"hw.py": code})
    assert [(outcome.status, outcome.failure) for outcome in loaded.files] == [("ran", None)]
