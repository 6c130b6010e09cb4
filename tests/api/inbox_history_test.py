"""The mail of conversations, and status codes of the inbox. The letters in test names are those of the acceptance list."""

import unittest

from support.inbox import DAY, SECOND, VIEWS, InboxTest
from support.outrider import Client
from support.seed import instant


class HistoryTest(InboxTest):
    def history(self, **query):
        answer = self.api.get(f"/campaigns/{self.freight}/leads/{self.nora.lead}/message-history", query=query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def test_A15_message_history(self):
        answer = self.history()
        self.assertEqual(answer["history"], answer["messages"])
        self.assertEqual([e["type"] for e in answer["history"]], ["SENT", "REPLY"])
        self.assertEqual((answer["from"], answer["to"]), ("ivo@relaypost.example", self.nora.email))
        self.assertEqual(answer["history"][0]["email_body"], "<div>Hi, a <b>question</b></div>")
        self.assertEqual(answer["history"][1]["body"], "Our budget round is open.")
        alias = self.api.get(f"/campaigns/{self.freight}/leads/{self.nora.lead}/messages")
        self.assertEqual(alias.json, answer)

    def test_A15_plain_text(self):
        for entry in self.history(show_plain_text_response="True")["history"]:
            self.assertNotIn("<", entry["email_body"])

    def test_A15_event_time_is_exclusive(self):
        first = self.history()["history"][0]["time"]
        self.assertEqual([e["type"] for e in self.history(event_time_gt=first)["history"]], ["REPLY"])
        self.assertEqual(self.history(event_time_gt=instant(self.now))["history"], [])
        answer = self.api.get(f"/campaigns/{self.freight}/leads/{self.nora.lead}/message-history", query={"event_time_gt": "soon"})
        self.assert_error(answer, 422, "event_time_gt")

    def test_A15_unknown_and_foreign_leads(self):
        for campaign, lead in ((self.ports, self.nora.lead), (self.freight, 5), (5, self.nora.lead)):
            self.assert_error(self.api.get(f"/campaigns/{campaign}/leads/{lead}/message-history"), 404)
        self.assert_error(self.foreign.get(f"/campaigns/{self.freight}/leads/{self.nora.lead}/message-history"), 404)

    def bulk(self, body=None, api=None, token="bbfbdsFGHlBr76ruhjvh6fhHL", campaign=None, **query):
        path = f"/campaigns/{campaign or self.freight}/message-history-for-leads/{token}"
        return (api or self.api).post(path, body, query=query)

    def test_A16_bulk_history(self):
        both = [self.nora.lead, str(self.plain.lead)]
        answer = self.bulk({"lead_ids": both})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(set(answer.json["data"]), {str(self.nora.lead), str(self.plain.lead)})
        for lead, history in answer.json["data"].items():
            self.assertEqual(answer.json[lead]["history"], history)
            self.assertEqual([e["type"] for e in history], ["SENT", "REPLY"])
        everyone = {str(t.lead) for t in (self.nora, self.plain, self.waiting)}
        for body in ({"lead_ids": None}, {}, None):
            self.assertEqual(set(self.bulk(body, token="7").json["data"]), everyone)
        late = self.bulk({"lead_ids": self.nora.lead}, event_time_gt=instant(self.nora.sent.at_ms)).json["data"]
        self.assertEqual([e["type"] for e in late[str(self.nora.lead)]], ["REPLY"])
        self.assertEqual(self.bulk({"lead_ids": [5]}).json["data"], {})
        self.assert_error(self.bulk({"lead_ids": list(range(1, 102))}), 422, "lead_ids", max_allowed=100)
        self.assert_error(self.bulk({"lead_ids": "x"}), 422)
        self.assert_error(self.bulk({}, campaign=5), 404)
        self.assert_error(self.bulk({}, api=self.foreign), 404)

    def test_A16_bulk_history_is_bounded(self):
        campaign = self.seed.campaign("Many")
        threads = [self.seed.conversation(campaign, self.ivo, replied_at_ms=self.now - n * SECOND) for n in range(101)]
        self.seed.flush()
        data = self.bulk({"lead_ids": None}, campaign=campaign).json["data"]
        self.assertEqual(set(data), {str(t.lead) for t in threads[:100]})

    def test_a_long_thread_shows_its_newest_mail_and_is_read_on_by_time(self):
        self.seed.next_id += 100_000
        campaign = self.seed.campaign("Long")
        thread = self.seed.conversation(campaign, self.ivo, replied_at_ms=self.now - DAY)
        for n in range(1005):
            self.seed.message(thread, self.now - DAY + (n + 1) * SECOND, kind=1, subject=f"{n}")
        self.seed.flush()
        path = f"/campaigns/{campaign}/leads/{thread.lead}/message-history"
        history = self.api.get(path).json["history"]
        self.assertEqual((len(history), history[-1]["subject"]), (1000, "1004"))
        seen, after = [], "2000-01-01T00:00:00Z"
        while True:
            some = self.api.get(path, query={"event_time_gt": after}).json["history"]
            if not some:
                break
            seen += some
            after = some[-1]["time"]
        self.assertEqual(len(seen), 1007)


class CodesTest(InboxTest):
    def test_H1_keys_are_checked_first(self):
        for view in VIEWS:
            for key in (None, "unknown"):
                answer = Client(self.server, key).post("/master-inbox/" + view, raw=b"{")
                self.assertEqual(answer.status, 401, view)
        self.assertEqual(answer.json["message"], "Invalid API Key")

    def test_H2_bodies(self):
        for raw in (b"{", b"[]", b'"text"', b"7"):
            for view in VIEWS:
                self.assert_error(self.api.post("/master-inbox/" + view, raw=raw), 400)
        self.refuse({"filters": []}, "filters")

    def test_H4_the_first_broken_rule_is_reported(self):
        self.refuse({"offset": -1, "limit": 99, "filters": {"search": "x" * 31}}, "offset")

    def test_H5_methods_and_paths(self):
        for view in VIEWS:
            self.assertEqual(self.api.delete("/master-inbox/" + view).status, 405, view)
        self.assertEqual(self.api.get("/master-inbox/a/b").status, 404)


if __name__ == "__main__":
    unittest.main()
