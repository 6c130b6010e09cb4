"""What a person starts begins at once, on every engine."""

import time
import unittest

from support.campaign import FlowTest, step

AT_ONCE_S = 3  # far below the engine's own rounds, far above what it takes


class AtOnceTest(FlowTest):
    def test_the_first_mail_of_a_new_mailbox(self):
        for number in range(3):
            with self.subTest(number):
                box = self.mailbox()
                began = time.monotonic()
                self.campaign([step("Hello", "<p>Hello</p>")], [box], [f"jane@new{number}.example"])
                self.peer.wait_for(number + 1)
                self.assertLess(time.monotonic() - began, AT_ONCE_S)


if __name__ == "__main__":
    unittest.main()
