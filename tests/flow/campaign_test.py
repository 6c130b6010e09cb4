"""A whole campaign: three steps, three mailboxes, and leads that open, click, answer, bounce, leave and say nothing."""

import re
import unittest

from support.campaign import DAY, FlowTest, answer_to, bounce_of, html_of, lead, message_of, step

STEPS = [
    step("A question, {{first_name}}", '<p>Hi {{first_name}}, see <a href="https://example.com/offer">our page</a>.</p>'),
    step("", "<p>Did this reach you, {{first_name}}?</p>", after_days=1),
    step("Goodbye", "<p>This is the last mail.</p>", after_days=1),
]
NAMES = ["opener", "clicker", "replier", "bouncer", "leaver", "quiet"]
LEADS = [lead(f"{name}@{name}.example") for name in NAMES]


def address(name):
    return f"{name}@{name}.example"


class CampaignTest(FlowTest):
    @classmethod
    def prepare_world(cls):
        cls.tls_peer = cls.world.new_peer(tls=True)
        cls.world.trust(cls.tls_peer)

    def box(self, **fields):
        dovecot = self.world.dovecot
        return self.mailbox(peer=self.tls_peer, smtp_port_type="STARTTLS", imap_port=dovecot.imaps_port,
                            imap_port_type="SSL", **fields)

    def mail_to(self, name, number=-1):
        return [entry for entry in self.tls_peer.received("accepted") if entry["to"] == [address(name)]][number]

    def test_a_campaign_from_its_start_to_its_end(self):
        self.boxes = {box.address: box for box in (self.box(name="Ann"), self.box(name="Bob"), self.box(name="Cy"))}
        campaign = self.campaign(STEPS, list(self.boxes.values()), LEADS, name="Spring")

        self.first_step(campaign)
        self.reactions(campaign)
        self.follow_ups(campaign)
        self.figures(campaign)
        self.inbox_agrees(campaign)

    def first_step(self, campaign):
        first = self.tls_peer.wait_for(len(NAMES))
        self.assertEqual(sorted(entry["to"][0] for entry in first), sorted(map(address, NAMES)))
        self.assertEqual(len({entry["from"] for entry in first}), 3)
        self.assertTrue(all(entry["secure"] and entry["user"] == entry["from"] for entry in first))
        self.assertEqual(message_of(self.mail_to("quiet"))["Subject"], "A question, Quiet")
        self.eventually(lambda: {entry["status"] for entry in campaign.leads()} == {"INPROGRESS"}, "all have begun")

    def reactions(self, campaign):
        self.server.advance(120)  # machines look at mail in the first seconds
        pixel = re.search(r'<img[^>]+src="([^"]+)"', html_of(self.mail_to("opener"))).group(1)
        self.assertEqual(self.hit(pixel).status, 200)
        link = re.search(r'<a href="([^"]+)"[^>]*>our page', html_of(self.mail_to("clicker"))).group(1)
        clicked = self.hit(link)
        self.assertEqual((clicked.status, clicked.headers["location"]), (302, "https://example.com/offer"))

        answered, bounced = self.mail_to("replier"), self.mail_to("bouncer")
        self.boxes[answered["from"]].deliver(answer_to(answered, "Yes, please call me."))
        self.boxes[bounced["from"]].deliver(bounce_of(bounced))
        leave = re.search(r"<(http[^>]+)>", message_of(self.mail_to("leaver"))["List-Unsubscribe"]).group(1)
        left = self.hit(leave, "POST", b"List-Unsubscribe=One-Click", **{"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(left.status, 200)

        for name, status in (("replier", "STOPPED"), ("bouncer", "BLOCKED"), ("leaver", "BLOCKED")):
            self.eventually(lambda n=name, s=status: campaign.lead_status(address(n)) == s, f"{name} is {status}")

    def follow_ups(self, campaign):
        going_on = ["clicker", "opener", "quiet"]
        for number in (2, 3):
            self.server.advance(DAY)
            received = self.tls_peer.wait_for(len(NAMES) + 3 * (number - 1))
            self.assertEqual(sorted(entry["to"][0] for entry in received[-3:]), list(map(address, going_on)))
            self.settled(campaign, len(received))
        for name in going_on:
            sent = [entry for entry in self.tls_peer.received() if entry["to"] == [address(name)]]
            self.assertEqual(len({entry["from"] for entry in sent}), 1, "one mailbox for every step")
            subjects = [str(message_of(entry)["Subject"]) for entry in sent]
            self.assertEqual(subjects, [f"A question, {name.capitalize()}", f"Re: A question, {name.capitalize()}", "Goodbye"])
        self.server.advance(2 * DAY)
        self.eventually(lambda: campaign.status == "COMPLETED", "the campaign is over")
        self.assertEqual(len(self.tls_peer.received()), 12)

    def figures(self, campaign):
        rows = campaign.statistics()
        self.assertEqual(len(rows), 12)
        of = lambda name, number: next(
            row for row in rows if row["lead_email"] == address(name) and row["sequence_number"] == number)
        self.assertEqual(of("opener", 1)["open_count"], 1)
        self.assertEqual(of("clicker", 1)["click_count"], 1)
        self.assertIsNotNone(of("replier", 1)["reply_time"])
        self.assertTrue(of("bouncer", 1)["is_bounced"])
        self.assertTrue(of("leaver", 1)["is_unsubscribed"])
        self.assertEqual([of("quiet", n)["open_count"] for n in (1, 2, 3)], [0, 0, 0])
        for status, names in (("clicked", ["clicker"]), ("replied", ["replier"]), ("bounced", ["bouncer"]),
                              ("unsubscribed", ["leaver"])):
            found = {row["lead_email"] for row in campaign.statistics(email_status=status)}
            self.assertEqual(found, set(map(address, names)), status)

        totals = campaign.analytics()
        for field, expected in (("sent_count", 12), ("unique_sent_count", 6), ("unique_click_count", 1),
                                ("reply_count", 1), ("bounce_count", 1), ("unsubscribed_count", 1),
                                ("sequence_count", 3)):
            self.assertEqual(totals[field], str(expected), field)
        stats = totals["campaign_lead_stats"]
        self.assertEqual((stats["total"], stats["completed"], stats["stopped"], stats["blocked"]), (6, 3, 1, 2))

    def inbox_agrees(self, campaign):
        threads = self.inbox(campaignId=[campaign.id])
        self.assertEqual([thread["lead"]["email"] for thread in threads], [address("replier")])
        self.assertEqual(threads[0]["last_message"]["body"].strip(), "Yes, please call me.")
        history = campaign.history(address("replier"))
        self.assertEqual([message["type"] for message in history], ["SENT", "REPLY"])


if __name__ == "__main__":
    unittest.main()
