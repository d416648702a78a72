#include <ekiden/base/assert.hpp>
#include <ekiden/base/digest.hpp>

#include <openssl/evp.h>

#include <stdexcept>

namespace ekiden::base {
namespace {

constexpr std::size_t kBlockSize = 64;

// OpenSSL provides the algorithm, so only a bug can make a call fail.
void check(int result) { EKIDEN_ASSERT(result == 1); }

}  // namespace

void Digest::Release::operator()(evp_md_st* algorithm) const { EVP_MD_free(algorithm); }
void Digest::Release::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Digest::Digest(const char* name) : algorithm_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
  // A FIPS provider can know an algorithm and still refuse to start it.
  if (algorithm_ == nullptr || context_ == nullptr ||
      EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) != 1) {
    context_.reset();
  }
}

Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

Digest Digest::sha256() {
  Digest digest("SHA256");
  if (!digest.available()) {
    throw std::runtime_error("OpenSSL does not provide SHA-256");
  }
  return digest;
}

Digest Digest::md5() { return Digest("MD5"); }

void Digest::begin() {
  if (available()) {
    check(EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr));
  }
}

void Digest::add(std::string_view data) {
  if (available()) {
    check(EVP_DigestUpdate(context_.get(), data.data(), data.size()));
  }
}

DigestValue Digest::end() {
  DigestValue value;
  if (available()) {
    unsigned size = 0;
    check(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(value.data_.data()), &size));
    value.size_ = size;
  }
  return value;
}

// Implements RFC 2104. OpenSSL's HMAC allocates memory and looks up parameters for each call, which costs more than the
// hashing.
DigestValue Digest::hmac(std::string_view key, std::string_view data) {
  const DigestValue hashed = key.size() > kBlockSize ? of(key) : DigestValue{};
  const std::string_view short_key = key.size() > kBlockSize ? hashed.bytes() : key;
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
  const DigestValue middle = end();
  begin();
  add({outer.data(), outer.size()});
  add(middle);
  return end();
}

}  // namespace ekiden::base
