#include "classifier/model.h"

#include <doctest/doctest.h>

#include "classifier/report.h"
#include "classifier/train.h"

namespace outrider::classifier {
namespace {

std::vector<Example> few() {
  std::vector<Example> examples;
  for (char c = 'a'; c < 'u'; ++c) {
    const std::string letter(1, c);
    examples.push_back({.category_id = 1, .text = "we are very interested " + letter});
    examples.push_back({.category_id = 3, .text = "no thank you, not for us " + letter});
    examples.push_back({.category_id = 1'000, .text = "please ring reception " + letter});
  }
  return examples;
}

TEST_CASE("a model learns categories, own ones too, and survives being written down") {
  const auto model = train_on(few());
  const auto copy = Model::parse(model.bytes());
  REQUIRE(copy);
  CHECK(copy->fingerprint() == model.fingerprint());
  for (const auto& [text, category] :
       {std::pair{"very interested", 1}, {"not for us", 3}, {"ring reception", 1'000}}) {
    CAPTURE(text);
    CHECK(copy->predict(text).category_id == category);
    CHECK(copy->predict(text).confidence == model.predict(text).confidence);
    CHECK(copy->predict(text).confidence > 0.5);
  }
  CHECK(copy->predict("").confidence == 0);
}

TEST_CASE("two categories are enough") {
  auto examples = few();
  std::erase_if(examples, [](const Example& example) { return example.category_id == 1'000; });
  const auto model = train_on(examples);
  CHECK(model.predict("very interested").category_id == 1);
  CHECK(model.predict("no thank you").category_id == 3);
}

TEST_CASE("bytes that are no model are refused") {
  const std::string good = train_on(few()).bytes();
  CHECK(!Model::parse(""));
  CHECK(!Model::parse("OUTRIDER-REPLIES"));
  CHECK(!Model::parse(good.substr(0, good.size() - 1)));
  auto other = good;
  other[16] = 99;
  CHECK(!Model::parse(other));
}

TEST_CASE("the shipped model is the one its phrases give") {
  CHECK(shipped().fingerprint() == fingerprint_of(shipped_examples()));
}

TEST_CASE("what people decide outweighs the synthetic corpus") {
  const std::vector<Example> own{{.category_id = 1'001, .text = "see the portal for our vendor process"}};
  const auto model = train_with_own(few(), own);
  CHECK(model.predict("please use the portal, our vendor process").category_id == 1'001);
  CHECK(cross_validate(few(), few(), 2).size() == few().size());
}

TEST_CASE("a report counts what is right") {
  Report report;
  report.add({.expected = 1, .given = 1, .confidence = 0.9});
  report.add({.expected = 1, .given = 3, .confidence = 0.7});
  report.add({.expected = 3, .given = 8, .confidence = 0.5});
  CHECK(report.accuracy() == doctest::Approx(1.0 / 3));
  CHECK(report.precision() == doctest::Approx(0.5));
  const std::string text = report.text(standard_names());
  CHECK(text.find("3 replies: accuracy 33.3%") != std::string::npos);
  CHECK(text.find("Not Interested") != std::string::npos);
  CHECK(Report().accuracy() == 0);
}

}  // namespace
}  // namespace outrider::classifier
