"""Learning from labelled examples; the only home of scikit-learn."""

from classifier.learning.evaluation import Evaluation, evaluate
from classifier.learning.training import Trained, train

__all__ = ["Evaluation", "Trained", "evaluate", "train"]
