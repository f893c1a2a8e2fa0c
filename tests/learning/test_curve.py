"""The learning curve on a few dozen texts."""

from classifier.learning.curve import learning_curve
from classifier.tasks import Example


def test_more_examples_in_each_lesson(examples: list[Example]) -> None:
    told: list[float] = []
    lessons = learning_curve(examples, examples, strength=10.0, done=told.append)

    assert [each.examples for each in lessons] == [28, 56]
    assert {each.texts for each in lessons} == {44}
    assert lessons[0].right < lessons[-1].right == 44
    assert told[-1] == 1


def test_parts_too_small_to_learn_from_are_left_out(examples: list[Example]) -> None:
    product = [example for example in examples if example.label == "product"]

    assert learning_curve(product, examples, strength=10.0) == []
    assert learning_curve(examples[:4] + examples[30:34], examples, strength=10.0) == []
