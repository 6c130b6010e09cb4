"""kill -9 while mail goes out: nothing is lost, nothing is sent twice, and what nobody can know is listed.

OUTRIDER_TEST_SEED repeats a run's instants; `./dev bench kill` does 500 kills on each engine.
"""

import os
import sys
import time
import unittest

from support.kill_run import KillRun

KILLS = 50
KILLS_IN_DATA = 20


def new_seed():
    seed = int(os.environ.get("OUTRIDER_TEST_SEED", time.time_ns() % 1_000_000))
    print("OUTRIDER_TEST_SEED =", seed, file=sys.stderr)
    return seed


class KillTest(unittest.TestCase):
    def start(self, **options):
        run = KillRun(new_seed(), **options)
        self.addCleanup(run.close)
        return run

    def check(self, run):
        run.finish()
        result = run.reckon()
        faults = result.pop("faults")
        print(result, file=sys.stderr)
        self.assertEqual(faults, [])
        return result

    def test_at_random_instants(self):
        run = self.start()
        run.kill_at_random(KILLS)
        result = self.check(run)
        self.assertGreaterEqual(result["kills"], KILLS)
        self.assertGreater(result["sent"], 500, "too little was on the wire to prove anything")

    def test_between_the_message_and_its_answer(self):
        run = self.start(mailboxes=4, jitter_s=0)
        run.kill_in_data(KILLS_IN_DATA)
        result = self.check(run)
        self.assertEqual((result["unconfirmed"], result["unconfirmed but received"]), (KILLS_IN_DATA, KILLS_IN_DATA))


if __name__ == "__main__":
    unittest.main()
