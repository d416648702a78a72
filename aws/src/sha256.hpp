// Sha256: SHA-256 and HMAC over one OpenSSL context that is used again and again.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;
struct evp_md_st;

namespace ekiden::aws {

using Digest = std::array<unsigned char, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Digest hash(std::string_view data);
  Digest hmac(std::string_view key, std::string_view data);

 private:
  void begin();
  void add(std::string_view data);
  Digest end();

  evp_md_st* algorithm_;
  evp_md_ctx_st* context_;
};

inline std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
void append_hex(std::string& out, const Digest& digest);

}  // namespace ekiden::aws
