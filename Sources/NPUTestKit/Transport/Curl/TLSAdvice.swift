/// What a failed TLS handshake means and what to do, by the words of OpenSSL, which name an alert and explain nothing.
enum TLSAdvice {
  /// The words with their meaning before them; the words alone where they are not known.
  static func explained(_ words: String) -> String {
    guard let meaning = meanings.first(where: { words.contains($0.words) })?.meaning else { return words }
    return "\(meaning); libcurl says: \(words)"
  }

  /// The first that fits counts.
  ///
  /// An alert is what the server says of us; the others are what we found.
  private static let meanings: [(words: String, meaning: String)] = [
    (
      "alert certificate required",
      "the server asks for a client certificate and got none; give one with its key (--cert, --key)"
    ),
    (
      "alert certificate expired",
      "the server refuses the client certificate because it has expired; give one that is valid (--cert, --key)"
    ),
    (
      "alert unknown ca",
      "the server does not know the authority that signed the client certificate; give one that it trusts (--cert, --key)"
    ),
    ("alert certificate revoked", "the server refuses the client certificate because it was revoked"),
    ("alert bad certificate", "the server refuses the client certificate (--cert, --key)"),
    ("alert certificate unknown", "the server refuses the client certificate (--cert, --key)"),
    ("alert unsupported certificate", "the server refuses the client certificate as one of the wrong kind"),
    (
      "alert handshake failure",
      "the server broke the handshake off, as one does that asks for a client certificate and got none (--cert, --key)"
    ),
    (
      "certificate has expired",
      "the certificate of the server has expired, or the clock of this machine is wrong"
    ),
    (
      "unable to get local issuer certificate",
      "the certificate of the server comes from an authority that is not trusted here; name the authority (--cacert)"
    ),
    (
      "self-signed certificate",
      "the certificate of the server comes from an authority that is not trusted here; name the authority (--cacert)"
    ),
    (
      "self signed certificate",
      "the certificate of the server comes from an authority that is not trusted here; name the authority (--cacert)"
    ),
    (
      // What libcurl makes of that alert in TLS 1.2; where it is we that refuse, it says what the problem is.
      "SSL certificate verification failed",
      "the server refuses the client certificate because it has expired; give one that is valid (--cert, --key)"
    ),
  ]
}
