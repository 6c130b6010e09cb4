"""A campaign through Postfix's own test server: every mail arrives once, as the ledger has it, and whole."""

import collections
import unittest

from support.campaign import SENT, FlowTest, links_in, message_of, step
from support.smtp_sink import SmtpSink

LEADS = 60


class SmtpSinkTest(FlowTest):
    def test_a_campaign_arrives_whole_and_once(self):
        sink = SmtpSink()
        self.addCleanup(sink.stop)
        boxes = [self.mailbox(peer=sink) for _ in range(3)]
        # Lines that begin with a dot, and one longer than SMTP takes (RFC 5321 section 4.5).
        text = "<p>Hi {{first_name}}\n.\n..two\n" + "x" * 2000 + ' <a href="https://sender.example/offer">offer</a></p>'
        leads = [f"lead{number}@prospect.example" for number in range(LEADS)]

        campaign = self.campaign([step("Pallets, {{first_name}}", text)], boxes, leads)
        self.eventually(lambda: [row[2] for row in self.ledger(campaign)] == [SENT] * LEADS, "all are sent", 60)

        mails = sink.received()
        self.assertEqual(collections.Counter(to for mail in mails for to in mail["to"]), collections.Counter(leads))
        self.assertEqual({mail["from"] for mail in mails}, {box.address for box in boxes})
        ids = {mail["to"][0]: message_of(mail)["Message-ID"].strip("<>") for mail in mails}
        self.assertEqual({address: header for address, _, _, _, header in self.ledger(campaign)}, ids)
        self.assertEqual(campaign.analytics()["sent_count"], str(LEADS))
        for mail in mails:
            message = message_of(mail)
            self.assertFalse(message.defects)
            self.assertEqual(str(message["Subject"]), f"Pallets, {mail['to'][0].split('@')[0].capitalize()}")
            html = message.get_body(("html",)).get_content()
            self.assertIn("\n.\n..two\n" + "x" * 2000, html)
            self.assertEqual(len([link for link in links_in(html) if "/c/" in link]), 1, html)
            self.assertLessEqual(max(map(len, mail["data"].splitlines())), 998)


if __name__ == "__main__":
    unittest.main()
