# A sweep on a Dask cluster: here two processes of this machine, elsewhere `Client("scheduler:8786")`, dask-jobqueue, Coiled, ...
#
#   python dask_sweep.py          needs dask, distributed; each worker needs this package

import firesale
from dask.distributed import Client, LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        space = {"traders.noise.market_orders": [0.5, 1.0, 2.0]}
        world = firesale.small_market()
        by_dask = firesale.sweep(world, space, seeds=20, executor=client.get_executor(), batch=10)
        assert by_dask.parquet() == firesale.sweep(world, space, seeds=20).parquet()
        print(f"{len(by_dask)} runs by Dask, the same bytes as here")
