// What a campaign's mail has led to: one row for each mail of its sequence, and the totals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "campaigns/campaign.h"
#include "core/clock.h"
#include "db/database.h"

namespace outrider::statistics {

/// Rows of which something is true.
enum class Outcome : std::uint8_t { Any, Opened, Clicked, Replied, Unsubscribed, Bounced };

struct SendFilter {
  std::optional<std::int64_t> seq_number = {};
  Outcome outcome = Outcome::Any;
  std::optional<TimeMs> after_ms = {};   // sent later than
  std::optional<TimeMs> before_ms = {};  // sent earlier than
};

struct Page {
  std::int64_t offset = 0;
  std::int64_t limit = 0;
};

/// One mail of the sequence that was sent.
struct Send {
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::string email;
  std::optional<std::string> category;
  std::int64_t seq_number = 0;
  std::string stats_id;
  std::int64_t step_id = 0;
  std::optional<std::int64_t> variant_id;
  std::string subject;
  std::string body;
  TimeMs sent_at_ms = 0;
  std::optional<TimeMs> opened_at_ms;  // first counted open
  std::optional<TimeMs> clicked_at_ms;
  std::optional<TimeMs> replied_at_ms;
  std::int64_t open_count = 0;  // by people and anonymising proxies (BEHAVIOUR 4.2)
  std::int64_t click_count = 0;
  bool is_unsubscribed = false;
  bool is_bounced = false;
};

/// In the order in which they were planned; mail to leads that are gone stays in it.
Result<std::vector<Send>> list_sends(db::Tx& tx,
                                     const campaigns::Campaign& campaign,
                                     const SendFilter& filter,
                                     const Page& page);
Result<std::int64_t> count_sends(db::Tx& tx, const campaigns::Campaign& campaign, const SendFilter& filter);

/// From the rollups: mails of the sequence and what they led to, repetitions included.
struct Sums {
  std::int64_t sent = 0;
  std::int64_t opened = 0;
  std::int64_t clicked = 0;
};
Result<Sums> load_sums(db::Tx& tx, const campaigns::Campaign& campaign);

/// Leads of the campaign by what is true of them now.
struct LeadCounts {
  std::int64_t total = 0;
  std::int64_t not_started = 0;
  std::int64_t in_progress = 0;
  std::int64_t completed = 0;
  std::int64_t paused = 0;
  std::int64_t stopped = 0;
  std::int64_t blocked = 0;
  std::int64_t blocked_by_list = 0;  // not by a bounce or by unsubscribing
  std::int64_t interested = 0;
  std::int64_t sent = 0;  // at least one mail
  std::int64_t opened = 0;
  std::int64_t clicked = 0;
  std::int64_t replied = 0;
  std::int64_t bounced = 0;
  std::int64_t unsubscribed = 0;
  std::int64_t revenue_cents = 0;
};
Result<LeadCounts> count_leads(db::Tx& tx, const campaigns::Campaign& campaign);

struct ClientName {
  std::string name;
  std::string email;
  std::optional<std::string> company_name;
};
Result<std::optional<ClientName>> find_client(db::Tx& tx, const campaigns::Campaign& campaign);

}  // namespace outrider::statistics
