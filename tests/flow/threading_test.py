"""Follow-ups stand in the thread of the mail before them; a new subject begins a new thread."""

import unittest

from support.campaign import DAY, FlowTest, message_of, step

STEPS = [
    step("Pallets, {{first_name}}", "<p>One</p>"),
    step("", "<p>Two</p>", after_days=1),
    step("Something else", "<p>Three</p>", after_days=1),
    step("", "<p>Four</p>", after_days=1),
]


class ThreadingTest(FlowTest):
    def test_headers_of_every_step(self):
        boxes = [self.mailbox(), self.mailbox(), self.mailbox()]
        campaign = self.campaign(STEPS, boxes, ["jane@thread.example"])
        for count in range(1, len(STEPS) + 1):
            self.peer.wait_for(count)
            self.settled(campaign, count)
            self.server.advance(DAY)
        mails = [message_of(entry) for entry in self.peer.received()]
        ids = [mail["Message-ID"] for mail in mails]

        self.assertEqual([mail["Subject"] for mail in mails],
                         ["Pallets, Jane", "Re: Pallets, Jane", "Something else", "Re: Something else"])
        self.assertEqual(len(set(ids)), 4)
        self.assertEqual([mail["In-Reply-To"] for mail in mails], [None, ids[0], None, ids[2]])
        self.assertEqual([mail["References"] for mail in mails], [None, ids[0], None, ids[2]])
        self.assertEqual(len({mail["From"] for mail in mails}), 1)
        self.assertTrue(all(header.endswith("@sender.example>") for header in ids), ids)

    def test_a_mail_is_whole(self):
        box = self.mailbox(name="Ann Öster", signature="<p>Ann, Harbour 1</p>")
        self.campaign([step("Grüße, {{first_name}} {{last_name|there}}", "<p>Hi {{first_name}} %signature%</p>")],
                      [box], [{"email": "jane@whole.example", "first_name": "Jañe"}],
                      settings={"unsubscribe_text": "No more of this", "track_settings": ["DONT_TRACK_EMAIL_OPEN"]})
        mail = message_of(self.peer.wait_for(1)[0])
        self.assertEqual(str(mail["Subject"]), "Grüße, Jañe there")
        self.assertEqual(mail["From"].addresses[0].display_name, "Ann Öster")
        self.assertEqual(mail["To"].addresses[0].addr_spec, "jane@whole.example")
        self.assertEqual(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertIsNotNone(mail["Date"])
        html = mail.get_body(("html",)).get_content()
        text = mail.get_body(("plain",)).get_content()
        self.assertIn("Harbour 1", html)
        self.assertIn("No more of this", html)
        self.assertIn("Hi Jañe", text)
        self.assertNotIn("<img", html)


if __name__ == "__main__":
    unittest.main()
