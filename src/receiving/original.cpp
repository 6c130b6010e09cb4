#include "receiving/original.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace outrider::receiving {
namespace {

using mail::ImapRole;

// Somebody waits for the answer.
constexpr net::Timeout kConnectMax{10'000};
constexpr net::Timeout kReplyMax{20'000};
constexpr net::Timeout kWholeMax{60'000};

/// Where a received message most likely lies comes first.
int rank_of(const mail::ImapFolder& folder) {
  switch (folder.role) {
    case ImapRole::Inbox:
      return 0;
    case ImapRole::All:
      return 1;
    default:
      return 2;
  }
}

std::vector<std::string> names_in_order(const std::vector<mail::ImapFolder>& folders) {
  std::vector<const mail::ImapFolder*> order;
  for (const auto& folder : folders)
    if (folder.selectable) order.push_back(&folder);
  std::ranges::sort(order, {}, [](const auto* folder) { return std::pair(rank_of(*folder), folder->name); });
  if (order.size() > kFoldersSearchedMax) order.resize(kFoldersSearchedMax);
  std::vector<std::string> names;
  names.reserve(order.size());
  for (const auto* folder : order) names.push_back(folder->name);
  return names;
}

Task<std::string> fetch_whole(mail::ImapClient& client, std::uint32_t uid, std::size_t bytes_max) {
  mail::ImapFetchRequest request;
  request.uids = {{uid, uid}};
  request.body = mail::ImapBody::Whole;
  request.body_bytes_max = static_cast<std::uint32_t>(bytes_max);
  std::optional<std::string> bytes;
  std::uint64_t size = 0;
  CO_TRY(co_await client.fetch(std::move(request), [&](const mail::ImapFetch& fetched) {
    if (fetched.uid != uid || fetched.sections.empty()) return;
    bytes = std::string(fetched.sections.front().bytes.view());
    size = fetched.size_bytes.value_or(0);
  }));
  if (!bytes) co_return fail(Code::NotFound, "the message is gone");
  if (size > bytes_max) co_return fail(Code::TooLarge, "the message is too large to be forwarded");
  co_return *std::move(bytes);
}

Task<std::string> search_all(mail::ImapClient& client, std::string header_id, std::size_t bytes_max) {
  CO_TRY(co_await client.open());
  CO_TRY_AS(const auto folders, co_await client.list_folders());
  for (const auto& name : names_in_order(folders)) {
    const auto selected = co_await client.select(name, mail::ImapAccess::ReadOnly);
    // A folder that went away or may not be read holds up nobody.
    if (!selected && client.is_open()) continue;
    CO_TRY(selected);
    mail::ImapQuery query;
    query.message_id = "<" + header_id + ">";
    CO_TRY_AS(const auto uids, co_await client.search(std::move(query)));
    if (!uids.empty()) co_return co_await fetch_whole(client, uids.back(), bytes_max);
  }
  co_return fail(Code::NotFound, "the message is no longer in its mailbox");
}

}  // namespace

Task<std::string> fetch_original(net::Network network,
                                 mail::ImapSettings settings,
                                 std::string header_id,
                                 std::size_t bytes_max) {
  settings.connect_timeout = std::min(settings.connect_timeout, kConnectMax);
  settings.reply_timeout = std::min(settings.reply_timeout, kReplyMax);
  settings.operation_timeout = std::min(settings.operation_timeout, kWholeMax);
  settings.limits.literal_bytes_max = std::max(settings.limits.literal_bytes_max, bytes_max);
  mail::ImapClient client(network, std::move(settings));
  auto found = co_await search_all(client, std::move(header_id), bytes_max);
  if (client.is_open()) co_await client.logout();
  co_return found;
}

}  // namespace outrider::receiving
