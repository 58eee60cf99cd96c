"""The known wrong ways of logistic regression: wrong variants of the reference, and inputs to tell them apart.

Those declared first are mended first, where a student made two mistakes at once. Shapes are the reference's: hours
``x``, predictions ``y_pred`` and labels ``y`` are (N, 1).
"""

import math

import torch
from torch import Tensor

from grader.api import Loop, Misconception, Variant, misconception

from .reference import Y_DATA, loss, model, row_loss


def _rows(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64).reshape(-1, 1)


# ---------------------------------------------------------------- the model


@misconception(
    "no_sigmoid",
    entry="model",
    sentence="The model returns x*w + b itself, which can be any number, where a probability is wanted.",
    step="Send the result of the linear layer through torch.sigmoid before you return it.",
    simple=True,
    patterns=("return _",),
)
def no_sigmoid(x: Tensor, w: float, b: float) -> Tensor:
    return x * w + b


@misconception(
    "double_sigmoid",
    entry="model",
    sentence="The sigmoid is applied twice, so every probability lands between 0.5 and 0.73.",
    step="Remove one of the two sigmoids.",
    simple=True,
    patterns=("sigmoid(sigmoid(_))", "sigmoid(_.sigmoid())", "sigmoid(_)", "_.sigmoid()", "Sigmoid()"),
)
def double_sigmoid(x: Tensor, w: float, b: float) -> Tensor:
    return torch.sigmoid(model(x, w, b))


@misconception(
    "tanh_for_sigmoid",
    entry="model",
    sentence="The model uses tanh, which runs from -1 to 1, where a probability runs from 0 to 1.",
    step="Use torch.sigmoid in place of tanh.",
    simple=True,
    patterns=("tanh(_)", "_.tanh()", "Tanh()"),
)
def tanh_for_sigmoid(x: Tensor, w: float, b: float) -> Tensor:
    return torch.tanh(x * w + b)


@misconception(
    "softmax_of_one",
    entry="model",
    sentence="A softmax over a single column always gives 1, whatever the hours.",
    step="Use torch.sigmoid: softmax needs one column for each class, and here there is only one.",
    patterns=("softmax(_)", "_.softmax()", "Softmax()"),
)
def softmax_of_one(x: Tensor, w: float, b: float) -> Tensor:
    return torch.softmax(x * w + b, dim=1)


@misconception(
    "relu_for_sigmoid",
    entry="model",
    sentence="The model uses relu, which cuts off below 0 but grows without end above, so it is no probability.",
    step="Use torch.sigmoid in place of relu.",
    simple=True,
    patterns=("relu(_)", "_.relu()", "ReLU()", "_.clamp(min=0)", "clamp(_, min=0)"),
)
def relu_for_sigmoid(x: Tensor, w: float, b: float) -> Tensor:
    return torch.relu(x * w + b)


@misconception(
    "negated_logit",
    entry="model",
    sentence="The sign inside the sigmoid is turned round, so the model gives the probability of failing.",
    step="Write the sigmoid as 1 / (1 + exp(-z)) with z = x*w + b, or call torch.sigmoid(z).",
    patterns=("exp(_)", "_.exp()", "1 - sigmoid(_)", "sigmoid(-_)"),
)
def negated_logit(x: Tensor, w: float, b: float) -> Tensor:
    return model(x, -w, -b)


@misconception(
    "no_bias",
    entry="model",
    sentence="The model has a weight but no bias, so every curve passes through 0.5 at 0 hours.",
    step="Give the linear layer its bias: torch.nn.Linear(1, 1).",
    simple=True,
    patterns=("Linear(_, _, bias=False)", "Linear(_, _, False)", "Parameter(_)"),
)
def no_bias(x: Tensor, w: float, *, of: Variant = model) -> Tensor:
    output: Tensor = of(x, w, 0.0)
    return output


@misconception(
    "squeezed_output",
    entry="model",
    sentence="The output has lost its column: (N,) where (N, 1) went in.",
    step="Return the output of the sigmoid as it is, without squeeze, flatten or view(-1).",
    simple=True,
    patterns=("_.squeeze()", "_.squeeze(_)", "squeeze(_)", "_.flatten()", "flatten(_)", "_.view(-1)", "_.reshape(-1)",
              "_[:, 0]"),
)  # fmt: skip
def squeezed_output(x: Tensor, *numbers: float, of=model) -> Tensor:  # type: ignore[no-untyped-def]
    output: Tensor = of(x, *numbers)
    return output.reshape(-1)


# ---------------------------------------------------------------- the loss


@misconception(
    "squared_error",
    entry="loss",
    sentence="This is the squared error of linear regression, not the cross entropy that classification needs.",
    step="Replace it by binary cross entropy, by hand or with torch.nn.BCELoss.",
    simple=True,
    patterns=("MSELoss()", "mse_loss(_, _)", "_ ** 2", "_.pow(2)", "pow(_, 2)", "square(_)", "_.square()"),
)
def squared_error(y_pred: Tensor, y: Tensor) -> Tensor:
    return ((y_pred - y) ** 2).mean()


@misconception(
    "logits_on_probabilities",
    entry="loss",
    sentence="The loss applies the sigmoid once more to predictions that are probabilities already.",
    step="Use torch.nn.BCELoss: BCEWithLogitsLoss is for models without a sigmoid of their own.",
    simple=True,
    patterns=("BCEWithLogitsLoss()", "binary_cross_entropy_with_logits(_, _)", "sigmoid(_)", "_.sigmoid()"),
)
def logits_on_probabilities(y_pred: Tensor, y: Tensor) -> Tensor:
    return loss(torch.sigmoid(y_pred), y)


@misconception(
    "swapped_arguments",
    entry="loss",
    sentence="Predictions and labels have changed places inside the loss: the logarithm is taken of the labels.",
    step="Give the prediction first and the label second, and take the logarithm of the prediction.",
    simple=True,
    patterns=("BCELoss()(_, _)", "binary_cross_entropy(_, _)", "log(_)", "_.log()"),
)
def swapped_arguments(y_pred: Tensor, y: Tensor) -> Tensor:
    """Infinite for labels of exactly 0 or 1: what comes then depends on how a student keeps away from log(0)."""
    return -(y_pred * torch.log(y) + (1 - y_pred) * torch.log(1 - y)).mean()


@misconception(
    "positive_term_only",
    entry="loss",
    sentence="Only the rows with label 1 count: the half of the formula for label 0 is missing.",
    step="Add the second term, (1 - y) * log(1 - y_pred), inside the bracket.",
    simple=True,
    patterns=("_ * log(_)", "log(_) * _", "_ * _.log()"),
)
def positive_term_only(y_pred: Tensor, y: Tensor) -> Tensor:
    return -(y * torch.log(y_pred)).mean()


@misconception(
    "negative_term_only",
    entry="loss",
    sentence="Only the rows with label 0 count: the half of the formula for label 1 is missing.",
    step="Add the first term, y * log(y_pred), inside the bracket.",
    simple=True,
    patterns=("_ * log(_)", "log(_) * _", "_ * _.log()"),
)
def negative_term_only(y_pred: Tensor, y: Tensor) -> Tensor:
    return -((1 - y) * torch.log(1 - y_pred)).mean()


@misconception(
    "broadcast_mismatch",
    entry="loss",
    sentence="Shapes (N, 1) and (N,) meet in the loss, so every prediction is compared with every label.",
    step="Give predictions and labels the same shape before you combine them, for instance with y.view_as(y_pred).",
    patterns=("_.view(-1)", "_.flatten()", "flatten(_)", "_.squeeze()", "_.squeeze(_)", "squeeze(_)", "_.reshape(-1)",
              "_[:, 0]", "_.t()", "_.T"),
)  # fmt: skip
def broadcast_mismatch(y_pred: Tensor, y: Tensor) -> Tensor:
    return row_loss(y_pred.reshape(-1, 1), y.reshape(1, -1)).mean()


@misconception(
    "missing_minus",
    entry="loss",
    sentence="The loss has the wrong sign: a better prediction gives a larger number.",
    step="Put a minus in front of the whole formula; logarithms of probabilities are negative, and a loss is not.",
    simple=True,
    patterns=("return _", "_ = _"),
)
def missing_minus(y_pred: Tensor, y: Tensor, *, of: Variant = loss) -> Tensor:
    return -of(y_pred, y)


@misconception(
    "log2",
    entry="loss",
    sentence="The loss uses the logarithm with base 2 instead of the natural one.",
    step="Use torch.log in place of torch.log2.",
    patterns=("log2(_)", "_.log2()", "log(_, 2)", "log(2)"),
)
def log2(y_pred: Tensor, y: Tensor) -> Tensor:
    return loss(y_pred, y) / math.log(2)


@misconception(
    "log10",
    entry="loss",
    sentence="The loss uses the logarithm with base 10 instead of the natural one.",
    step="Use torch.log in place of torch.log10.",
    patterns=("log10(_)", "_.log10()", "log(_, 10)", "log(10)"),
)
def log10(y_pred: Tensor, y: Tensor) -> Tensor:
    return loss(y_pred, y) / math.log(10)


@misconception(
    "detached_loss",
    entry="loss",
    sentence="The number is right, but it is cut off from the predictions, so no gradient can flow back through it.",
    step="Compute the loss with torch operations only: no .item(), .detach(), .numpy() or float() on the way.",
    simple=True,
    still_trains=True,
    patterns=("_.detach()", "_.item()", "_.numpy()", "_.data", "_.tolist()", "tensor(_)", "Tensor(_)", "float(_)"),
)
def detached_loss(y_pred: Tensor, y: Tensor, *, of: Variant = loss) -> Tensor:
    return of(y_pred, y).detach()


@misconception(
    "sum_reduction",
    entry="loss",
    sentence="The losses of the rows are added up, so the number grows with the size of the batch.",
    step="Divide by the number of rows: take the mean, with BCELoss() or BCELoss(reduction='mean').",
    simple=True,
    still_trains=True,
    patterns=("BCELoss(size_average=False)", "BCELoss(reduction='sum')", "binary_cross_entropy(_, _, reduction='sum')",
              "binary_cross_entropy(_, _, size_average=False)", "MSELoss(size_average=False)",
              "MSELoss(reduction='sum')", "BCEWithLogitsLoss(reduction='sum')", "_.sum()", "sum(_)", "_ += _"),
)  # fmt: skip
def sum_reduction(y_pred: Tensor, y: Tensor, *, of: Variant = loss) -> Tensor:
    return of(y_pred, y) * y_pred.shape[0]


# ---------------------------------------------------------------- the training

untrained = misconception(
    "untrained",
    entry="train",
    sentence="The model comes back as it was built: nothing ever asks for gradients or moves its numbers.",
    step="Go through the whole cycle in every epoch: predict, loss, zero_grad(), loss.backward(), optimizer.step().",
)(Loop(takes_gradients=False))

no_step = misconception(
    "no_step",
    entry="train",
    sentence="Gradients are computed, but w and b never move.",
    step="After loss.backward() call optimizer.step(), with no zero_grad() in between and an optimizer that was given "
    "this model's parameters.",
    patterns=("_.backward()", "grad(_, _)"),
)(Loop(direction=0))

gradient_ascent = misconception(
    "gradient_ascent",
    entry="train",
    sentence="Each step goes up the loss instead of down, so the model gets worse.",
    step="Go against the gradient: subtract lr * grad, or let optimizer.step() do it.",
    simple=True,
    patterns=("SGD(_, maximize=True)", "Adam(_, maximize=True)", "(-_).backward()", "_ += _ * _.grad",
              "_ += _.grad * _", "_.add_(_)", "_ = _ + _ * _.grad", "_ += _ * _", "_ = -_"),
)(Loop(direction=1))  # fmt: skip

labels_flipped = misconception(
    "labels_flipped",
    entry="train",
    sentence="The model learns the labels the wrong way round: 1 counts as a fail and 0 as a pass.",
    step="Compare the predictions with y_data itself, not with 1 - y_data.",
    simple=True,
    patterns=("1 - _", "_ == 0", "logical_not(_)", "_ < _"),
)(Loop(labels=lambda y: 1 - y))

labels_ignored = misconception(
    "labels_ignored",
    entry="train",
    sentence="The training learns the same whatever labels it is given.",
    step="Train on the y_data that is passed in (or defined at the top of your script), not on labels written inside.",
    patterns=("tensor(_)", "Tensor(_)", "FloatTensor(_)"),
)(Loop(labels=lambda y: Y_DATA))

no_zero_grad = misconception(
    "no_zero_grad",
    entry="train",
    sentence="Gradients pile up, so every step also repeats all the steps before it.",
    step="Call optimizer.zero_grad() once in every epoch, before loss.backward().",
    simple=True,
    patterns=("_.backward()",),
)(Loop(clears=False))

too_few_steps = misconception(
    "too_few_steps",
    entry="train",
    sentence="The training goes the right way, but stops long before it arrives.",
    step="Train for more epochs (the lecture: 1000 with a learning rate of 0.01), or take larger steps.",
    patterns=("range(_)", "range(_, _)"),
)(Loop(epochs=10))


MISCONCEPTIONS: tuple[Misconception, ...] = (
    no_sigmoid, double_sigmoid, tanh_for_sigmoid, softmax_of_one, relu_for_sigmoid, negated_logit, no_bias,
    squeezed_output, squared_error, logits_on_probabilities, swapped_arguments, positive_term_only,
    negative_term_only, broadcast_mismatch, missing_minus, log2, log10, detached_loss, sum_reduction, untrained,
    no_step, gradient_ascent, labels_flipped, labels_ignored, no_zero_grad, too_few_steps,
)  # fmt: skip

# Inputs to choose from, by entry point. A later group is only used when nothing fits on an earlier one: few students'
# losses are made for soft labels, but swapped arguments show on them alone.
CANDIDATES: dict[str, tuple[tuple[tuple[Tensor | float, ...], ...], ...]] = {
    "model": (
        (
            (_rows(-2.0, 0.5, 3.0), 0.7, -1.3),
            (_rows(-1.0, 1.0, 4.0), -0.9, 0.6),
            (_rows(1.0, 2.0), 1.0, 0.0),
        ),
    ),
    "loss": (
        (
            (_rows(0.9, 0.4, 0.25), _rows(1.0, 1.0, 0.0)),
            (_rows(0.1, 0.35, 0.6, 0.85, 0.7), _rows(0.0, 1.0, 0.0, 0.0, 1.0)),
            (_rows(0.2, 0.8, 0.3, 0.7), _rows(1.0, 1.0, 0.0, 0.0)),
            (_rows(0.5, 0.25), _rows(1.0, 0.0)),
        ),
        (
            (_rows(0.2, 0.55, 0.9), _rows(0.9, 0.3, 0.65)),
            (_rows(0.3, 0.6), _rows(0.8, 0.4)),
        ),
    ),
}
