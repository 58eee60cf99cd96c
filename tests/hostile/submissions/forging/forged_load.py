"""Replaces what is told of its files: a thousand files, names that lead out, lines that are not there."""
# status: graded|ungradable
# lost: * error|passed|failed
import grader.wire as wire

send = wire.send


def forged(connection, message):
    if isinstance(message.answer, wire.Loaded):
        names = list(message.answer.found)
        here = {name: wire.Found("../../etc/passwd", -5, "<script>", "function", 10**12) for name in names}
        files = tuple(wire.FileOutcome(f"../{n}<b>", "failed", wire.Failure("exception", "E", "m" * 100)) for n in range(1000))
        message = wire.Reply(message.id, wire.Loaded(files, here, {name: ("x" * 100_000,) * 60 for name in names}))
    send(connection, message)


wire.send = forged
