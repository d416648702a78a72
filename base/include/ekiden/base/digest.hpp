/// Digest: MD5, SHA-256 and HMAC, by OpenSSL.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

struct evp_md_ctx_st;
struct evp_md_st;

namespace ekiden::base {

/// The bytes of a digest: 16 for MD5, 32 for SHA-256, none if the algorithm is not available.
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

/// One algorithm with one reusable context. Without it, OpenSSL 3 looks the algorithm up by name for each hash, which
/// costs more than hashing a message. Not thread-safe.
///
///   base::Digest sha256 = base::Digest::sha256();
///   base::append_hex(out, sha256.of(body));
class Digest {
 public:
  /// Throws std::runtime_error if OpenSSL does not provide it.
  static Digest sha256();
  /// For SQS's checksums only; MD5 is not secure. If OpenSSL does not provide it, as in FIPS mode, every value is empty
  /// and available() is false.
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

  /// HMAC (RFC 2104) with this algorithm. Both have blocks of 64 bytes.
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
