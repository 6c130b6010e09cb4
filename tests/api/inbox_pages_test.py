"""Offset, limit and sort of the inbox lists. The letters in test names are those of the acceptance list."""

import unittest

from support.inbox import VIEWS, InboxTest
from support.seed import instant


class PageTest(InboxTest):
    def test_L1_nothing_given(self):
        whole = self.page()
        for raw in (None, b"", b"{}", b'{"filters": {}}', b'{"filters": null, "sortBy": null, "offset": null, "limit": null}'):
            answer = self.api.post("/master-inbox/inbox-replies", raw=raw, headers={"Content-Type": "application/json"})
            self.assertEqual(answer.json, whole)

    def test_L2_a_counter(self):
        page = self.page(limit=1)
        self.assertEqual((len(page["messages"]), page["total_count"], page["limit"]), (1, 4, 1))

    def test_L3_limit_bounds(self):
        self.assertEqual(self.page(limit=20)["limit"], 20)
        for view in VIEWS:
            self.refuse({"limit": 21}, "limit", view=view, provided_value=21)
        for limit in (0, -1, 2.5, "abc", [5]):
            self.refuse({"limit": limit}, "limit")

    def test_L4_offset_bounds(self):
        self.refuse({"offset": -1}, "offset")
        past = self.page(offset=999)
        self.assertEqual((past["messages"], past["total_count"], past["offset"]), ([], 4, 999))

    def test_L5_paging_every_view(self):
        for view in VIEWS:
            whole = [item["id"] for item in self.page(view=view)["messages"]]
            seen, offset = [], 0
            while True:
                page = self.page(view=view, offset=offset, limit=2)
                seen += [item["id"] for item in page["messages"]]
                offset += 2
                if not page["messages"] or offset >= page["total_count"]:
                    break
            self.assertEqual(seen, whole, view)

    def test_L5_paging(self):
        seen = []
        for offset in range(0, 4, 3):
            seen += self.found(offset=offset, limit=3)
        self.assertEqual(seen, [t.id for t in self.all])

    def test_L6_sorts(self):
        self.assertEqual(self.found(sortBy="REPLY_TIME_DESC"), [t.id for t in self.all])
        self.assertEqual(self.found(sortBy="SENT_TIME_DESC"), [t.id for t in (self.gone, self.nora, self.plain, self.bounced)])
        by_reply = self.all[:1] + [self.archived, self.snoozed] + self.all[1:] + [self.starred, self.opened, self.clicked, self.waiting]
        self.assertEqual(self.found(view="views"), [t.id for t in by_reply])

    def test_L8_unknown_sorts(self):
        for sort in ("REPLY_TIME_ASC", "reply_time_desc", "", 7):
            for view in VIEWS:
                self.refuse({"sortBy": sort}, "sortBy", view=view)

    def test_L7_scheduled_and_reminders_have_their_own_sorts(self):
        times = [m.at_ms for m in sorted(self.queued, key=lambda m: m.at_ms)]
        shown = lambda view, key, **body: [item[key] for item in self.page(view=view, **body)["messages"]]
        for body, expected in (({}, times), ({"sortBy": "SCHEDULED_TIME_ASC"}, times), ({"sortBy": None}, times),
                               ({"sortBy": "SCHEDULED_TIME_DESC"}, times[::-1])):
            self.assertEqual(shown("scheduled", "scheduled_time", **body), [instant(at) for at in expected])
        first = ["Call her", "Another address?", "Ask again"]
        self.assertEqual(shown("reminders", "reminder_message"), first)
        self.assertEqual(shown("reminders", "reminder_message", sortBy="REMINDER_TIME_ASC"), first)
        self.assertEqual(shown("reminders", "reminder_message", sortBy="REMINDER_TIME_DESC"), first[::-1])
        for view, sorts in (("scheduled", ("REPLY_TIME_DESC", "REMINDER_TIME_ASC")), ("reminders", ("REPLY_TIME_DESC", "SCHEDULED_TIME_ASC")),
                            ("inbox-replies", ("SCHEDULED_TIME_ASC", "REMINDER_TIME_DESC"))):
            for sort in sorts:
                self.refuse({"sortBy": sort}, "sortBy", view=view)

    def test_L9_numbers_as_text(self):
        page = self.page(offset="1", limit="2")
        self.assertEqual((page["offset"], page["limit"], len(page["messages"])), (1, 2, 2))


if __name__ == "__main__":
    unittest.main()
