// A lead's values by name, as templates look them up: `First Name`, `first_name` and `FIRST NAME` are one
// name. Built once per lead and read by every template of the mail; never touches storage.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outrider::sending {

inline constexpr std::size_t kFieldsMax = 400;  // 200 own fields of a lead and every built-in one
inline constexpr std::size_t kFieldKeyCharactersMax = 100;

/// A field name and its hash without regard to ASCII case, with blanks, hyphens and underscores equal.
class FieldKey {
 public:
  FieldKey() = default;
  explicit FieldKey(std::string_view name);

  /// Folded: `First Name` is `first_name`.
  const std::string& name() const { return name_; }
  std::uint64_t hash() const { return hash_; }
  bool operator==(const FieldKey&) const = default;

 private:
  std::string name_;
  std::uint64_t hash_ = 0;
};

class Fields {
 public:
  /// The first value of a name stays: built-in fields are set before a lead's own. Beyond kFieldsMax nothing
  /// is added.
  void add(std::string_view name, std::string value);
  /// Empty when there is no such field. The view lives as long as the fields are neither changed nor moved.
  std::string_view find(const FieldKey& key) const;

 private:
  std::vector<std::uint64_t> hashes_;  // apart from the rest: a look-up scans them alone
  std::vector<std::string> names_;
  std::vector<std::string> values_;
};

}  // namespace outrider::sending
