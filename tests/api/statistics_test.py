"""A campaign's mails one by one and its totals, over HTTP."""

import unittest

from support.outrider import ServerTest

NOW_MS = 1_770_710_400_000  # 2026-02-10T08:00:00Z


def literal(value):
    return "NULL" if value is None else f"'{value}'" if isinstance(value, str) else str(value)


class StatisticsTest(ServerTest):
    counter = 0

    def insert(self, table, **columns):
        values = ", ".join(literal(v) for v in columns.values())
        self.server.database.execute(f"INSERT INTO {table} (workspace_id, {', '.join(columns)}) VALUES (1, {values})")

    def campaign(self, leads=1):
        """A campaign with leads; its id and those of the lead maps and leads."""
        campaign = self.api.post("/campaigns/create", {"name": "Pallets"}).json["id"]
        rows = []
        for i in range(leads):
            StatisticsTest.counter += 1
            rows.append({"email": f"s{StatisticsTest.counter}@stat.example", "first_name": "Aino", "last_name": f"L{i}"})
        self.assertEqual(self.api.post(f"/campaigns/{campaign}/leads", {"lead_list": rows}).json["total_leads"], leads)
        listed = self.api.get(f"/campaigns/{campaign}/leads").json["data"]
        return campaign, [(e["campaign_lead_map_id"], e["lead"]["id"], e["lead"]["email"]) for e in listed]

    def mail(self, campaign, place, **columns):
        StatisticsTest.counter += 1
        stats_id = f"00000000-0000-7000-8000-{StatisticsTest.counter:012d}"
        self.insert("message", **({
            "stats_id": stats_id, "campaign_lead_id": place[0], "campaign_id": campaign, "lead_id": place[1],
            "mailbox_id": 1, "direction": 0, "kind": 0, "step_id": 90311, "seq_number": 1, "variant_id": 55071,
            "header_id": stats_id, "from_email": "me@out.example", "to_email": place[2], "subject": "Pallets",
            "at_ms": NOW_MS, "created_at_ms": NOW_MS} | columns))
        message = self.server.database.query(f"SELECT id FROM message WHERE stats_id = '{stats_id}'")[0][0]
        self.insert("message_body", message_id=int(message), html="<p>Hello</p>")
        return stats_id

    def rows(self, campaign, **query):
        answer = self.api.get(f"/campaigns/{campaign}/statistics", query=query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def test_a_campaign_without_mail_has_no_rows(self):
        campaign, _ = self.campaign()
        self.assertEqual(self.rows(campaign), {"total_stats": "0", "data": [], "offset": 0, "limit": 100})

    def test_a_row_tells_of_one_mail(self):
        campaign, places = self.campaign()
        stats_id = self.mail(campaign, places[0], opened_at_ms=NOW_MS + 60_000, open_count=2, raw_open_count=9)
        row = self.rows(campaign)["data"][0]
        self.assertEqual(row, {
            "lead_name": "Aino L0", "lead_email": places[0][2], "lead_category": None, "sequence_number": 1,
            "stats_id": stats_id, "email_campaign_seq_id": 90311, "seq_variant_id": 55071, "email_subject": "Pallets",
            "email_message": "<p>Hello</p>", "sent_time": "2026-02-10T08:00:00Z", "open_time": "2026-02-10T08:01:00Z",
            "click_time": None, "reply_time": None, "open_count": 2, "click_count": 0, "is_unsubscribed": False,
            "is_bounced": False, "ignore_reply": None})

    def test_filters_and_pages(self):
        campaign, places = self.campaign(leads=3)
        opened = self.mail(campaign, places[0], open_count=1, opened_at_ms=NOW_MS)
        clicked = self.mail(campaign, places[0], seq_number=2, click_count=1, at_ms=NOW_MS + 1000)
        replied = self.mail(campaign, places[1], replied_at_ms=NOW_MS + 5, at_ms=NOW_MS + 2000)
        bounced = self.mail(campaign, places[2], bounced_at_ms=NOW_MS + 5, at_ms=NOW_MS + 3000)
        self.mail(campaign, places[0], at_ms=None)  # planned only
        self.mail(campaign, places[0], kind=1)      # written by hand
        self.api.post(f"/campaigns/{campaign}/leads/{places[1][1]}/unsubscribe")
        everything = [opened, clicked, replied, bounced]
        for query, expected in [
            ({}, everything),
            ({"offset": 1, "limit": 2}, everything[1:3]),
            ({"offset": 4}, []),
            ({"email_sequence_number": 2}, [clicked]),
            ({"email_sequence_number": "20"}, []),
            ({"email_status": "opened"}, [opened]),
            ({"email_status": "clicked"}, [clicked]),
            ({"email_status": "replied"}, [replied]),
            ({"email_status": "bounced"}, [bounced]),
            ({"email_status": "unsubscribed"}, [replied]),
            ({"sent_time_start_date": "2026-02-10 08:00:01.000Z"}, [replied, bounced]),
            ({"sent_time_start_date": "2026-02-10T10:00:00+02:00", "sent_time_end_date": "2026-02-10T08:00:02Z"}, [clicked]),
            ({"sent_time_end_date": "2026-02-10"}, []),
        ]:
            page = self.rows(campaign, **query)
            self.assertEqual([r["stats_id"] for r in page["data"]], expected, query)
            if "offset" not in query:
                self.assertEqual(page["total_stats"], str(len(expected)), query)
        self.assertEqual(self.rows(campaign, offset=1, limit=2)["total_stats"], "4")

    def test_queries_that_cannot_be_are_refused(self):
        campaign, _ = self.campaign()
        for query in ({"limit": 1001}, {"limit": 0}, {"offset": -1}, {"email_sequence_number": 21},
                      {"email_sequence_number": 0}, {"email_status": "seen"}, {"sent_time_start_date": "soon"},
                      {"sent_time_end_date": "2026-13-01"}):
            self.assert_error(self.api.get(f"/campaigns/{campaign}/statistics", query=query), 422, next(iter(query)))
        self.assertEqual(self.api.get(f"/campaigns/{campaign}/statistics", query={"limit": 1000}).status, 200)
        self.assert_error(self.api.get("/campaigns/999999/statistics"), 404)
        self.assert_error(self.api.get("/campaigns/x/statistics"), 422, "campaign_id")

    def test_the_totals_of_a_campaign(self):
        campaign, places = self.campaign(leads=3)
        self.api.post(f"/campaigns/{campaign}/sequences", {"sequences": [
            {"seq_number": n, "seq_delay_details": {"delay_in_days": 1}, "subject": "S", "email_body": "B"} for n in (1, 2)]})
        for kind, count in ((1, 2), (2, 3), (3, 1)):
            self.insert("rollup", campaign_id=campaign, bucket=1, step_id=90311, variant_id=0, mailbox_id=1, type=kind,
                        total=count, firsts=count)
        self.api.post(f"/campaigns/{campaign}/leads/{places[0][1]}/pause")
        self.api.post(f"/campaigns/{campaign}/leads/{places[1][1]}/unsubscribe")
        totals = self.api.get(f"/campaigns/{campaign}/analytics").json
        self.assertEqual((totals["id"], totals["status"], totals["name"]), (campaign, "DRAFTED", "Pallets"))
        self.assertEqual({k: v for k, v in totals.items() if k.endswith("_count")}, {
            "sent_count": "2", "unique_sent_count": "0", "open_count": "3", "unique_open_count": "0", "click_count": "1",
            "unique_click_count": "0", "reply_count": "0", "block_count": "0", "total_count": "6", "drafted_count": "4",
            "bounce_count": "0", "unsubscribed_count": "1", "sequence_count": "2"})
        self.assertEqual(totals["campaign_lead_stats"], {
            "total": 3, "notStarted": 1, "inprogress": 0, "completed": 0, "paused": 1, "stopped": 1, "blocked": 0,
            "interested": 0, "revenue": 0})
        self.assertEqual((totals["tags"], totals["client_id"], totals["client_name"]), ([], None, None))

    def test_another_workspace_sees_nothing(self):
        campaign, _ = self.campaign()
        stranger = self.server.client(email="other@stranger.example")
        for view in ("statistics", "analytics"):
            self.assert_error(stranger.get(f"/campaigns/{campaign}/{view}"), 404)
        self.assert_error(self.api.get("/campaigns/999999/analytics"), 404)


if __name__ == "__main__":
    unittest.main()
