"""Raises a SyntaxError by hand, at a line and a column that no file has: someone draws a caret below it."""

raise SyntaxError("invalid syntax", (__file__, 2**31 - 1, 2**31, "def bce_loss(y_pred, y)", 2**31 - 1, 2**31))
