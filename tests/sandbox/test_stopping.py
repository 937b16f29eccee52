"""A process of the sandbox stops when it is told to, whichever of its threads the signal comes to."""

import subprocess
import sys

import pytest

WAITING = """
import signal, sys, threading, time
from trueup.sandbox.stopping import told_to_stop

def told(number: signal.Signals) -> None:
    time.sleep(0.5)  # by then the other thread waits
    signal.pthread_kill(threading.get_ident(), number)
    time.sleep(60)

stop = told_to_stop()
threading.Thread(target=told, args=(signal.Signals[sys.argv[1]],), daemon=True).start()
stop.wait()
print("stopped", flush=True)
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_that_another_thread_gets_stops_the_process_too(name: str) -> None:
    done = subprocess.run([sys.executable, "-c", WAITING, name], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "stopped\n"
