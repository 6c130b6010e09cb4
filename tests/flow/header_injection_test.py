"""Texts from leads, steps and mailboxes never become header fields or SMTP commands of their own."""

import unittest

from support.campaign import FlowTest, message_of, step

EVIL = "Eve\r\nBcc: victim@other.example\r\nX-Evil: yes\r\n\r\nBody of the attacker"


class HeaderInjectionTest(FlowTest):
    def assert_clean(self, entry):
        mail = message_of(entry)
        self.assertEqual(len(entry["to"]), 1)
        for name in ("Bcc", "X-Evil", "Cc"):
            self.assertIsNone(mail[name], entry["data"][:2000])
        for name in ("From", "To", "Subject", "Message-ID", "Date"):
            self.assertEqual(len(mail.get_all(name)), 1, name)
        head = entry["data"].partition("\r\n\r\n")[0]
        self.assertNotIn("\r", head.replace("\r\n", ""))
        self.assertFalse([line for line in head.split("\r\n") if line.startswith(("Body of", "Bcc", "X-Evil"))])

    def test_a_leads_fields_stay_inside_their_header(self):
        self.campaign([step("Hello {{first_name}} {{company_name}} {{role}}", "<p>Hi {{first_name}}</p>")],
                      [self.mailbox()],
                      [{"email": "jane@fields.example", "first_name": EVIL, "company_name": EVIL,
                        "custom_fields": {"role": EVIL}}])
        self.assert_clean(self.peer.wait_for(1)[0])

    def test_a_steps_subject_stays_one_line(self):
        self.campaign([step(EVIL, "<p>Hi</p>")], [self.mailbox()], ["jane@subject.example"])
        self.assert_clean(self.peer.wait_for(1)[0])

    def test_a_body_with_dots_and_commands_arrives_as_it_was(self):
        text = "a<br>\r\n.\r\nMAIL FROM:<evil@other.example>\r\nRCPT TO:<victim@other.example>\r\nDATA\r\n..\r\n"
        self.campaign([step("Hello", f"<p>{text}</p>")], [self.mailbox()], ["jane@dots.example"])
        entry = self.peer.wait_for(1)[0]
        self.assert_quiet(1)
        self.assertIn("MAIL FROM:", message_of(entry).get_body(("html",)).get_content())

    def test_a_mailbox_name_cannot_add_fields(self):
        for name in ("Ann\r\nBcc: victim@other.example", "Ann\t"):
            body = {"from_name": name, "from_email": "m9@sender.example", "user_name": "m9", "password": "x",
                    "smtp_host": "127.0.0.1", "smtp_port": 1, "imap_host": "127.0.0.1", "imap_port": 1,
                    "warmup_enabled": False}
            self.assert_error(self.api.post("/email-accounts/save", body), 422, "from_name")
        box = self.mailbox(name='Ann "A" <x@y.example>, Öster')
        self.campaign([step("Hello", "<p>Hi</p>")], [box], ["jane@name.example"])
        entry = self.peer.wait_for(1)[0]
        self.assert_clean(entry)
        self.assertEqual([a.addr_spec for a in message_of(entry)["From"].addresses], [box.address])

    def test_an_address_with_a_line_break_is_no_address(self):
        campaign = self.campaign([step("Hello", "<p>Hi</p>")], [self.mailbox()], [], start=False)
        for address in ("jane@a.example\r\nRCPT TO:<victim@b.example>", "jane@a.example>\r\n<", "ja ne@a.example"):
            answer = self.api.post(campaign.path + "/leads", {"lead_list": [{"email": address}]})
            self.assertEqual((answer.json["total_leads"], answer.json["invalid_email_count"]), (0, 1), answer)


if __name__ == "__main__":
    unittest.main()
