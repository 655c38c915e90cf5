"""Errors of torch.compile that programs catch by name."""


class TorchDynamoException(RuntimeError):
    """Whatever goes wrong in capture."""


class Unsupported(TorchDynamoException):
    """Code that cannot be captured where it has to be; `msg` says why."""

    def __init__(self, msg):
        super().__init__(msg)
        self.msg = msg
