#include "xml.hpp"

#include <array>
#include <utility>

namespace ekiden::aws {
namespace {

std::string unescaped(std::string text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
  for (const auto& [entity, character] : kEntities) {  // &amp; last, so that its result is not decoded again.
    for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1)) {
      text.replace(at, entity.size(), 1, character);
    }
  }
  return text;
}

}  // namespace

std::string xml_element(std::string_view xml, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">";
  const std::size_t begin = xml.find(open);
  if (begin == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = xml.substr(begin + open.size());
  const std::size_t end = rest.find("</" + std::string(name) + ">");
  return end == std::string_view::npos ? std::string() : unescaped(std::string(rest.substr(0, end)));
}

}  // namespace ekiden::aws
