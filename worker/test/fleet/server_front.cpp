#include "server_front.hpp"

#include <ekiden/testkit/sim_network.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

#include "detour.hpp"

namespace ekiden::worker::test {

namespace {

constexpr std::size_t kBatchMax = 10;

}  // namespace

Task<http::HttpResponse> ServerFront::answer(http::Handler service, http::HttpRequest request, runtime::TimePoint now) {
  const std::string operation = testkit::SimNetwork::operation(request);
  const auto outage = std::ranges::find_if(outages_, [&](const SinkOutage& each) {
    return each.operation == operation && each.begin <= now && now < each.end;
  });
  if (outage != outages_.end()) {
    co_return error_of(outage->code);
  }
  const bool of_the_queue = request.body.find("-dead") == std::string::npos;
  http::HttpResponse response = co_await service(std::move(request));
  if (operation == "ReceiveMessage" && of_the_queue && response.status == 200) {
    add_again(response.body);
  }
  co_return response;
}

void ServerFront::add_again(std::string& body) {
  boost::json::object root = boost::json::parse(body).as_object();
  const boost::json::value* const found = root.if_contains("Messages");
  boost::json::array messages = found == nullptr ? boost::json::array() : found->as_array();
  if (again_ > 0 && !handed_out_.empty() && messages.size() < kBatchMax) {
    --again_;
    messages.push_back(boost::json::parse(handed_out_.front()));
    handed_out_.erase(handed_out_.begin());
    root["Messages"] = messages;
    body = boost::json::serialize(root);
    return;
  }
  for (const boost::json::value& message : messages) {
    handed_out_.push_back(boost::json::serialize(message));
  }
}

}  // namespace ekiden::worker::test
