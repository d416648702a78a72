/// Certificates and files with certificates, made at run time for tests of TLS.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace ekiden::http::test {

template <auto free>
struct Free {
  template <typename Object>
  void operator()(Object* object) const {
    free(object);
  }
};

/// What a certificate says about its server.
struct CertificateSpec {
  std::string names = "IP:127.0.0.1";  ///< As OpenSSL writes subjectAltName: "DNS:localhost,IP:127.0.0.1".
  std::chrono::seconds valid_from{-3600};
  std::chrono::seconds valid_to{3600};
};

/// An authority: signs the certificates of servers.
class Authority {
 public:
  Authority() : key_(EVP_EC_gen("P-256")), certificate_(make(key_.get(), "ekiden test authority", CertificateSpec{})) {
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    extend(certificate_.get(), NID_subject_alt_name, "IP:127.0.0.1");
    extend(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  }

  /// The PEM text that a client must trust.
  std::string pem() const { return to_pem(certificate_.get(), nullptr); }

  /// Its own certificate and key: a server that shows them has a self-signed certificate.
  std::string own() const { return to_pem(certificate_.get(), key_.get()); }
  /// A new certificate and its key, as PEM text.
  std::string issue(const CertificateSpec& spec) const {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = make(key.get(), "ekiden test server", spec);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    extend(certificate.get(), NID_subject_alt_name, spec.names.c_str());
    X509_sign(certificate.get(), key_.get(), EVP_sha256());
    return to_pem(certificate.get(), key.get());
  }

 private:
  using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
  using Certificate = std::unique_ptr<X509, Free<X509_free>>;

  static Certificate make(EVP_PKEY* key, const char* subject, const CertificateSpec& spec) {
    static long serial = 0;
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), static_cast<long>(spec.valid_from.count()));
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), static_cast<long>(spec.valid_to.count()));
    X509_set_pubkey(certificate.get(), key);
    const std::string name =
        subject + (" " + std::to_string(serial));  // Two authorities of the same name would be confused.
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    return certificate;
  }
  static void extend(X509* certificate, int kind, const char* value) {
    const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
    X509_add_ext(certificate, extension.get(), -1);
  }
  static std::string to_pem(X509* certificate, EVP_PKEY* key) {
    const std::unique_ptr<BIO, Free<BIO_free>> text(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(text.get(), certificate);
    if (key != nullptr) {
      PEM_write_bio_PrivateKey(text.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    }
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(text.get(), &bytes);
    return std::string(bytes, static_cast<std::size_t>(size));
  }

  Key key_;
  Certificate certificate_;
};

/// Makes a server show `pem`, a certificate with its key.
inline void show_certificate(boost::asio::ssl::context& server, const std::string& pem) {
  server.use_certificate_chain(boost::asio::buffer(pem));
  server.use_private_key(boost::asio::buffer(pem), boost::asio::ssl::context::pem);
}

/// A file with a text, removed by the destructor.
class TextFile {
 public:
  explicit TextFile(const std::string& text)
      : path_((std::filesystem::temp_directory_path() / "ekiden-test-XXXXXX").string()) {
    ::close(::mkstemp(path_.data()));
    std::ofstream(path_) << text;
  }
  ~TextFile() { ::unlink(path_.c_str()); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ekiden::http::test
