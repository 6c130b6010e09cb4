// Mail that reached a connected mailbox and belongs to no conversation (INBOX-ACCEPTANCE V11).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "http/route.h"
#include "inbox/list.h"
#include "wire/wire.h"

namespace outrider::inbox {

inline constexpr int kUntrackedMax = 100;

struct UntrackedQuery {
  static constexpr auto kSource = http::Source::Query;
  int limit = 20;
  std::int64_t offset = 0;
  bool fetch_body = false;
  bool fetch_attachments = false;
  std::optional<std::string> from_email;
  std::optional<std::string> to_email;
  std::optional<std::string> subject_line;
  static wire::Fields wire();
};

struct UntrackedReply {
  static constexpr const char* kName = "UntrackedReply";
  struct Body {
    std::string text;
    std::string html;
    static wire::Fields wire();
  };
  std::string id;
  std::int64_t mailbox_id = 0;
  std::string message_id;  // in angle brackets
  std::string from_email;
  std::string to_email;
  std::string cc;
  std::string bcc;
  std::optional<std::string> subject;
  std::optional<std::string> visible_text;
  wire::Instant received_at;
  wire::Instant stored_at;
  bool has_attachments = false;
  std::optional<Body> body;
  std::optional<wire::Json> attachments;
  static wire::Fields wire();
};

/// The newer envelope around the one live clients read.
struct UntrackedList {
  static constexpr const char* kName = "UntrackedRepliesResponse";
  struct Pagination {
    int limit = 0;
    std::int64_t offset = 0;
    std::int64_t total_count = 0;
    bool has_more = false;
    static wire::Fields wire();
  };
  struct Replies {
    std::vector<UntrackedReply> replies;
    std::int64_t total_count = 0;
    Pagination pagination;
    static wire::Fields wire();
  };
  struct Wrapped {
    bool success = true;
    std::string message;
    Replies data;
    static wire::Fields wire();
  };
  bool ok = true;
  bool success = true;
  std::string message = "Untracked replies";
  std::vector<UntrackedReply> replies;
  std::int64_t total_count = 0;
  std::int64_t offset = 0;
  int limit = 0;
  Wrapped data;
  static wire::Fields wire();
};

/// Newest first. A client sees mail to its own mailboxes only.
Result<UntrackedList> list_untracked(db::Tx& tx, const Scope& scope, const UntrackedQuery& query);

}  // namespace outrider::inbox
