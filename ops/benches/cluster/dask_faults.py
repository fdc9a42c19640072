"""How long Dask distributed's tasks wait after a worker is killed or stopped.

A scheduler and three workers in processes of their own, with Dask's defaults but for the nanny, so
that nothing starts a worker again. Tasks of 50 ms are submitted, a worker is struck, and the tasks
that it had in hand are watched: until one of them is done, and until all are. Prints one JSON
object; `over` counts what was not done when the time was up.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

import distributed


def task(number):
    time.sleep(0.05)
    return number


def start(words, folder):
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def strike(fault, cap, chance):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "scheduler.json")
        scheduler = ["dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", file]
        processes = [start(scheduler, folder)]
        while not os.path.exists(file):
            time.sleep(0.05)
        names = ["a", "b", "c"]
        for name in names:
            processes.append(
                start(
                    ["dask_worker", "--scheduler-file", file, "--nthreads", "1", "--no-nanny",
                     "--no-dashboard", "--name", name, "--local-directory", folder], folder))
        client = distributed.Client(scheduler_file=file)
        try:
            client.wait_for_workers(3, timeout=60)
            workers = client.scheduler_info(n_workers=-1)["workers"]
            futures = client.map(task, range(20 * 60), pure=False)
            by_key = {future.key: future for future in futures}
            time.sleep(1 + chance.random())
            victim = chance.randrange(3)
            address = next(a for a, w in workers.items() if w["name"] == names[victim])
            in_hand = [by_key[key] for key in client.processing()[address] if key in by_key]
            struck = time.perf_counter()
            os.kill(
                processes[1 + victim].pid, signal.SIGKILL if fault == "kill" else signal.SIGSTOP)
            first = None
            while time.perf_counter() - struck < cap:
                done = sum(future.status == "finished" for future in in_hand)
                if done and first is None:
                    first = time.perf_counter() - struck
                if done == len(in_hand):
                    return first, time.perf_counter() - struck, len(in_hand)
                time.sleep(0.02)
            return first, None, len(in_hand)
        finally:
            for process in processes:
                process.kill()
            try:
                client.close(timeout=2)
            except Exception:
                pass
            for process in processes:
                process.wait()


def spread(times, cap):
    over = sum(one is None for one in times)
    known = sorted(cap if one is None else one for one in times)

    def at(part):
        rank = max(0, -int(-part * len(known) // 1) - 1)
        return round(known[rank], 3)

    return {
        "n": len(known), "p50": at(0.5), "p99": at(0.99), "max": at(1), "notWithinCap": over}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, default=10)
    parser.add_argument("--cap", type=float, default=90)
    words = parser.parse_args()
    chance = random.Random(1)
    found = {"version": distributed.__version__}
    for fault in ["kill", "stop"]:
        firsts, alls = [], []
        for _ in range(words.repetitions):
            first, every, _ = strike(fault, words.cap, chance)
            firsts.append(first)
            alls.append(every)
            if every is None:
                # What is not overcome once is not tried again.
                break
        found[fault] = {
            "firstTask": spread(firsts, words.cap), "allTasks": spread(alls, words.cap)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
