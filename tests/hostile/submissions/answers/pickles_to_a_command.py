"""Returns an object that runs a command when it is unpickled: nobody unpickles it."""
# lost: loss.* error exception
import os


class Trap:
    def __reduce__(self):
        return os.system, ("touch @WORLD@/@MARK@-unpickled",)


def bce_loss(y_pred, y):
    return Trap()
