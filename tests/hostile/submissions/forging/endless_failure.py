"""Answers with a failure of 15 MB of text, full of markup."""
# lost: loss.* error protocol
import grader.wire as wire

send = wire.send


def bce_loss(y_pred, y):
    failure = wire.Failure("exception", "Error" * 1000, "<script>\n::error::\x1b[2J" * 600_000, "right.py", 10**9)
    wire.send = lambda connection, message: send(connection, wire.Reply(message.id, failure))
    return y_pred.sum()
