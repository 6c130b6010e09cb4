"""The change feed over HTTP: pages and Server-Sent Events."""

import json
import time
import unittest

from support.event_stream import EventStream
from support.outrider import Client, ServerTest, wait_until

HOUR = 3600


class EventsTest(ServerTest):
    test_clock = "2026-02-10T08:00:00Z"

    def campaign(self, name="Pallets"):
        return self.api.post("/campaigns/create", {"name": name}).json["id"]

    def change_state(self, campaign, word="PAUSED"):
        """Something that is an event."""
        self.server.database.execute(f"UPDATE campaign SET state = 1 WHERE id = {campaign}")
        self.assertEqual(self.api.post(f"/campaigns/{campaign}/status", {"status": word}).status, 200)

    def page(self, api=None, **query):
        answer = (api or self.api).get("/events", query=query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def now(self):
        return self.page(cursor="now")["next_cursor"]

    def stream(self, query="", last_id=None, key=None):
        stream = EventStream(self.server, key or self.api.key, query, last_id)
        self.addCleanup(stream.close)
        return stream

    def test_an_event_tells_what_happened(self):
        start = self.now()
        campaign = self.campaign("Crates")
        self.change_state(campaign)
        page = wait_until(lambda: self.page(cursor=start)["data"], "the event is shown")
        event = page[0]
        self.assertEqual(event["type"], "CAMPAIGN_STATUS_CHANGED")
        self.assertEqual((event["campaign_id"], event["campaign_name"]), (campaign, "Crates"))
        self.assertEqual(event["data"]["campaign_status"], "PAUSED")
        self.assertRegex(event["id"], r"^[0-9a-f]{8}-[0-9a-f]{4}-7")
        self.assertRegex(event["at"], r"^2026-02-10T08:0\d:\d\d\.\d{3}Z$")
        self.assertIsNone(event["lead_id"])

    def test_a_reader_that_was_away_goes_on_where_it_was(self):
        start = self.now()
        campaigns = [self.campaign(f"C{i}") for i in range(5)]
        for campaign in campaigns:
            self.change_state(campaign)
        wait_until(lambda: len(self.page(cursor=start)["data"]) == 5, "all are shown")
        seen, cursor = [], start
        for _ in range(3):
            page = self.page(cursor=cursor, limit=2)
            seen += [event["campaign_id"] for event in page["data"]]
            cursor = page["next_cursor"]
        self.assertEqual(seen, campaigns)
        self.assertEqual(self.page(cursor=cursor), {"ok": True, "data": [], "next_cursor": cursor, "has_more": False, "has_gap": False})
        again = self.page(cursor=self.page(cursor=start, limit=1)["data"][0]["cursor"])
        self.assertEqual([event["campaign_id"] for event in again["data"]], campaigns[1:])

    def test_types_choose(self):
        start = self.now()
        self.change_state(self.campaign())
        wait_until(lambda: self.page(cursor=start)["data"], "the event is shown")
        self.assertEqual(len(self.page(cursor=start, types="EMAIL_SENT,CAMPAIGN_STATUS_CHANGE")["data"]), 1)
        other = self.page(cursor=start, types=["EMAIL_REPLY", "EMAIL_OPENED"])
        self.assertEqual(other["data"], [])
        self.assertNotEqual(other["next_cursor"], start)
        self.assert_error(self.api.get("/events", query={"types": "EMAIL_EATEN"}), 422, "types.0")

    def test_what_is_no_cursor_is_refused(self):
        self.assert_error(self.api.get("/events", query={"cursor": "yesterday"}), 422, "cursor")
        self.assert_error(self.api.get("/events", query={"limit": "0"}), 422, "limit")
        self.assert_error(self.api.get("/events", query={"limit": "1001"}), 422, "limit")
        self.assertEqual(self.stream("?cursor=1").answer.status, 422)
        self.assertEqual(self.stream(last_id="x").answer.status, 422)
        self.assertEqual(Client(self.server, None).get("/events").status, 401)

    def test_another_workspace_and_a_client_see_only_their_own(self):
        stranger = Client(self.server, self.server.create_key(email="owner@other.example"))
        limited = Client(self.server, self.server.create_key(email="client@team.example", role="member"))
        self.server.database.execute(
            "UPDATE api_key SET client_id = 70 WHERE user_id = (SELECT id FROM app_user WHERE email = 'client@team.example')")
        start = self.now()
        own, other = self.campaign("Own"), self.campaign("Other")
        self.server.database.execute(f"UPDATE campaign SET client_id = 70 WHERE id = {own}")
        self.change_state(own)
        self.change_state(other)
        wait_until(lambda: len(self.page(cursor=start)["data"]) == 2, "both are shown")
        self.assertEqual(self.page(stranger)["data"], [])
        self.assertEqual([event["campaign_id"] for event in self.page(limited, cursor=start)["data"]], [own])
        stream = self.stream(f"?cursor={start}", key=limited.key)
        wait_until(lambda: stream.events(), "the client is told")
        self.assertEqual([json.loads(e["data"])["campaign_id"] for e in stream.events()], [own])

    def test_a_stream_tells_at_once(self):
        stream = self.stream()
        self.assertEqual(stream.answer.status, 200)
        self.assertEqual(stream.answer.getheader("Content-Type"), "text/event-stream")
        self.assertEqual(stream.answer.getheader("Cache-Control"), "no-store")
        wait_until(lambda: stream.blocks, "the stream begins")
        self.assertEqual(stream.blocks[0]["retry"], "2000")
        campaign = self.campaign()
        self.change_state(campaign)
        changed_at = time.monotonic()
        event = wait_until(lambda: stream.events("CAMPAIGN_STATUS_CHANGED"), "the event comes", every=0.005)[0]
        self.assertLess(time.monotonic() - changed_at, 1.0)
        told = json.loads(event["data"])
        self.assertEqual((told["campaign_id"], told["cursor"]), (campaign, event["id"]))

    def test_a_stream_goes_on_behind_its_last_event_id(self):
        first = self.stream()
        wait_until(lambda: first.blocks, "the stream begins")
        place = first.blocks[0]["id"]
        first.close()
        campaigns = [self.campaign(f"L{i}") for i in range(3)]
        for campaign in campaigns:
            self.change_state(campaign)
        second = self.stream(last_id=place)
        wait_until(lambda: len(second.events()) == 3, "what was missed comes")
        third = self.stream(last_id=second.events()[0]["id"])
        wait_until(lambda: len(third.events()) == 2, "and not twice")
        self.assertEqual([json.loads(e["data"])["campaign_id"] for e in third.events()], campaigns[1:])

    def test_a_stream_can_choose_types(self):
        stream = self.stream("?types=EMAIL_REPLY")
        other = self.stream()
        wait_until(lambda: stream.blocks and other.blocks, "the streams begin")
        self.change_state(self.campaign())
        wait_until(lambda: other.events(), "the other one is told")
        self.assertEqual(stream.events(), [])

    def test_a_key_holds_ten_streams_and_no_more(self):
        key = self.server.create_key(email="streams@team.example", role="member")
        streams = [self.stream(key=key) for _ in range(10)]
        self.assertEqual([stream.answer.status for stream in streams], [200] * 10)
        refused = self.stream(key=key)
        self.assertEqual(refused.answer.status, 429)
        self.assertLessEqual(int(refused.answer.getheader("Retry-After")), 60)
        streams[0].close()
        wait_until(lambda: self.stream(key=key).answer.status == 200, "its place is free again", every=0.3)

    def test_old_events_go_and_whoever_was_away_too_long_is_told(self):
        campaign = self.campaign()
        self.change_state(campaign)
        old = wait_until(lambda: [e for e in self.page(limit=1000)["data"] if e["campaign_id"] == campaign], "shown")[-1]
        before = "0-0"
        self.server.advance(91 * 24 * HOUR)
        wait_until(lambda: old["id"] not in [e["id"] for e in self.page(limit=1000)["data"]], "it is deleted", seconds=30)
        self.assertIs(self.page(cursor=before)["has_gap"], True)
        self.assertIs(self.page()["has_gap"], False)
        stream = self.stream(last_id=before)
        wait_until(lambda: stream.blocks, "the stream begins")
        self.assertEqual(stream.blocks[0]["event"], "GAP")


class StopTest(ServerTest):
    def test_streams_end_cleanly_when_the_server_stops(self):
        stream = EventStream(self.server, self.api.key)
        wait_until(lambda: stream.blocks, "the stream begins")
        self.assertEqual(self.server.stop(15), 0)
        self.assertTrue(stream.is_over.wait(5))


if __name__ == "__main__":
    unittest.main()
