"""Says that nothing was found, and names candidates of megabytes."""
# status: graded|ungradable
# lost: * error protocol
import grader.wire as wire

send = wire.send


def forged(connection, message):
    if isinstance(message.answer, wire.Loaded):
        names = list(message.answer.found)
        candidates = {name: ("<script>\n::error::" * 10_000,) * 20 for name in names}
        message = wire.Reply(message.id, wire.Loaded(message.answer.files, dict.fromkeys(names), candidates))
    send(connection, message)


wire.send = forged
