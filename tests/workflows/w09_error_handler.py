"""An error handler: says what was wrong with a request, and waits when it was one too many."""

import json
import time

from integration import ApiError, inbox

TRIES_MAX = 100


def careful(*arguments, **options):
    for _ in range(TRIES_MAX):
        try:
            return inbox(*arguments, **options)
        except ApiError as error:
            if error.status != 429:
                raise
            waits.append(int(error.headers["Retry-After"]))
            time.sleep(waits[-1])
    raise SystemExit("gave up")


waits = []
try:
    careful("inbox-replies", {"campaignId": [1, 2, 3, 4, 5, 6]})
except ApiError as error:
    refused = {"status": error.status, "field": error.body["field"], "max": error.body["max_allowed"], "error": error.body["error"]}
while not waits:
    last = careful("inbox-replies", limit=1)
print(json.dumps({"refused": refused, "waits": waits, "total": last["total_count"]}))
