"""Prints markup, templates and links that would run in a report."""
# lost: loss.* error exception
print("<script>alert('@MARK@')</script><img src=x onerror=alert('@MARK@')>")
print("<svg onload=alert('@MARK@')><a href=\"javascript:alert('@MARK@')\">x</a> {{ 7 * 7 }} {% raw %} ]]> -->")


def bce_loss(y_pred, y):
    raise ValueError("</pre></script><script>alert('@MARK@')</script><img src=x onerror=alert('@MARK@')> {{ 7 * 7 }}")
