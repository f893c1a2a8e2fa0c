"""What is asked of a tagger for batch after batch of texts."""

from classifier.tagger import MANY, Tagger
from classifier.tasks import Tag


class Request:
    """A tagger, and how it is to tag; once there have been enough texts it gets ready for very many."""

    def __init__(
        self, tagger: Tagger, threshold: float | None = None, *, why: bool = False, alone: bool = False
    ) -> None:
        """Take what `Tagger.tag` takes; `alone` is in this process only, since others like it are at work already."""
        self.tagger = tagger
        self.threshold = threshold
        self.why = why
        self.alone = alone
        self._tagged = 0

    def tag(self, texts: list[str]) -> list[Tag]:
        """Tag one batch."""
        if self._tagged >= MANY:
            self.tagger.hasten()
        self._tagged += len(texts)
        return self.tagger.tag(texts, threshold=self.threshold, why=self.why)
