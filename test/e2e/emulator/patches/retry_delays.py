"""MaxDelaySeconds and JitterStrategy of a retrier: MiniStack ignores both.

The delay is worked out here and handed on as a retrier of that one delay.
"""

import random

import ministack.services.stepfunctions as sfn

original_find = sfn._find_matching_retrier


def find_matching_retrier(retriers, error, counts):
    retrier, index = original_find(retriers, error, counts)
    if retrier is None:
        return retrier, index
    delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** counts.get(index, 0)
    delay = min(delay, retrier.get("MaxDelaySeconds", delay))
    if retrier.get("JitterStrategy") == "FULL":
        delay = random.uniform(0, delay)
    return {**retrier, "IntervalSeconds": delay, "BackoffRate": 1}, index


sfn._find_matching_retrier = find_matching_retrier
