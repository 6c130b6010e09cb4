"""Unsubscribing: reading the page changes nothing, one click of a mail program or the button does."""

import re
import unittest

from support.campaign import DAY, FlowTest, message_of, step

STEPS = [step("Hello", "<p>Hello</p>"), step("", "<p>Again</p>", after_days=1)]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class UnsubscribeTest(FlowTest):
    def begun(self, address):
        campaign = self.campaign(STEPS, [self.mailbox()], [address])
        mail = message_of(self.peer.wait_for(1)[0])
        self.eventually(lambda: campaign.lead_status(address) == "INPROGRESS", "it has begun")
        return campaign, re.search(r"<(http[^>]+)>", mail["List-Unsubscribe"]).group(1)

    def test_a_get_changes_nothing_however_often(self):
        campaign, url = self.begun("jane@get.example")
        for method in ("GET", "HEAD", "GET"):
            page = self.hit(url, method)
            self.assertEqual(page.status, 200)
        self.assertIn(b"<form", page.body)
        self.assertNotIn(b"jane@get.example", page.body, "the address is not shown: links get forwarded")
        self.assertEqual(campaign.lead_status("jane@get.example"), "INPROGRESS")
        self.server.advance(DAY)
        self.peer.wait_for(2)

    def test_one_click_needs_no_cookie_and_may_come_twice(self):
        campaign, url = self.begun("jane@post.example")
        for _ in range(2):
            self.assertEqual(self.hit(url, "POST", b"List-Unsubscribe=One-Click", **FORM).status, 200)
        self.assertEqual(campaign.lead_status("jane@post.example"), "BLOCKED", "everywhere in the workspace")
        self.assertEqual(campaign.analytics()["unsubscribed_count"], "1")
        self.server.advance(2 * DAY)
        self.assert_quiet(1)

    def test_a_forged_token_is_nobodys(self):
        campaign, url = self.begun("jane@forged.example")
        last = "A" if url[-1] != "A" else "B"
        for forged in (url[:-1] + last, url[:-6], url.rsplit("/", 1)[0] + "/nonsense"):
            self.assertEqual(self.hit(forged, "POST", b"List-Unsubscribe=One-Click", **FORM).status, 404, forged)
        self.assertEqual(campaign.lead_status("jane@forged.example"), "INPROGRESS")

    def test_who_left_is_not_written_to_by_the_next_campaign(self):
        campaign, url = self.begun("jane@left.example")
        self.hit(url, "POST", b"List-Unsubscribe=One-Click", **FORM)
        created = self.api.post("/campaigns/create", {"name": "Next"}).json["id"]
        answer = self.api.post(f"/campaigns/{created}/leads", {"lead_list": [{"email": "jane@left.example"}]})
        self.assertEqual(answer.json["total_leads"], 0, answer)


if __name__ == "__main__":
    unittest.main()
