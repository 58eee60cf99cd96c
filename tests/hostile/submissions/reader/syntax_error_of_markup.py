"""A line of markup that Python cannot read: it is shown with a caret below it."""
# alone
# status: ungradable
# lost: * error missing
<script>alert('@MARK@')</script>\x1b[2J = ((((
