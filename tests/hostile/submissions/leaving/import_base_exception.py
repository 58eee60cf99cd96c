"""Raises what no `except Exception` catches, at the end of the file."""


class Unstoppable(BaseException):
    pass


raise Unstoppable("passed")
