/// Digest: MD5 and SHA-256, and HMAC over them, by OpenSSL.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

struct evp_md_ctx_st;
struct evp_md_st;

namespace ekiden::base {

/// The bytes that a digest yields: 16 of MD5, 32 of SHA-256, none where the algorithm is not offered.
class DigestValue {
 public:
  static constexpr std::size_t kBytesMax = 32;

  std::string_view bytes() const { return {data_.data(), size_}; }
  operator std::string_view() const { return bytes(); }

 private:
  friend class Digest;
  std::array<char, kBytesMax> data_;
  std::size_t size_ = 0;
};

/// One algorithm with one context that is used again and again: OpenSSL 3 otherwise looks the algorithm up by name at
/// the start of each hash, which costs more than to hash a message. Not thread-safe.
///
///   base::Digest sha256 = base::Digest::sha256();
///   base::append_hex(out, sha256.of(body));
class Digest {
 public:
  /// Throws std::runtime_error where OpenSSL does not offer it.
  static Digest sha256();
  /// For SQS's checksums only: it protects from accidents. Where OpenSSL does not offer it, as in FIPS mode, every
  /// value is empty, and available() is false.
  static Digest md5();

  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();

  bool available() const { return context_ != nullptr; }

  /// begin(), then add() any number of times, then end().
  void begin();
  void add(std::string_view data);
  DigestValue end();

  DigestValue of(std::string_view data) {
    begin();
    add(data);
    return end();
  }

  /// HMAC (RFC 2104). Of SHA-256 and MD5, whose blocks have 64 bytes.
  DigestValue hmac(std::string_view key, std::string_view data);

 private:
  struct Release {
    void operator()(evp_md_st* algorithm) const;
    void operator()(evp_md_ctx_st* context) const;
  };
  explicit Digest(const char* name);

  std::unique_ptr<evp_md_st, Release> algorithm_;
  std::unique_ptr<evp_md_ctx_st, Release> context_;
};

}  // namespace ekiden::base
