#include "inbox/files.h"

#include "wire/json.h"

namespace outrider::inbox {
namespace {

constexpr db::Query kStore{"inbox.store_file", R"sql(
  INSERT INTO message_file (workspace_id, message_id, position, name, content_type, bytes)
  VALUES ($1, $2, $3, $4, $5, $6)
)sql"};

constexpr db::Query kLoad{"inbox.load_files", R"sql(
  SELECT name, content_type, bytes
    FROM message_file
   WHERE workspace_id = $1
     AND message_id = $2
   ORDER BY position
)sql"};

}  // namespace

Result<> store_files(db::Tx& tx,
                     std::int64_t workspace_id,
                     std::int64_t message_id,
                     const std::vector<mail::Attachment>& files) {
  for (std::size_t i = 0; i < files.size(); ++i)
    TRY(tx.run(
        kStore, workspace_id, message_id, i, files[i].name, files[i].content_type, db::Blob{files[i].bytes}));
  return {};
}

Result<std::vector<mail::Attachment>> load_files(db::Tx& tx,
                                                 std::int64_t workspace_id,
                                                 std::int64_t message_id) {
  TRY_AS(const auto rows, tx.rows(kLoad, workspace_id, message_id));
  std::vector<mail::Attachment> files;
  files.reserve(rows.size());
  for (const auto& row : rows)
    files.push_back(
        {.name = row.string(0), .content_type = row.string(1), .bytes = std::string(row.blob(2))});
  return files;
}

std::string files_json(const std::vector<mail::Attachment>& files) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_list();
  for (const auto& file : files)
    writer.begin_object()
        .member("name", file.name)
        .member("content_type", file.content_type)
        .member("size", static_cast<std::int64_t>(file.bytes.size()))
        .end_object();
  writer.end_list();
  return json;
}

}  // namespace outrider::inbox
