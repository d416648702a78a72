// Keys that AWS rejects as expired or unknown, and a provider without keys.
#include "call/client_fixture.hpp"

namespace ekiden::aws {
namespace {

// Returns the first keys until they are rejected, then the next ones; throws when there are no more.
class KeyRing final : public CredentialsProvider {
 public:
  explicit KeyRing(std::vector<std::string> ids) {
    for (std::string& id : ids) {
      keys_.push_back(std::make_shared<const Credentials>(Credentials{std::move(id), "secret", "", std::nullopt}));
    }
  }
  Task<std::shared_ptr<const Credentials>> get() override {
    if (at_ >= keys_.size()) {
      throw ConfigurationError("the metadata service does not answer");
    }
    co_return keys_[at_];
  }
  void reject(const std::shared_ptr<const Credentials>& refused) override {
    ++rejections;
    at_ += at_ < keys_.size() && refused == keys_[at_] ? 1 : 0;
  }
  std::string_view name() const override { return "a key ring"; }
  void add(std::string id) {
    keys_.push_back(std::make_shared<const Credentials>(Credentials{std::move(id), "secret", "", std::nullopt}));
  }

  int rejections = 0;

 private:
  std::vector<std::shared_ptr<const Credentials>> keys_;
  std::size_t at_ = 0;
};

class RefusedKeysTest : public ClientTest {
 protected:
  std::shared_ptr<KeyRing> ring(std::vector<std::string> ids) {
    auto made = std::make_shared<KeyRing>(std::move(ids));
    keys_ = made;
    return made;
  }
  void refuse(std::string_view code) { wire_.answer(400, R"({"__type":"x#)" + std::string(code) + R"("})"); }
  std::string signer() const {
    const std::string text(wire_.requests().back().headers.find("Authorization").value_or(""));
    const std::size_t begin = text.find("Credential=") + 11;
    return text.substr(begin, text.find('/') - begin);
  }
};

// Goal: each error code about keys makes the provider look for others, and the call is sent again at once.
TEST_F(RefusedKeysTest, GoOnWithOtherKeys) {
  for (const char* code :
       {"ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId"}) {
    const auto keys = ring({"old", "new"});
    ServiceClient client = make(here());
    refuse(code);
    wire_.answer(200, "{}");
    const runtime::TimePoint begun = loop_.clock().now();
    loop_.run(client.call(a_call(1)));
    EXPECT_EQ(loop_.clock().now(), begun);
    EXPECT_EQ(signer(), "new") << code;
    EXPECT_EQ(keys->rejections, 1);
  }
  EXPECT_EQ(events_.at(0), "aws.retry service=sqs operation=ReceiveMessage error_class=final code=ExpiredToken");
}

// Goal: if there are no other keys, or they are rejected, too, the original error is thrown; it is retryable.
TEST_F(RefusedKeysTest, AreAnErrorWithoutOthers) {
  const auto check = [this](std::vector<std::string> ids, std::size_t requests, int rejections) {
    const auto keys = ring(std::move(ids));
    ServiceClient client = make(here());
    wire_.forget();
    const std::size_t before = wire_.requests().size();
    for (int i = 0; i < 3; ++i) {
      refuse("ExpiredTokenException");
    }
    const Error::Facts facts = failure(client, a_call());
    EXPECT_EQ(facts.code, "ExpiredTokenException");
    EXPECT_TRUE(facts.credentials);
    EXPECT_TRUE(facts.retryable);
    EXPECT_EQ(facts.attempts, requests);
    EXPECT_EQ(wire_.requests().size() - before, requests);
    EXPECT_EQ(keys->rejections, rejections);
  };
  check({"old"}, 1, 1);
  check({"same", "same"}, 1, 1);
  check({"old", "new", "newest"}, 2, 1);
}

// Goal: if the provider fails, the call fails with a code of its own and says why; when the provider has keys again,
// the same client works.
TEST_F(RefusedKeysTest, AProviderWithoutKeysIsAnErrorThatHeals) {
  const auto keys = ring({});
  ServiceClient client = make(here());
  const Error::Facts facts = failure(client, a_call());
  EXPECT_EQ(facts.code, codes::kNoCredentials);
  EXPECT_EQ(facts.message, "the metadata service does not answer");
  EXPECT_EQ(facts.operation, "sqs.ReceiveMessage");
  EXPECT_TRUE(facts.retryable);
  EXPECT_TRUE(facts.credentials);
  EXPECT_EQ(wire_.requests().size(), 0U);
  keys->add("new");
  wire_.answer(200, "{}");
  loop_.run(client.call(a_call()));
  EXPECT_EQ(signer(), "new");
}

// Goal: an error for another reason does not reject the keys.
TEST_F(RefusedKeysTest, OtherRefusalsRejectNothing) {
  const auto keys = ring({"old", "new"});
  ServiceClient client = make(here());
  refuse("AccessDeniedException");
  EXPECT_FALSE(failure(client, a_call()).credentials);
  EXPECT_EQ(keys->rejections, 0);
}

}  // namespace
}  // namespace ekiden::aws
