"""A cluster of separate processes, of which one is killed on the way, gives the same bytes as one core."""

import os
import signal
import threading

import firesale
import pytest

distributed = pytest.importorskip("dask.distributed", reason="dask is not installed")


def test_a_worker_that_is_killed_in_the_middle_changes_no_byte():
    world, space, seeds = firesale.small_market(), {"traders.noise.market_orders": "0.5..2:8"}, 40
    alone = firesale.sweep(world, space, seeds=seeds, jobs=1)
    killed = []

    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        before = client.run(os.getpid)
        lock = threading.Lock()

        def kill(done, runs):
            with lock:
                if done * 4 >= runs and not killed:
                    killed.append(next(iter(before.values())))
                    os.kill(killed[0], signal.SIGKILL)

        swept = firesale.sweep(world, space, seeds=seeds, executor=client.get_executor(), batch=8, progress=kill)
        after = client.run(os.getpid)
    assert killed and killed[0] not in after.values()
    assert swept.parquet() == alone.parquet()
