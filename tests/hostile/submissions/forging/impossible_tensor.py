"""Answers with a tensor whose shape and bytes do not agree."""
# lost: loss.* error protocol
import grader.wire as wire

send = wire.send


def bce_loss(y_pred, y):
    lie = wire.Value(wire.Tensor("float32", (8388608, 8388608, 0, 1), b"\0" * 4))
    wire.send = lambda connection, message: send(connection, wire.Reply(message.id, lie))
    return y_pred.sum()
