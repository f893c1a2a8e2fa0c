"""The one family of errors: the text of each is already the sentence shown to the user."""


class TaskroleError(Exception):
    """Say in one full sentence what went wrong, where (file and line), and what to do about it."""


class BacklogError(TaskroleError):
    """A file of tasks or of labelled examples cannot be read or written."""


class ModelError(TaskroleError):
    """A model file cannot be used."""


class TrainingError(TaskroleError):
    """The labelled examples do not suffice to learn from."""


class StoreError(TaskroleError):
    """The user's examples and models cannot be read, or cannot be changed as asked."""
