"""The world's faults, told to the person who can mend them."""


class ExpectedFailure(Exception):
    """A fault of the world, not of the program.

    ``title`` says what went wrong, ``advice`` what to do about it, ``code`` is the stable
    upper-case reason that tests, logs and support ask for. Everything else that is raised is a bug.
    """

    def __init__(self, title: str, advice: str, code: str) -> None:
        super().__init__(f"{title} [{code}] {advice}")
        self.title = title
        self.advice = advice
        self.code = code
