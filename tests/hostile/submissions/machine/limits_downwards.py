"""Lowers its own limits until nothing works any more; that is its own loss."""
# status: graded|ungradable
# lost: * error|passed
import resource

resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
