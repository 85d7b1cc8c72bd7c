// tests/chain/certificate.h — a server's certificate, made on the spot and trusted by nobody.
#pragma once
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <string>

namespace levee::test {

/// A key, a certificate that it signed itself, and a server's side of TLS with both.
class Certificate {
 public:
  /// in: names "DNS:localhost" or "IP:127.0.0.1"; days until it ends, which may lie behind us
  explicit Certificate(const std::string& names, int days = 1)
      : key_(EVP_EC_gen("P-256"), EVP_PKEY_free),
        certificate_(X509_new(), X509_free),
        tls_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
    X509* x509 = certificate_.get();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3 * day);
    X509_gmtime_adj(X509_getm_notAfter(x509), days * day);
    X509_set_pubkey(x509, key_.get());
    X509_NAME* name = X509_get_subject_name(x509);
    const auto* text = reinterpret_cast<const unsigned char*>("levee's test");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(x509, name);
    extend(NID_subject_alt_name, names.c_str());
    extend(NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(x509, key_.get(), EVP_sha256());
    SSL_CTX_use_certificate(tls_.get(), x509);
    SSL_CTX_use_PrivateKey(tls_.get(), key_.get());
  }

  SSL_CTX* tls() const { return tls_.get(); }

  /// Writes the certificate where a client may be told to trust it.
  void write(const std::string& path) const {
    std::FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, certificate_.get());
    std::fclose(file);
  }

 private:
  static constexpr long day = 24 * 60 * 60;

  void extend(int kind, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(certificate_.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls_;
};

}  // namespace levee::test
