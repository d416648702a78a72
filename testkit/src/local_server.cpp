#include <ekiden/local/service.hpp>
#include <ekiden/testkit/local_server.hpp>

#include <utility>

namespace ekiden::testkit {

namespace {

Task<> serve(Process& process, local::ServiceOptions options, Front front) {
  if (!options.storage.folder.empty()) {
    options.storage.vfs = process.disk().vfs();
  }
  // Handlers are tasks of their own and can outlive this coroutine's frame.
  auto owned = std::make_unique<local::LocalService>(process.env(), std::move(options));
  local::LocalService& service = process.keep(std::move(owned));
  http::Handler handler = [&service](http::HttpRequest request) { return service.handle(std::move(request)); };
  if (front) {
    handler = [inner = std::move(handler), front = std::move(front)](http::HttpRequest request) {
      return front(inner, std::move(request));
    };
  }
  process.listen(kLocalAuthority, std::move(handler));
  co_await service.run();
}

}  // namespace

Process::Main local_server(local::ServiceOptions options, Front front) {
  return [options = std::move(options), front = std::move(front)](Process& process) {
    return serve(process, options, front);
  };
}

aws::Target local_target() {
  const aws::Endpoint endpoint{.url = std::string("http://") + kLocalAuthority, .configured = true};
  return aws::Target{.sqs = endpoint, .dynamodb = endpoint, .region = "us-east-1", .is_local = true};
}

std::shared_ptr<aws::CredentialsProvider> local_credentials() {
  return std::make_shared<aws::StaticCredentials>(
      aws::Credentials{.access_key_id = "local", .secret_access_key = "local", .session_token = {}, .expiration = {}});
}

}  // namespace ekiden::testkit
