// Programs that use https: AWS_CA_BUNDLE adds an own certificate authority, and a server that is not trusted is one
// clear error.
#include <certificates.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "front.hpp"
#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using namespace std::chrono_literals;
using http::test::CertificateSpec;
using testing::AllOf;
using testing::HasSubstr;

const std::string kTrust = "cannot trust PEER: ";

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    tools_.create_queues();
    tools_.create_table();
    show({});
  }
  /// The server uses this certificate from the next connection on.
  void show(const CertificateSpec& certificate) {
    http::test::show_certificate(context_, authority_.issue(certificate));
  }

  Finished send(const std::string& url, const std::string& ca_file) const {
    return run("ekiden", {"send", "--endpoint", url, "--queue", "news", "--news", "20"}, {{"AWS_CA_BUNDLE", ca_file}});
  }
  /// Expects that `ekiden send` exits with status 1 and this error, and that nothing was sent.
  void expect_refusal(const std::string& ca_file, std::string why) {
    const Front<http::test::TlsEnd> front(context_, port_);
    const Finished sent = send(front.url("https"), ca_file);
    EXPECT_EQ(sent.status, 1);
    const std::string peer = front.url("https").substr(8);
    why.replace(why.find("PEER"), 4, peer);
    EXPECT_EQ(sent.errors,
              "local https://" + peer + "\nekiden: sqs.GetQueueUrl on news: CertificateNotTrusted: " + why + "\n");
    EXPECT_EQ(tools_.messages("news"), 0);
  }

  LocalServer server_;
  std::uint16_t port_ = static_cast<std::uint16_t>(std::stoi(server_.port()));
  Tools tools_{server_.url()};
  http::test::Authority authority_;
  http::test::TextFile trusted_{authority_.pem()};
  boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
};

// Goal: with AWS_CA_BUNDLE, messages are sent, handled and stored over TLS only.
TEST_F(TlsTest, AnAuthorityOfOnesOwnIsTrusted) {
  const Front<http::test::TlsEnd> front(context_, port_);
  const Finished sent = send(front.url("https"), trusted_.path());
  EXPECT_EQ(sent.status, 0) << sent.errors;
  Program worker("news-worker", {"--endpoint", front.url("https"), "--ops", "off"},
                 {{"AWS_CA_BUNDLE", trusted_.path()}});
  tools_.wait_until_empty("news");
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0) << worker.errors();
  EXPECT_EQ(tools_.deliveries().size(), 20U);
}

// Goal: an unknown authority, a wrong name, an expired certificate and a missing CA file each have their own error.
TEST_F(TlsTest, EachReasonForNoTrustHasItsOwnError) {
  expect_refusal("", kTrust +
                         "its certificate is signed by an authority that this machine does not trust (unable to get "
                         "local issuer certificate); if a proxy or the server has its own authority, set "
                         "AWS_CA_BUNDLE to a PEM file of it");
  show({.names = "DNS:sqs.us-east-1.amazonaws.com"});
  expect_refusal(trusted_.path(),
                 kTrust + "its certificate is not for 127.0.0.1; check the host name, and which server answers there");
  show({.valid_to = -1s});
  expect_refusal(trusted_.path(), kTrust + "its certificate has expired; renew it, or correct this machine's clock");
  expect_refusal("/nonexistent/ca.pem",
                 "cannot connect to PEER: the file of trusted certificates /nonexistent/ca.pem cannot be read: No such "
                 "file or directory; correct or unset AWS_CA_BUNDLE or ca_bundle");
}

// Goal: a worker whose services are not trusted does not start. Its last line has the reason and advice.
TEST_F(TlsTest, AWorkerWithoutTrustDoesNotStart) {
  const Front<http::test::TlsEnd> front(context_, port_);
  const Finished worker = run("news-worker", {"--endpoint", front.url("https"), "--ops", "off"});
  EXPECT_EQ(worker.status, 2);
  const std::string last = worker.errors.substr(worker.errors.rfind('\n', worker.errors.size() - 2) + 1);
  EXPECT_THAT(last,
              AllOf(HasSubstr("cannot trust " + front.url("https").substr(8) + ": its certificate is signed by an "),
                    HasSubstr("set AWS_CA_BUNDLE to a PEM file of it")));
}

}  // namespace
}  // namespace ekiden::e2e
