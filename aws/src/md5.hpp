// Md5: MD5 over one OpenSSL context that is used again and again. For SQS's checksums only: it protects from accidents.
#pragma once

#include <array>
#include <string>
#include <string_view>

struct evp_md_ctx_st;
struct evp_md_st;

namespace ekiden::aws {

/// Where OpenSSL has no MD5, as in FIPS mode, none of this does anything and matches() is always true.
class Md5 {
 public:
  Md5();
  ~Md5();
  Md5(const Md5&) = delete;
  Md5& operator=(const Md5&) = delete;

  void begin();
  void add(std::string_view data);
  /// Whether what was added since begin() has this MD5, in hexadecimal.
  bool matches(std::string_view hex);

  bool matches(std::string_view data, std::string_view hex) {
    begin();
    add(data);
    return matches(hex);
  }
  /// In hexadecimal; empty where there is no MD5.
  std::string hex(std::string_view data);

 private:
  using Text = std::array<char, 32>;
  Text end();

  evp_md_st* algorithm_;
  evp_md_ctx_st* context_;
};

}  // namespace ekiden::aws
