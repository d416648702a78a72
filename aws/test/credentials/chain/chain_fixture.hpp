// ChainTest: environment variables, a user's files and fake endpoints, for tests of the credential chain.
#pragma once

#include <ekiden/aws/credentials/credential_chain.hpp>
#include <ekiden/base/json/writer.hpp>
#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/real_clock.hpp>

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <ctime>

#include "config/home_folder.hpp"
#include "fake_aws.hpp"
#include "process_variables.hpp"

namespace ekiden::aws {

using namespace std::chrono_literals;
using test::FakeAws;
using testing::HasSubstr;

inline std::string rfc3339(std::chrono::seconds from_now) {
  const std::time_t time = std::time(nullptr) + from_now.count();
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&time));
  return text;
}

inline std::string hex_digest(const EVP_MD* kind, const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, kind, nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    char two[3];
    std::snprintf(two, sizeof(two), "%02x", digest[i]);
    hex += two;
  }
  return hex;
}

inline std::string ec_key_pem() {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  BIO* const text = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey_traditional(text, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(text, &bytes);
  std::string pem(bytes, static_cast<std::size_t>(size));
  BIO_free(text);
  EVP_PKEY_free(key);
  return pem;
}

// The answers of ECS and EC2.
inline std::string keys_json(const std::string& id, std::chrono::seconds life = std::chrono::hours(1)) {
  return R"({"Code":"Success","Type":"AWS-HMAC","RoleArn":"arn:aws:iam::123456789012:role/news","AccessKeyId":")" + id +
         R"(","SecretAccessKey":"secret","Token":"token","Expiration":")" + rfc3339(life) + R"("})";
}

inline std::string keys_xml(const std::string& operation, const std::string& id) {
  return "<" + operation + "Response><" + operation +
         "Result><AssumedRoleUser><AssumedRoleId>X:s</AssumedRoleId><Arn>" +
         "arn:aws:sts::123456789012:assumed-role/news/s</Arn></AssumedRoleUser><Credentials><AccessKeyId>" + id +
         "</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>" +
         rfc3339(1h) + "</Expiration></Credentials></" + operation + "Result></" + operation + "Response>";
}

class ChainTest : public testing::Test {
 protected:
  ChainTest() {
    variables_.set("HOME", home_.path());
    variables_.set("AWS_REGION", "us-east-1");
  }

  // The provider that a program with this environment gets.
  std::shared_ptr<CredentialsProvider> chain() {
    const Environment environment = test::ProcessVariables::environment();
    const Profile profile = Profile::load(environment);
    Target target = Target::resolve({}, environment, profile);
    target.ca_bundle = fake_.ca_file();
    return default_credentials(env(), environment, profile, target);
  }
  // "ID by PROVIDER", or the error's text.
  std::string found(CredentialsProvider& provider) {
    std::string text;
    auto note = [this, &text, &provider](std::exception_ptr error, std::shared_ptr<const Credentials> keys) {
      try {
        if (error) {
          std::rethrow_exception(error);
        }
        text = keys->access_key_id + " by " + std::string(provider.name());
        EXPECT_EQ(keys->secret_access_key, "secret");
      } catch (const ConfigurationError& complaint) {
        text = complaint.what();
      }
      loop_.stop();
    };
    boost::asio::co_spawn(loop_, provider.get(), note);
    loop_.restart();
    loop_.run();
    return text;
  }
  std::string found() {
    try {
      return found(*chain());
    } catch (const ConfigurationError& error) {
      return error.what();
    }
  }

  void use_proxy() { variables_.set("HTTPS_PROXY", fake_.url()); }
  // Answers every request and records it.
  void answer(const std::string& body) {
    fake_.serve([body](const FakeAws::Request&) { return FakeAws::Reply{.status = 200, .body = body}; });
  }

  runtime::Env env() { return {loop_.get_executor(), clock_, random_, events_, offload_}; }

  test::ProcessVariables variables_;
  test::HomeFolder home_;
  boost::asio::io_context loop_{1};
  runtime::RealClock clock_{loop_.get_executor()};
  runtime::Random random_{7};
  runtime::Events events_;
  runtime::ThreadOffload offload_{1};
  FakeAws fake_;
};

}  // namespace ekiden::aws
