#include "sandbox/sample_words.h"

#include "core/strings.h"

namespace outrider::sandbox {
namespace {

struct Company {
  std::string_view name;
  std::string_view domain;
  std::string_view location;
  std::string_view topic;
};
constexpr Company kCompanies[] = {
    {"Northwind Tools", "northwind-tools.example", "Lisbon", "deliveries"},
    {"Harbor & Sons", "harbor-sons.example", "Rotterdam", "dock work"},
    {"Delta Print", "delta-print.example", "Vienna", "print runs"},
    {"Alma Foods", "alma-foods.example", "Sevilla", "harvests"},
    {"Kestrel Air", "kestrel-air.example", "Oslo", "maintenance"},
    {"Brightwater", "brightwater.example", "Leeds", "site visits"},
    {"Orchard Labs", "orchard-labs.example", "Lyon", "studies"},
    {"Pine Street Books", "pinestreet.example", "Portland", "orders"},
    {"Solis Energie", "solis-energie.example", "Dresden", "installations"},
    {"Tern Logistics", "tern-logistics.example", "Gdynia", "routes"},
};

struct Person {
  std::string_view first;
  std::string_view last;
};
constexpr Person kPeople[] = {
    {"Mira", "Lopez"},   {"Leon", "Vogt"},    {"Ana", "Kim"},       {"Tomas", "Novak"},  {"Elif", "Demir"},
    {"Oscar", "Lund"},   {"Priya", "Nair"},   {"Hugo", "Martin"},   {"Clara", "Weiss"},  {"Ivan", "Petrov"},
    {"Sofia", "Rossi"},  {"Jan", "Bakker"},   {"Nora", "Dahl"},     {"Felix", "Brandt"}, {"Lucia", "Romero"},
    {"Adam", "Kowal"},   {"Emma", "Clarke"},  {"Yuki", "Tanaka"},   {"Paul", "Girard"},  {"Ines", "Costa"},
    {"Victor", "Hahn"},  {"Maya", "Singh"},   {"Erik", "Holm"},     {"Laura", "Conti"},  {"Simon", "Fischer"},
    {"Alice", "Moreau"}, {"David", "Cohen"},  {"Petra", "Horvat"},  {"Nils", "Berg"},    {"Carmen", "Ruiz"},
    {"George", "Hall"},  {"Hanna", "Keller"}, {"Marco", "Bianchi"}, {"Zoe", "Turner"},   {"Bruno", "Silva"},
    {"Julia", "Maier"},  {"Omar", "Haddad"},  {"Freya", "Larsen"},  {"Rafael", "Ortiz"}, {"Tina", "Vogel"},
};
static_assert(std::size(kPeople) == 40);

}  // namespace

std::vector<leads::ImportRow> sample_leads() {
  std::vector<leads::ImportRow> rows;
  for (std::size_t i = 0; i < std::size(kPeople); ++i) {
    const Person& person = kPeople[i];
    const Company& company = kCompanies[i % std::size(kCompanies)];
    leads::ImportRow row;
    row.email = to_lower(person.first) + "." + to_lower(person.last) + "@" + std::string(company.domain);
    row.contact.first_name = person.first;
    row.contact.last_name = person.last;
    row.contact.company_name = company.name;
    row.contact.location = company.location;
    row.contact.website = "https://" + std::string(company.domain);
    // Some fields are missing, as in every real list: the texts have fallbacks.
    if (i % 4 != 3) row.custom_fields["topic"] = company.topic;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace outrider::sandbox
