"""What a task that does nothing costs in Ray, Dask or Parsl: two worker processes on this machine.

Once all tasks are submitted at once, once at most so many are under way; the cheaper way is the
peer's best. None of them keeps a result through the loss of its machine. Prints one JSON object.
"""

import argparse
import concurrent.futures
import json
import os
import sys
import time


def nothing(number):
    return None


def windowed(submit, wait_for_some, tasks, credit):
    """Keeps `credit` tasks under way: the microseconds of a task."""
    start = time.perf_counter()
    under_way, submitted = [], 0
    while submitted < tasks or under_way:
        while submitted < tasks and len(under_way) < credit:
            under_way.append(submit(submitted))
            submitted += 1
        under_way = wait_for_some(under_way)
    return (time.perf_counter() - start) / tasks * 1e6


def ray_peer(tasks, credit, folder):
    import ray

    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    task = ray.remote(nothing)
    ray.get([task.remote(number) for number in range(200)])

    def at_once():
        start = time.perf_counter()
        ray.get([task.remote(number) for number in range(tasks)])
        return (time.perf_counter() - start) / tasks * 1e6

    def wait_for_some(under_way):
        return ray.wait(under_way, num_returns=1)[1]

    yield at_once()
    yield windowed(task.remote, wait_for_some, tasks, credit)
    yield ray.__version__
    ray.shutdown()


def dask_peer(tasks, credit, folder):
    import distributed

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
        local_directory=folder,
    ) as cluster, distributed.Client(cluster) as client:
        client.gather(client.map(nothing, range(200), pure=False))

        def at_once():
            start = time.perf_counter()
            client.gather(client.map(nothing, range(tasks), pure=False))
            return (time.perf_counter() - start) / tasks * 1e6

        def submit(number):
            return client.submit(nothing, number, pure=False)

        def wait_for_some(under_way):
            return list(distributed.wait(under_way, return_when="FIRST_COMPLETED").not_done)

        yield at_once()
        yield windowed(submit, wait_for_some, tasks, credit)
        yield distributed.__version__


def parsl_peer(tasks, credit, folder):
    import parsl
    from parsl.config import Config
    from parsl.executors import HighThroughputExecutor
    from parsl.providers import LocalProvider

    # It starts programs of its own by their names.
    os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]

    executor = HighThroughputExecutor(
        max_workers_per_node=2, cores_per_worker=1, address="127.0.0.1",
        provider=LocalProvider(init_blocks=1, max_blocks=1))
    config = Config(executors=[executor], run_dir=folder + "/parsl", usage_tracking=0)
    with parsl.load(config):
        task = parsl.python_app(nothing)
        for future in [task(number) for number in range(200)]:
            future.result()

        def at_once():
            start = time.perf_counter()
            for future in [task(number) for number in range(tasks)]:
                future.result()
            return (time.perf_counter() - start) / tasks * 1e6

        def wait_for_some(under_way):
            return list(
                concurrent.futures.wait(
                    under_way, return_when=concurrent.futures.FIRST_COMPLETED).not_done)

        yield at_once()
        yield windowed(task, wait_for_some, tasks, credit)
        yield parsl.__version__


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=["ray", "dask", "parsl"])
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--credit", type=int, default=64)
    parser.add_argument("--folder", default="/tmp")
    words = parser.parse_args()
    peer = {"ray": ray_peer, "dask": dask_peer, "parsl": parsl_peer}[words.peer]
    found = peer(words.tasks, words.credit, words.folder)
    at_once, window, version = next(found), next(found), next(found)
    next(found, None)
    print(
        json.dumps(
            {
                "version": version,
                "tasks": words.tasks,
                "atOnceMicroseconds": round(at_once, 1),
                "underCreditMicroseconds": round(window, 1),
                "bestMicroseconds": round(min(at_once, window), 1),
            }))


if __name__ == "__main__":
    main()
