// Where files of written mail come from: the web for those that a person names by URL, the mailbox itself for
// those of a message that is sent on.
#pragma once

#include <functional>

#include "app/services.h"
#include "inbox/mail_api.h"

namespace outrider::app {

/// `services` outlive the hooks.
inbox::MailHooks mail_hooks(Services& services, std::function<void()> wake_sending);

}  // namespace outrider::app
