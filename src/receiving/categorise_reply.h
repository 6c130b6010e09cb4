// Gives a human reply its category: by phrases and the workspace's model, within the categories the campaign
// wants, never over what a person chose (BEHAVIOUR 3.8).
#pragma once

#include "receiving/effects.h"

namespace outrider::receiving {

Result<> categorise_reply(db::Tx& tx, const Arrival& arrival, const Target& target, std::int64_t message_id);

}  // namespace outrider::receiving
