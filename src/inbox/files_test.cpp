#include "inbox/files.h"

#include <doctest/doctest.h>

#include "db/testing.h"

using namespace outrider;
using namespace outrider::inbox;

TEST_CASE("files come back as they were stored") {
  db::for_each_migrated([](db::Database& database) {
    const std::vector<mail::Attachment> files = {
        {.name = "b.bin", .content_type = "application/x-b", .bytes = std::string("\0\xff'\n", 4)},
        {.name = "a.txt", .content_type = "text/plain", .bytes = ""}};
    const auto done = database.write([&](db::Tx& tx) -> Result<> {
      TRY(store_files(tx, 1, 7, files));
      TRY_AS(const auto loaded, load_files(tx, 1, 7));
      REQUIRE(loaded.size() == 2);
      for (std::size_t i = 0; i < files.size(); ++i) {
        CHECK(loaded[i].name == files[i].name);
        CHECK(loaded[i].content_type == files[i].content_type);
        CHECK(loaded[i].bytes == files[i].bytes);
      }
      TRY_AS(const auto none, load_files(tx, 2, 7));
      CHECK(none.empty());
      return {};
    });
    CHECK(done);
  });
}

TEST_CASE("what the message says of its files") {
  CHECK(files_json({}) == "[]");
  CHECK(files_json({{.name = "a \"b\".txt", .content_type = "text/plain", .bytes = "123"}}) ==
        R"([{"name":"a \"b\".txt","content_type":"text/plain","size":3}])");
}
