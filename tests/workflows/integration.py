"""What an integration brings along: one function to call the API, with nothing but the standard library.

OUTRIDER_URL and OUTRIDER_API_KEY say where and as whom.
"""

import datetime
import json
import os
import urllib.error
import urllib.parse
import urllib.request


class ApiError(Exception):
    def __init__(self, status, headers, body):
        super().__init__(f"{status}: {body.get('message')}")
        self.status, self.headers, self.body = status, headers, body


def call(method, path, body=None, **params):
    """The parsed answer. Parameters are spelled as Python spells them: True and False."""
    query = urllib.parse.urlencode({"api_key": os.environ["OUTRIDER_API_KEY"], **params}, doseq=True)
    request = urllib.request.Request(f"{os.environ['OUTRIDER_URL']}/api/v1{path}?{query}", method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            raise ApiError(error.code, error.headers, json.load(error)) from None


def inbox(view, filters=None, history=False, **page):
    """One page of a view of the inbox."""
    body = {"filters": filters or {}, **page}
    return call("POST", f"/master-inbox/{view}", body, fetch_message_history=history)


def every(view, filters=None, limit=20, **options):
    """All items of a view, page after page."""
    offset = 0
    while True:
        page = inbox(view, filters, offset=offset, limit=limit, **options)
        yield from page["messages"]
        offset += limit
        if not page["messages"] or offset >= page["total_count"]:
            return


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def today():
    """From midnight until now, as Python writes instants: with microseconds and an offset."""
    return [now().replace(hour=0, minute=0, second=0, microsecond=0).isoformat(), now().isoformat()]


def last_days(days):
    return [(now() - datetime.timedelta(days=days)).isoformat(), now().isoformat()]
