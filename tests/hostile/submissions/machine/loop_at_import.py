"""Never comes to the end of its file."""
# status: ungradable
# lost: * error timeout
while True:
    pass
