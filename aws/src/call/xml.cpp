#include "xml.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ekiden::aws {
namespace {

std::string unescaped(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
  std::string plain;
  for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&')) {
    plain += text.substr(0, at);
    text.remove_prefix(at);
    const auto entity =
        std::ranges::find_if(kEntities, [text](const auto& each) { return text.starts_with(each.first); });
    plain += entity != kEntities.end() ? entity->second : '&';
    text.remove_prefix(entity != kEntities.end() ? entity->first.size() : 1);
  }
  return plain.append(text);
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
  return end == std::string_view::npos ? std::string() : unescaped(rest.substr(0, end));
}

}  // namespace ekiden::aws
