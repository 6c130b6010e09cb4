// JSON Schema (2020-12, as OpenAPI 3.1 uses it) of the structs of wire.h. http/ builds the OpenAPI document
// of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "wire/wire.h"

namespace outrider::wire {

/// What a schema describes: what is accepted, or what is sent.
enum class Use : std::uint8_t { Request, Answer };

/// The named schemas met so far: name -> JSON text, for components/schemas.
using Components = std::map<std::string, std::string>;

struct Parameter {
  std::string name;
  bool is_required = false;
  std::string schema;  // JSON text
  std::string doc;
};

/// The schema as JSON text. A struct with a kName goes into `components` and is answered as a $ref.
std::string schema_json(const Type& type, Use use, Components& components);
/// The schema of a table itself, without $ref at the top.
std::string schema_json(Fields fields, Use use, Components& components);
/// A table as query or path parameters, in table order.
std::vector<Parameter> parameters(Fields fields, Components& components);

template <class T>
std::string schema_of(Use use, Components& components) {
  return schema_json(kType<T>, use, components);
}

}  // namespace outrider::wire
