"""Says what a CI runner would obey."""
# lost: loss.* error exception
import sys

for stream in (sys.stdout, sys.stderr):
    print("::set-output name=score::10\n::error::@MARK@\n::add-path::/tmp\n##[error]@MARK@\n::stop-commands::x", file=stream)


def bce_loss(y_pred, y):
    raise ValueError("\n::error::@MARK@\n::set-env name=PATH::x\r::warning::@MARK@")
