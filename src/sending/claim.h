// Turns planned slots into ledger rows: looks at each lead once more, picks its variant, renders the mail and
// stores message and claim in one transaction, before any socket is opened (BEHAVIOUR 1.9 step 1).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "campaigns/campaign.h"
#include "campaigns/sequence.h"
#include "core/secrets.h"
#include "db/database.h"
#include "sending/ledger.h"
#include "sending/plan_store.h"
#include "sending/render.h"
#include "tracking/token.h"

namespace outrider::sending {

struct ClaimOrder {
  Head head;
  Work work = Work::NewLead;
  std::int64_t mailbox_id = 0;
  TimeMs slot_ms = 0;
};

struct ClaimSettings {
  std::string public_url;  // where opens and clicks lead, unless the mailbox has its own host
  const MasterKey& master_key;
  const tracking::TokenSigner& signer;
};

/// What the orders speak of, as the plan saw it.
struct ClaimWorld {
  const std::unordered_map<std::int64_t, campaigns::Campaign>& campaigns;
  const std::unordered_map<std::int64_t, MailboxRecord>& mailboxes;
};

class Claimer {
 public:
  explicit Claimer(ClaimSettings settings)
      : settings_(std::move(settings)), id_key_(settings_.master_key.derive("message-id")) {}

  /// One transaction for all orders. A lead that changed since the plan, or that another worker took, is left
  /// out. One thread at a time.
  Result<std::vector<OutgoingRef>> claim(db::Tx& tx,
                                         std::span<const ClaimOrder> orders,
                                         const ClaimWorld& world,
                                         TimeMs now_ms);

 private:
  struct Batch;
  struct Lead;
  struct Choice;

  Result<> claim_one(Batch& batch, const ClaimOrder& order);
  static Result<std::vector<campaigns::SequenceStep>*> steps_of(Batch& batch,
                                                                const campaigns::Campaign& campaign);
  Result<std::shared_ptr<const MailTemplate>> compiled(const Choice& choice);
  Result<RenderedMail> render(
      Batch& batch, const ClaimOrder& order, const Lead& lead, const Choice& choice, std::int64_t message_id);
  Result<> store(Batch& batch, const ClaimOrder& order, const Lead& lead, const Choice& choice);
  static Result<std::int64_t> add_message(Batch& batch,
                                          const ClaimOrder& order,
                                          const Lead& lead,
                                          const Choice& choice,
                                          std::string_view mail_id);
  static Result<> store_content(Batch& batch,
                                const ClaimOrder& order,
                                std::int64_t message_id,
                                const RenderedMail& mail);
  static Result<> hold(Batch& batch, const ClaimOrder& order, std::string_view why);
  static Result<> put_off(Batch& batch, const ClaimOrder& order, const NotYet& not_yet);
  std::string header_id(const ClaimOrder& order,
                        const MailboxRecord& mailbox,
                        const Lead& lead,
                        std::int64_t step_id) const;

  static constexpr std::size_t kTemplatesMax = 4096;
  using TemplateKey = std::pair<std::pair<std::int64_t, std::int64_t>, std::int64_t>;
  ClaimSettings settings_;
  std::string id_key_;
  std::map<TemplateKey, std::shared_ptr<const MailTemplate>> templates_;  // by (step, variant) and version
};

/// Scheme and host without a slash at the end, from what people write: `track.example.com`.
std::string tracking_base_url(const MailboxRecord& mailbox, const std::string& public_url);

}  // namespace outrider::sending
