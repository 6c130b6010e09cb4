"""The server says no for good (5xx): what it is about decides who suffers. Only a bad address blocks the lead."""

import unittest

from support.campaign import DAY, FlowTest, step

STEPS = [step("Hello", "<p>Hello</p>"), step("", "<p>Again</p>", after_days=1)]


class PermanentRefusalTest(FlowTest):
    def refused(self, where, reply, **rule):
        """A campaign whose only mail is answered so; returns it with its lead's address."""
        box = self.mailbox()
        self.peer.rule(where, reply=reply, times=1, **rule)
        address = f"jane@{self._testMethodName.replace('_', '')[:40]}.example"
        return box, self.campaign(STEPS, [box], [address]), address

    def block_list(self):
        return self.api.get("/leads/get-domain-block-list", query={"limit": 100})

    def test_an_unknown_user_is_blocked_and_never_written_to_again(self):
        _, campaign, address = self.refused("rcpt", "550 5.1.1 No such user")
        self.eventually(lambda: campaign.lead_status(address) == "BLOCKED", "the lead is blocked")
        self.assertEqual(campaign.analytics()["bounce_count"], "1")
        rows = self.server.database.query(f"SELECT source FROM suppression WHERE value = '{address}'")
        self.assertEqual(rows, [["bounce"]])

        again = self.api.post("/campaigns/create", {"name": "Second"}).json["id"]
        answer = self.api.post(f"/campaigns/{again}/leads", {"lead_list": [{"email": address}]})
        self.assertEqual(answer.json["total_leads"], 0, answer)
        self.server.advance(2 * DAY)
        self.assert_quiet(0)

    def test_an_unknown_user_after_the_message_is_blocked_too(self):
        _, campaign, address = self.refused("dot", "550 5.1.1 No such user")
        self.eventually(lambda: campaign.lead_status(address) == "BLOCKED", "the lead is blocked")
        self.assertEqual([entry["outcome"] for entry in self.peer.received()], ["refused"])

    def test_a_sender_with_a_bad_name_is_not_the_leads_fault(self):
        _, campaign, address = self.refused("dot", "550 5.7.1 Message rejected as spam by content filter")
        self.peer.wait_for(1, outcome="refused")
        self.eventually(lambda: not self.being_sent(campaign), "settled")
        self.assertNotIn(campaign.lead_status(address), ("BLOCKED",))
        self.assertEqual(self.server.database.query(f"SELECT id FROM suppression WHERE value = '{address}'"), [])

    def test_a_sender_without_authentication_is_not_the_leads_fault(self):
        _, campaign, address = self.refused(
            "dot", "550 5.7.26 This mail is unauthenticated: SPF and DKIM did not pass")
        self.peer.wait_for(1, outcome="refused")
        self.eventually(lambda: not self.being_sent(campaign), "settled")
        self.assertNotEqual(campaign.lead_status(address), "BLOCKED")

    def test_a_providers_limit_stops_the_mailbox_for_a_day(self):
        box = self.mailbox()
        self.peer.rule("mail", reply="550 5.4.5 Daily user sending limit exceeded", times=1)
        leads = [f"lead{number}@limit.example" for number in range(3)]
        campaign = self.campaign(STEPS[:1], [box], leads)
        self.eventually(lambda: not self.peer.rules.has("mail"), "the provider's refusal")
        self.assert_quiet(0)
        self.server.advance(DAY // 2)
        self.assert_quiet(0)
        self.assertEqual({campaign.lead_status(address) for address in leads}, {"STARTED"})

        self.server.advance(DAY)
        self.peer.wait_for(3)
        self.assertEqual({entry["outcome"] for entry in self.peer.received()}, {"accepted"})

    def test_a_login_that_is_refused_three_times_disconnects_the_mailbox(self):
        box = self.mailbox()
        self.peer.users = dict.fromkeys(self.peer.users, "changed meanwhile")
        campaign = self.campaign(STEPS[:1], [box], ["jane@login.example"])
        account = f"/email-accounts/{box.id}"
        for _ in range(4):
            self.server.advance(600)
            self.assert_quiet(0, seconds=0.3)
        self.eventually(lambda: self.api.get(account).json["is_smtp_success"] is False, "it is disconnected")
        tried = self.peer.connections
        self.server.advance(DAY)
        self.assert_quiet(0)
        self.assertEqual(self.peer.connections, tried, "no more logins: they would lock the account")
        self.assertEqual(campaign.lead_status("jane@login.example"), "STARTED")
        self.assertEqual(campaign.status, "ACTIVE")

    def being_sent(self, campaign):
        return [row for row in self.ledger(campaign) if row[2] == 1]


if __name__ == "__main__":
    unittest.main()
