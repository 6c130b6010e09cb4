#include "sending/fields.h"

#include <algorithm>

#include "core/random.h"
#include "core/strings.h"

namespace outrider::sending {
namespace {

std::string fold(std::string_view name) {
  std::string folded;
  folded.reserve(name.size());
  for (const char c : trim(name)) {
    const bool joins = c == ' ' || c == '-' || c == '_' || c == '\t' || c == '\n' || c == '\r';
    if (!joins)
      folded += to_lower(c);
    else if (!folded.ends_with('_'))
      folded += '_';
  }
  return folded;
}

}  // namespace

FieldKey::FieldKey(std::string_view name) : name_(fold(name)), hash_(mix_seed(0, name_)) {}

void Fields::add(std::string_view name, std::string value) {
  const FieldKey key(name);
  if (hashes_.size() >= kFieldsMax || std::ranges::count(names_, key.name()) > 0) return;
  hashes_.push_back(key.hash());
  names_.push_back(key.name());
  values_.push_back(std::move(value));
}

std::string_view Fields::find(const FieldKey& key) const {
  for (std::size_t i = 0; i < hashes_.size(); ++i)
    if (hashes_[i] == key.hash() && names_[i] == key.name()) return values_[i];
  return {};
}

}  // namespace outrider::sending
