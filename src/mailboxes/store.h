// Mailboxes in the database. Deleted ones stay for history and are seen by nothing here.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/zone.h"
#include "db/database.h"
#include "mailboxes/mailbox.h"

namespace outrider::mailboxes {

/// What a caller may see: a client's key sees that client's mailboxes only.
struct Scope {
  std::int64_t workspace_id = 0;
  std::optional<std::int64_t> client_id = {};
};

/// Settings and servers; the connection state begins anew. Returns the id, or nothing when a live mailbox of
/// the workspace has the address.
Result<std::optional<std::int64_t>> create(db::Tx& tx, const Mailbox& mailbox, TimeMs now_ms);

/// Errors: NotFound, also for a mailbox out of scope or deleted.
Result<Mailbox> load(db::Tx& tx, const Scope& scope, std::int64_t id);

struct AddressHolder {
  std::int64_t id = 0;
  std::optional<std::int64_t> client_id;
};
/// The live mailbox of the workspace with this address.
Result<std::optional<AddressHolder>> find_address(db::Tx& tx,
                                                  std::int64_t workspace_id,
                                                  std::string_view from_email);

/// What does not narrow stays empty.
struct Filter {
  std::optional<std::int64_t> client_id = {};
  std::optional<std::int64_t> campaign_id = {};
  std::optional<bool> is_in_use = {};  // attached to a campaign
  std::optional<bool> is_warming = {};
  std::optional<bool> is_smtp_connected = {};
  std::optional<Kind> kind = {};  // Smtp: every provider but Google and Microsoft
  std::string username = {};      // part of the login, letter case ignored
};
struct Page {
  std::int64_t offset = 0;
  std::int64_t limit = 0;
};
/// By id.
Result<std::vector<Mailbox>> list(db::Tx& tx, const Scope& scope, const Filter& filter, const Page& page);

/// Every one of every workspace, suspended and disconnected ones too, by id: what sending and receiving look
/// at.
Result<std::vector<Mailbox>> list_live(db::Tx& tx);

/// Everything a person gives: address, servers, secrets, settings, warmup settings. Errors: Conflict when
/// another live mailbox has the address (the transaction is lost then).
Result<> store_settings(db::Tx& tx, const Mailbox& mailbox, TimeMs now_ms);

/// Marks it deleted, with warmup off and without its secrets. Detach it from its campaigns first
/// (attachment.h). Its address may be added again.
Result<> remove(db::Tx& tx, const Mailbox& mailbox, TimeMs now_ms);

/// The zone in which the mailbox's days are counted; `workspace_zone` when it has none of its own.
Zone zone_of(const Mailbox& mailbox, const Zone& workspace_zone);

/// Campaign mail accepted on the local date of `now_ms`, by mailbox id; those without any are absent.
Result<std::map<std::int64_t, std::int64_t>> sent_today(db::Tx& tx,
                                                        std::int64_t workspace_id,
                                                        std::span<const Mailbox> mailboxes,
                                                        TimeMs now_ms);

/// `[1,2,3]`, as the dialect word json_ints takes it.
std::string json_ids(std::span<const std::int64_t> ids);

}  // namespace outrider::mailboxes
