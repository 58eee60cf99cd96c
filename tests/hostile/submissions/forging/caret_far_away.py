"""Reports a syntax error in column 2^31, below which a caret would be drawn: gigabytes of blanks."""
# status: ungradable
# lost: * error protocol
import grader.wire as wire

send = wire.send


def forged(connection, message):
    if isinstance(message.answer, wire.Loaded):
        failure = wire.Failure("exception", "SyntaxError", "no", message.answer.files[0].path, 1, "return p", 2**31)
        files = (wire.FileOutcome(message.answer.files[0].path, "failed", failure),)
        message = wire.Reply(message.id, wire.Loaded(files, {}, {}))
    send(connection, message)


wire.send = forged
