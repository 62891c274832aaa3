# A sweep on a Ray cluster, or on the cores of this machine. Ray's futures are those of `concurrent.futures`, so an executor is a few lines.
#
#   python ray_sweep.py          needs ray, polars; on a cluster, each node needs this package

from concurrent.futures import Executor, Future
from typing import Any, Callable

import firesale
import ray


class RayExecutor(Executor):
    """Each task is a Ray task. Ray does a task again when its worker dies, which changes no row."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
        return ray.remote(max_retries=3)(function).remote(*arguments, **named).future()


if __name__ == "__main__":
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    space = {"traders.noise.market_orders": [0.5, 1.0, 2.0]}
    world = firesale.small_market()
    by_ray = firesale.sweep(world, space, seeds=20, executor=RayExecutor(), batch=10)
    here = firesale.sweep(world, space, seeds=20)
    assert by_ray.parquet() == here.parquet()
    print(f"{len(by_ray)} runs by Ray, the same bytes as here")
    ray.shutdown()
