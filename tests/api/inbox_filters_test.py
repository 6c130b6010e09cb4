"""Filters of the inbox lists, and what a status means. The letters in test names are those of the acceptance list."""

import unittest

from support.inbox import DAY, HOUR, VIEWS, InboxTest
from support.seed import instant


class FilterTest(InboxTest):
    def test_F1_all_filters_hold_and_any_value_of_one(self):
        self.assert_found({"campaignId": [self.freight, self.ports], "emailAccountId": self.ivo}, self.nora, self.bounced)
        self.assert_found({"campaignId": self.freight, "emailAccountId": self.ivo}, self.nora)

    def test_F2_F4_F5_most_ids(self):
        for name, most in (("campaignId", 5), ("emailAccountId", 20), ("campaignTeamMemberId", 10), ("campaignTagId", 10),
                           ("campaignClientId", 10)):
            self.page({name: list(range(1, most + 1))})
            self.refuse({"filters": {name: list(range(1, most + 2))}}, "filters." + name, provided_count=most + 1, max_allowed=most)
            self.refuse({"filters": {name: "abc"}}, f"filters.{name}.0")
        self.refuse({"filters": {"campaignId": list(range(1, 8))}}, "filters.campaignId", provided_count=7, max_allowed=5)
        for name in ("categoryIdsIn", "categoryIdsNotIn"):
            self.page({"leadCategories": {name: list(range(1, 11))}})
            self.refuse({"filters": {"leadCategories": {name: list(range(1, 12))}}}, "filters.leadCategories." + name,
                        provided_count=11, max_allowed=10)

    def test_F3_F4_F5_most_ids_of_the_sent_view(self):
        self.page({"campaignId": list(range(1, 16))}, view="sent")
        self.refuse({"filters": {"campaignId": list(range(1, 17))}}, "filters.campaignId", view="sent", provided_count=16, max_allowed=15)
        for name in ("emailAccountId", "campaignTeamMemberId", "campaignTagId", "campaignClientId"):
            self.page({name: list(range(1, 200))}, view="sent")
        self.refuse({"filters": {"leadCategories": {"categoryIdsIn": list(range(1, 12))}}}, "filters.leadCategories.categoryIdsIn",
                    view="sent", max_allowed=10)

    def test_F6_spellings_of_ids(self):
        for name, id, threads in (("campaignId", self.freight, (self.nora, self.plain)),
                                  ("emailAccountId", self.eva, (self.plain, self.gone)),
                                  ("campaignTagId", 80, (self.nora, self.plain)),
                                  ("campaignClientId", 70, (self.nora, self.plain)),
                                  ("clientId", 70, (self.nora, self.plain)),
                                  ("campaignTeamMemberId", 2, (self.nora,)),
                                  ("subSequenceId", self.follow_up, (self.gone,))):
            spellings = [id, str(id)] + ([] if name == "subSequenceId" else [[id], [str(id)]])
            for value in spellings:
                self.assert_found({name: value}, *threads)

    def test_campaign_and_client_beside_the_filters(self):
        self.assertEqual(self.found(campaign_id=self.ports), [self.bounced.id, self.gone.id])
        self.assertEqual(self.found(client_id="70"), [self.nora.id, self.plain.id])
        self.assertEqual(self.found({"campaignId": self.freight}, campaign_id=self.ports), [self.nora.id, self.plain.id])

    def test_a_members_conversations_are_those_assigned(self):
        self.assert_found({"campaignTeamMemberId": 1}, self.gone)
        self.assert_found({"campaignTeamMemberId": [1, 2]}, self.nora, self.gone)

    def test_F7_statuses(self):
        self.assert_found({"emailStatus": "Replied"}, *self.all)
        self.assert_found({"emailStatus": ["Bounced"]}, self.bounced)
        self.assert_found({"emailStatus": ["Unsubscribed", "Bounced"]}, self.bounced, self.gone)
        for word in ("Opened", "Clicked", "Accepted", "Not Replied"):
            self.assert_found({"emailStatus": word})
        words = ["Opened", "Clicked", "Replied", "Unsubscribed", "Bounced", "Accepted", "Not Replied"]
        self.assert_found({"emailStatus": words}, *self.all)
        for word, threads in (("Opened", [self.opened]), ("Clicked", [self.clicked]), ("Accepted", [self.waiting]),
                              ("Not Replied", [self.opened, self.clicked]), (["Opened", "Clicked"], [self.opened, self.clicked])):
            self.assert_found({"emailStatus": word}, *threads, view="views")
        for value in ("Seen", "replied", 7, ["Replied", "Seen"], []):
            self.refuse({"filters": {"emailStatus": value}}, "filters.emailStatus")

    def test_F8_search(self):
        self.assert_found({"search": "NORA.lind"}, self.nora)
        self.assert_found({"search": "nora lindqvist"}, self.nora)
        self.assert_found({"search": "Budget round"}, self.nora)
        self.assert_found({"search": "nora.lindqvist@harborline"}, self.nora)
        self.assert_found({"search": "round nora"}, self.nora)
        self.assert_found({"search": "ÅÄ"}, self.plain)
        self.assert_found({"search": "ÉTÉ 100%"}, self.plain)
        self.assert_found({"search": "ete sur"}, self.plain)
        self.assert_found({"search": "%"})
        self.assert_found({"search": "nothing has this"})
        self.assert_found({"search": "  "}, *self.all)
        self.page({"search": "ä" * 30})
        self.refuse({"filters": {"search": "ä" * 31}}, "filters.search")

    def test_F9_F10_time_ranges(self):
        at = instant(self.bounced.reply.at_ms)
        self.assert_found({"replyTimeBetween": [at, at]}, self.bounced)
        self.assert_found({"replyTimeBetween": {"replyTimeBetween": [at, at]}}, self.bounced)
        recent = [instant(self.now - 31 * HOUR), instant(self.now)]
        self.assert_found({"replyTimeBetween": recent}, self.nora, self.plain)
        self.assert_found({"replyTimeBetween": [t.replace("Z", ".123456Z") for t in recent]}, self.nora, self.plain)
        self.assert_found({"replyTimeBetween": [t.replace("Z", "+00:00") for t in recent]}, self.nora, self.plain)
        for value in ([at], [at, at, at], "yesterday", [at, "yesterday"], [instant(self.now), at], {}, [1, 2]):
            self.refuse({"filters": {"replyTimeBetween": value}}, "filters.replyTimeBetween")

    def test_F11_without_a_reply_the_last_engagement_counts(self):
        recent = [instant(self.now - 72 * HOUR), instant(self.now)]
        wanted = {"emailStatus": ["Opened", "Clicked"], "replyTimeBetween": recent, "leadCategories": {"unassigned": True}}
        self.assert_found(wanted, self.opened, view="sent")
        self.assert_found({"replyTimeBetween": [instant(self.now - 11 * HOUR), instant(self.now - 10 * HOUR)]}, self.opened, self.clicked,
                          view="views")

    def test_F12_to_F15_categories(self):
        for value, threads in (({"unassigned": True}, [self.plain]),
                               ({"isAssigned": True}, [self.nora, self.bounced, self.gone]),
                               ({"unassigned": True, "isAssigned": True}, self.all),
                               ({"unassigned": False, "isAssigned": False}, self.all),
                               ({"isAssigned": True, "categoryIdsNotIn": [3, 4]}, [self.nora, self.gone]),
                               ({"categoryIdsNotIn": [4]}, [self.nora, self.plain, self.gone]),
                               ({"categoryIdsIn": [1, 2]}, [self.nora, self.gone]),
                               ({"unassigned": True, "categoryIdsIn": [1]}, [self.nora, self.plain, self.gone]),
                               ({"isAssigned": True, "categoryIdsIn": [4]}, [self.bounced]),
                               ({"categoryIdsIn": [1, 4], "categoryIdsNotIn": [1]}, [self.bounced]),
                               ({"categoryIdsIn": [], "unassigned": None}, self.all)):
            self.assert_found({"leadCategories": value}, *threads)

    def test_F16_W7_message_ids(self):
        for value in (f"inb_{self.nora.id}", f"msg_{self.nora.reply.id}", self.nora.sent.stats_id, self.nora.reply.header_id,
                      f"<{self.nora.sent.header_id}>", [self.nora.sent.stats_id]):
            page = self.page({"messageId": value}, query={"fetch_message_history": "true"})
            self.assertEqual(page["total_count"], 1, value)
            self.assertEqual(page["messages"][0]["campaign_lead_map_id"], str(self.nora.id))
            self.assertEqual(len(page["messages"][0]["message_history"]), 2)
        self.assert_found({"messageId": "unknown"})
        for view in ("views", "sent", "assigned-me", "unread-replies"):
            self.assertLessEqual(self.page({"messageId": self.nora.sent.stats_id}, view=view)["total_count"], 1)
        self.assert_found({"messageId": self.opened.sent.stats_id}, self.opened, view="sent")
        self.assert_found({"messageId": self.nora.sent.stats_id, "search": "nora"}, self.nora)
        self.assert_found({"messageId": self.nora.sent.stats_id, "search": "absent"})

    def test_F17_subsequences(self):
        self.assert_found({"subSequenceId": self.follow_up}, self.gone)
        self.assert_found({"subSequenceId": 5})
        self.refuse({"filters": {"subSequenceId": "x"}}, "filters.subSequenceId")

    def test_F18_foreign_and_unknown_ids(self):
        for filters in ({"campaignId": self.foreign_campaign}, {"campaignId": 5}, {"emailAccountId": 5}, {"campaignTagId": 5},
                        {"campaignClientId": 5}, {"campaignTeamMemberId": 77}, {"leadCategories": {"categoryIdsIn": [999]}}):
            self.assert_found(filters)
        for view in VIEWS:
            for filters in ({"campaignId": self.foreign_campaign}, {"messageId": f"inb_{self.foreign_thread.id}"}):
                self.assert_found(filters, view=view)
            foreign = [i["campaign"]["id"] for i in self.page(api=self.foreign, view=view)["messages"]]
            self.assertLessEqual(set(foreign), {self.foreign_campaign}, view)
        self.assertEqual(self.page(api=self.foreign)["total_count"], 1)
        self.assertEqual(self.page({"messageId": self.nora.sent.stats_id}, api=self.foreign)["total_count"], 0)

    def test_F19_F20_unknown_keys_and_nulls(self):
        self.assertEqual(self.found({"colour": "red"}, folder="x"), [t.id for t in self.all])
        nulls = dict.fromkeys(("search", "emailStatus", "campaignId", "emailAccountId", "campaignTeamMemberId", "campaignTagId",
                               "campaignClientId", "clientId", "leadCategories", "replyTimeBetween", "subSequenceId", "messageId"))
        self.assert_found(nulls, *self.all)

    def test_filters_hold_in_scheduled_and_reminders(self):
        self.assert_found({"campaignId": self.ports}, view="scheduled")
        self.assert_found({"emailAccountId": self.eva}, self.plain, view="scheduled")
        self.assert_found({"search": "budget"}, self.nora, self.nora, view="scheduled")
        self.assert_found({"leadCategories": {"categoryIdsIn": [4]}}, self.bounced, view="reminders")

    # ---- Statuses.

    def test_ST1_every_item_has_a_status_that_was_asked_for(self):
        words = ("Accepted", "Opened", "Clicked", "Replied")
        for wanted in [[w] for w in words] + [["Opened", "Replied"], list(words)]:
            items = self.page({"emailStatus": wanted}, view="views")["messages"]
            self.assertTrue(items)
            self.assertLessEqual({item["email_status"] for item in items}, set(wanted))

    def test_ST2_reply_rate(self):
        page = self.page({"campaignId": self.ports}, view="sent")
        replied = [item for item in page["messages"] if item["email_status"] == "Replied"]
        self.assertEqual((len(replied), page["total_count"]), (4, 6))

    def test_status_shown_is_the_highest_that_holds(self):
        shown = {int(i["email_lead_map_id"]): i["email_status"] for i in self.page(view="views")["messages"]}
        for thread, status in ((self.bounced, "Replied"), (self.opened, "Opened"), (self.clicked, "Clicked"), (self.waiting, "Accepted")):
            self.assertEqual(shown[thread.id], status)


if __name__ == "__main__":
    unittest.main()
