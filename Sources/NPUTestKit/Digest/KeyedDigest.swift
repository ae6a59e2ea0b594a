internal import Crypto

/// HMAC with SHA-256, as signatures of requests are made.
package enum KeyedDigest {
  /// The authentication code of a message under a key, in hexadecimal digits.
  package static func text(of message: String, key: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Array(message.utf8), using: SymmetricKey(data: Array(key.utf8)))
    return ContentDigest.hexadecimal(code)
  }
}
