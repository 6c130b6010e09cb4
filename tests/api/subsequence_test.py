"""Subsequences over HTTP: making them, and pushing a lead into one (A8 of the inbox's acceptance list)."""

import unittest

from support.outrider import Client, ServerTest


class SubsequenceTest(ServerTest):
    test_clock = "2026-02-10T08:00:00Z"
    counter = 0

    def campaign(self, name="Pallets"):
        return self.api.post("/campaigns/create", {"name": name}).json["id"]

    def subsequence(self, parent, api=None, path="/campaigns/create-subsequence", **body):
        given = {"parent_campaign_id": parent, "subsequence_name": "Asked for prices", "condition_events": []} | body
        return (api or self.api).post(path, {k: v for k, v in given.items() if v is not ...})

    def made(self, parent, **body):
        answer = self.subsequence(parent, **body)
        self.assertEqual(answer.status, 200, answer)
        return answer.json["id"]

    def place(self, campaign, mailbox_id=7):
        """A lead map that was written to."""
        SubsequenceTest.counter += 1
        email = f"p{self.counter}@push.example"
        self.api.post(f"/campaigns/{campaign}/leads", {"lead_list": [{"email": email}]})
        row = next(e for e in self.api.get(f"/campaigns/{campaign}/leads").json["data"] if e["lead"]["email"] == email)
        if mailbox_id:
            self.server.database.execute(
                f"UPDATE campaign_lead SET mailbox_id = {mailbox_id}, state = 1, sent_count = 1, reply_count = 1, "
                f"last_sent_at_ms = 1770710000000, last_reply_at_ms = 1770710100000 WHERE id = {row['campaign_lead_map_id']}")
        return row["campaign_lead_map_id"]

    def push(self, place, subsequence, api=None, **body):
        given = {"email_lead_map_id": place, "sub_sequence_id": subsequence} | body
        return (api or self.api).post("/master-inbox/push-to-subsequence", {k: v for k, v in given.items() if v is not ...})

    def state(self, place):
        return self.server.database.query(f"SELECT state, state_cause FROM campaign_lead WHERE id = {place}")[0]

    # -- making one

    def test_a_subsequence_is_a_campaign_with_a_parent(self):
        parent = self.campaign()
        self.api.post(f"/campaigns/{parent}/schedule", {
            "timezone": "Europe/Berlin", "days_of_the_week": [1, 2], "start_hour": "09:00", "end_hour": "17:00",
            "min_time_btw_emails": 10, "max_new_leads_per_day": 5})
        answer = self.subsequence(parent, condition_events=[
            {"eventType": "REPLY_AN_EMAIL", "eventSubType": None, "categoryId": 5, "text": None}, "OPEN_AN_EMAIL"])
        self.assertEqual(answer.status, 200, answer)
        made = answer.json
        self.assertEqual((made["ok"], made["success"], made["name"]), (True, True, "Asked for prices"))
        self.assertEqual(made["id"], made["subsequence_id"])
        shown = self.api.get(f"/campaigns/{made['id']}").json
        self.assertEqual((shown["parent_campaign_id"], shown["status"]), (parent, "DRAFTED"))
        self.assertEqual(shown["scheduler_cron_value"]["tz"], "Europe/Berlin")
        listed = {c["id"]: c["parent_campaign_id"] for c in self.api.get("/campaigns").json}
        self.assertEqual((listed[made["id"]], listed[parent]), (parent, None))

    def test_older_clients_are_understood(self):
        parent = self.campaign()
        older = {"name": "Older", "delayForNewLeads": 2, "stopLeadOnParentCampaignReply": True,
                 "conditionEvents": [{"eventType": "REPLY_AN_EMAIL", "categoryId": 1}]}
        made = self.subsequence(parent, subsequence_name=..., condition_events=..., **older)
        self.assertEqual((made.status, made.json["name"]), (200, "Older"), made)
        in_path = self.api.post(f"/campaigns/{parent}/create-subsequence", older)
        self.assertEqual(in_path.status, 200, in_path)
        self.assertEqual(self.api.get(f"/campaigns/{in_path.json['id']}").json["parent_campaign_id"], parent)
        stored = self.server.database.query(
            f"SELECT enter_delay_days, stop_on_parent_reply FROM campaign WHERE id = {in_path.json['id']}")
        self.assertEqual(stored, [["2", "1"]])

    def test_every_event_is_taken_and_others_are_not(self):
        parent = self.campaign()
        for condition in ("LEAD_CATEGORY_UPDATED", {"eventType": "LEAD_CATEGORY_UPDATED", "categoryId": 2}, "OPEN_AN_EMAIL",
                          {"eventType": "CLICK_ON_A_LINK", "eventSubType": "/pricing"},
                          {"eventType": "REPLY_TEXT_CONTAINS", "text": "price"}, "SEQUENCE_COMPLETED", "OOO_RETURN",
                          {"eventType": "NO_REPLY_AFTER", "days": 3}, {"eventType": "NO_REPLY_AFTER", "text": "3"}):
            self.assertEqual(self.subsequence(parent, condition_events=[condition]).status, 200, condition)
        for condition in ("EATEN", {"eventType": "EATEN"}, {}, 5, {"eventType": "REPLY_TEXT_CONTAINS"}, "NO_REPLY_AFTER",
                          {"eventType": "NO_REPLY_AFTER", "days": 0}, {"eventType": "LEAD_CATEGORY_UPDATED", "categoryId": 999}):
            self.assertEqual(self.subsequence(parent, condition_events=[condition]).status, 422, condition)

    def test_what_cannot_be_a_parent(self):
        self.assert_error(self.subsequence(...), 422, "parent_campaign_id")
        self.assert_error(self.subsequence("abc"), 422, "parent_campaign_id")
        self.assertEqual(self.subsequence(999_999).status, 404)
        child = self.made(self.campaign())
        self.assert_error(self.subsequence(child), 422, "parent_campaign_id")
        stranger = Client(self.server, self.server.create_key(email="owner@sub.example"))
        self.assertEqual(self.subsequence(self.campaign(), api=stranger).status, 404)

    def test_a_subsequence_starts_without_mailboxes_and_goes_with_its_parent(self):
        parent = self.campaign()
        child = self.made(parent)
        self.api.post(f"/campaigns/{child}/schedule", {
            "timezone": "UTC", "days_of_the_week": [1, 2], "start_hour": "09:00", "end_hour": "17:00",
            "min_time_btw_emails": 10, "max_new_leads_per_day": 5})
        self.api.post(f"/campaigns/{child}/sequences", {"sequences": [
            {"seq_number": 1, "subject": "", "email_body": "<p>x</p>", "seq_delay_details": {"delay_in_days": 0}}]})
        self.assertEqual(self.api.post(f"/campaigns/{child}/status", {"status": "START"}).status, 200)
        self.assertEqual(self.api.delete(f"/campaigns/{parent}").status, 400)
        self.api.post(f"/campaigns/{child}/status", {"status": "PAUSED"})
        self.assertEqual(self.api.delete(f"/campaigns/{parent}").status, 200)
        self.assertEqual(self.api.get(f"/campaigns/{child}").status, 404)

    # -- A8

    def test_a8_a_push_starts_at_once(self):
        parent = self.campaign()
        child, place = self.made(parent), self.place(parent)
        answer = self.push(place, child)
        self.assertEqual(answer.status, 200, answer)
        body = answer.json
        self.assertEqual((body["ok"], body["success"]), (True, True))
        data = body["data"]
        self.assertEqual((data["email_lead_map_id"], data["parent_campaign_id"], data["sub_sequence_id"], data["delay_days"]),
                         (str(place), parent, child, 0))
        self.assertEqual(data["will_start_at"][:13], "2026-02-10T08")
        self.assertIs(data["stop_on_parent_reply"], False)
        self.assertEqual(self.state(place), ["4", "SUBSEQUENCE"])
        entered = self.server.database.query(f"SELECT mailbox_id, state FROM campaign_lead WHERE campaign_id = {child}")
        self.assertEqual(entered, [["7", "1"]])

    def test_a8_the_flags_follow(self):
        parent = self.campaign()
        child, place = self.made(parent), self.place(parent)
        self.assertEqual(self.push(str(place), str(child)).status, 200)
        stored = self.server.database.query(f"SELECT sub_sequence_id FROM campaign_lead WHERE id = {place}")
        self.assertEqual(stored, [[str(child)]])

    def test_a8_delays_are_days_or_seconds(self):
        parent = self.campaign()
        for given, days, starts in ((3, 3, "2026-02-13T08"), (172800, 2, "2026-02-12T08"), (86401, 2, "2026-02-11T08"),
                                    ("365", 365, "2027-02-10T08"), (None, 0, "2026-02-10T08")):
            data = self.push(self.place(parent), self.made(parent), sub_sequence_delay_time=given).json["data"]
            self.assertEqual((data["delay_days"], data["will_start_at"][:13]), (days, starts), given)

    def test_a8_what_is_refused_changes_nothing(self):
        parent, other = self.campaign(), self.campaign("Other")
        child, foreign, place = self.made(parent), self.made(other), self.place(parent)
        self.assert_error(self.push(place, foreign), 422, "sub_sequence_id")
        self.assert_error(self.push(place, other), 422, "sub_sequence_id")
        self.assert_error(self.push(place, child, sub_sequence_delay_time=-1), 422, "sub_sequence_delay_time")
        for wrong in (..., "abc", None):
            self.assert_error(self.push(wrong, child), 422, "email_lead_map_id")
            self.assert_error(self.push(place, wrong), 422, "sub_sequence_id")
        self.assertEqual(self.push(999_999_999, child).status, 404)
        self.assertEqual(self.push(place, 999_999_999).status, 404)
        stranger = Client(self.server, self.server.create_key(email="owner@push.example"))
        self.assertEqual(self.push(place, child, api=stranger).status, 404)
        self.assert_error(self.push(self.place(parent, mailbox_id=None), child), 422, "email_lead_map_id")
        self.assertEqual(self.state(place)[0], "1")
        self.assertEqual(self.server.database.query(f"SELECT id FROM campaign_lead WHERE campaign_id IN ({child}, {foreign})"), [])

    def test_a8_the_same_push_again_changes_nothing(self):
        parent = self.campaign()
        child, place = self.made(parent), self.place(parent)
        first = self.push(place, child).json["data"]
        self.assertEqual(self.push(place, child, subsequence_id=child).json["data"]["will_start_at"], first["will_start_at"])
        self.assertEqual(len(self.server.database.query(f"SELECT id FROM campaign_lead WHERE campaign_id = {child}")), 1)

    def test_a8_older_clients_say_subsequence_id(self):
        parent = self.campaign()
        child, place = self.made(parent), self.place(parent)
        self.assertEqual(self.push(place, ..., subsequence_id=child).status, 200)
        lead = self.server.database.query(f"SELECT lead_id FROM campaign_lead WHERE id = {place}")[0][0]
        by_pair = self.push(..., child, campaign_id=parent, lead_id=lead)
        self.assertEqual((by_pair.status, by_pair.json["data"]["email_lead_map_id"]), (200, str(place)), by_pair)
        self.assert_error(self.push(..., child, campaign_id=parent), 422, "email_lead_map_id")

    def test_a8_another_push_takes_the_lead_along(self):
        parent = self.campaign()
        first, second, place = self.made(parent), self.made(parent), self.place(parent)
        self.push(place, first)
        inner = self.server.database.query(f"SELECT id FROM campaign_lead WHERE campaign_id = {first}")[0][0]
        self.assertEqual(self.push(inner, second).json["data"]["parent_campaign_id"], parent)
        self.assertEqual(self.state(inner), ["4", "SUBSEQUENCE_REPLACED"])
        self.assert_error(self.push(place, first), 422, "sub_sequence_id")


if __name__ == "__main__":
    unittest.main()
