#include "md5.hpp"

#include <ekiden/base/assert.hpp>

#include <openssl/evp.h>

#include <cstddef>
#include <utility>

namespace ekiden::aws {
namespace {

// Of an algorithm that OpenSSL has offered: only a bug makes it fail.
void check(int result) { EKIDEN_ASSERT(result == 1); }

}  // namespace

// Fetched once: OpenSSL 3 otherwise looks the algorithm up by name at every start of a hash.
Md5::Md5() : algorithm_(EVP_MD_fetch(nullptr, "MD5", nullptr)), context_(EVP_MD_CTX_new()) {
  if (algorithm_ == nullptr || context_ == nullptr || EVP_DigestInit_ex2(context_, algorithm_, nullptr) != 1) {
    EVP_MD_CTX_free(std::exchange(context_, nullptr));
  }
}

Md5::~Md5() {
  EVP_MD_CTX_free(context_);
  EVP_MD_free(algorithm_);
}

void Md5::begin() {
  if (context_ != nullptr) {
    check(EVP_DigestInit_ex2(context_, algorithm_, nullptr));
  }
}

void Md5::add(std::string_view data) {
  if (context_ != nullptr) {
    check(EVP_DigestUpdate(context_, data.data(), data.size()));
  }
}

Md5::Text Md5::end() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, 16> digest{};
  check(EVP_DigestFinal_ex(context_, digest.data(), nullptr));
  Text text{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = kDigits[digest[i] >> 4];
    text[2 * i + 1] = kDigits[digest[i] & 15];
  }
  return text;
}

bool Md5::matches(std::string_view hex) {
  if (context_ == nullptr) {
    return true;
  }
  const Text text = end();
  return hex == std::string_view(text.data(), text.size());
}

std::string Md5::hex(std::string_view data) {
  if (context_ == nullptr) {
    return {};
  }
  begin();
  add(data);
  const Text text = end();
  return {text.data(), text.size()};
}

}  // namespace ekiden::aws
