#include "sha256.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace ekiden::aws {
namespace {

constexpr std::size_t kBlockSize = 64;

void check(int result) {
  if (result != 1) {
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  }
}

}  // namespace

// Fetched once: OpenSSL 3 otherwise looks the algorithm up by name at every start of a hash.
Sha256::Sha256() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
  if (algorithm_ == nullptr || context_ == nullptr) {
    EVP_MD_free(algorithm_);
    EVP_MD_CTX_free(context_);
    throw std::runtime_error("OpenSSL offers no SHA-256");
  }
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(context_);
  EVP_MD_free(algorithm_);
}

void Sha256::begin() { check(EVP_DigestInit_ex2(context_, algorithm_, nullptr)); }

void Sha256::add(std::string_view data) { check(EVP_DigestUpdate(context_, data.data(), data.size())); }

Digest Sha256::end() {
  Digest digest;
  check(EVP_DigestFinal_ex(context_, digest.data(), nullptr));
  return digest;
}

Digest Sha256::hash(std::string_view data) {
  begin();
  add(data);
  return end();
}

// By RFC 2104: OpenSSL's own HMAC allocates and looks up parameters each time, which costs more than the hashing.
Digest Sha256::hmac(std::string_view key, std::string_view data) {
  const Digest hashed = key.size() > kBlockSize ? hash(key) : Digest{};
  const std::string_view short_key = key.size() > kBlockSize ? bytes_of(hashed) : key;
  std::array<char, kBlockSize> inner;
  std::array<char, kBlockSize> outer;
  inner.fill(0x36);
  outer.fill(0x5c);
  for (std::size_t i = 0; i < short_key.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ short_key[i]);
    outer[i] = static_cast<char>(outer[i] ^ short_key[i]);
  }
  begin();
  add({inner.data(), inner.size()});
  add(data);
  const Digest middle = end();
  begin();
  add({outer.data(), outer.size()});
  add(bytes_of(middle));
  return end();
}

void append_hex(std::string& out, const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 2 * std::tuple_size_v<Digest>> text;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = kDigits[digest[i] >> 4];
    text[2 * i + 1] = kDigits[digest[i] & 15];
  }
  out.append(text.data(), text.size());
}

}  // namespace ekiden::aws
