"""Rules of sending beyond the contract: dates without mail, and whether a campaign repeats first mails."""

import unittest

from support.outrider import ServerTest


class SendingRulesTest(ServerTest):
    def campaign(self):
        answer = self.api.post("/campaigns/create", {"name": "Rules"})
        self.assertEqual(answer.status, 200, answer)
        return f"/campaigns/{answer.json['id']}/sending-rules"

    def test_a_campaign_begins_without_rules(self):
        answer = self.api.get(self.campaign())
        self.assertEqual(answer.json, {"ok": True, "blackout_dates": [], "repeats_first_mail": False})

    def test_what_is_left_out_stays_and_dates_are_sorted_each_once(self):
        path = self.campaign()
        dates = ["2026-12-25", "2026-12-24", "2026-12-25"]
        self.assertEqual(self.api.post(path, {"blackout_dates": dates}).status, 200)
        changed = self.api.post(path, {"repeats_first_mail": True}).json
        self.assertEqual(changed["blackout_dates"], ["2026-12-24", "2026-12-25"])
        self.assertIs(changed["repeats_first_mail"], True)
        self.assertEqual(self.api.get(path).json, changed)
        self.assertEqual(self.api.post(path, {"blackout_dates": []}).json["blackout_dates"], [])

    def test_the_workspace_has_dates_of_its_own(self):
        path = self.campaign()
        self.assertEqual(self.api.post("/sending-rules", {"blackout_dates": ["2027-01-01"]}).status, 200)
        self.assertEqual(self.api.get("/sending-rules").json, {"ok": True, "blackout_dates": ["2027-01-01"]})
        self.assertEqual(self.api.get(path).json["blackout_dates"], [], "a campaign lists its own")
        self.assertEqual(self.api.post("/sending-rules", {"blackout_dates": []}).status, 200)

    def test_what_is_no_list_of_dates_is_refused_and_changes_nothing(self):
        path = self.campaign()
        self.api.post(path, {"blackout_dates": ["2026-05-01"]})
        for dates in (["tomorrow"], ["2026-02-30"], ["2026-05-01T00:00:00Z"], "x", [7], ["2026-01-01"] * 367):
            for target in (path, "/sending-rules"):
                self.assert_error(self.api.post(target, {"blackout_dates": dates}), 422)
        self.assert_error(self.api.post(path, {"repeats_first_mail": "often"}), 422, "repeats_first_mail")
        self.assert_error(self.api.post("/sending-rules", {}), 422, "blackout_dates")
        self.assertEqual(self.api.get(path).json["blackout_dates"], ["2026-05-01"])

    def test_campaigns_of_others_do_not_exist(self):
        path = self.campaign()
        stranger = self.server.client(email="stranger@other.example", name="Stranger")
        for answer in (stranger.get(path), stranger.post(path, {"repeats_first_mail": True}),
                       self.api.get("/campaigns/999999/sending-rules")):
            self.assert_error(answer, 404)


if __name__ == "__main__":
    unittest.main()
