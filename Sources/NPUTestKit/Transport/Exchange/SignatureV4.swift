internal import NPUBase

/// A signature of the kind `AWS4-HMAC-SHA256`, which libcurl makes as the request is sent, with the date of then.
///
/// The request is sent as it stands, so its path and query must be in canonical form, and the hash of its body in the
/// field `x-amz-content-sha256`.
package struct SignatureV4: Sendable, Hashable {
  /// The access key, which travels with each request.
  package var accessKey: Secret
  /// The secret key, which never travels.
  package var secretKey: Secret
  /// The region of the service.
  package var region: String
  /// The service, such as `s3`.
  package var service: String

  package init(accessKey: Secret, secretKey: Secret, region: String, service: String) {
    self.accessKey = accessKey
    self.secretKey = secretKey
    self.region = region
    self.service = service
  }

  /// Texts that must not be shown.
  package var secrets: [String] { [accessKey.reveal(), secretKey.reveal()] }

  /// What libcurl is told, or why it cannot be.
  func option(for request: TransferRequest) throws(TransportError) -> String {
    for part in [region, service] {
      let isPlain = part.utf8.allSatisfy {
        0x20 < $0 && $0 < 0x7F && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/")
      }
      guard isPlain, !part.isEmpty else {
        throw TransportError(
          kind: .authentication, message: "the region or service \"\(Excerpt.of(part))\" cannot stand in a signature",
          request: request.identity)
      }
    }
    return "aws:amz:\(region):\(service)"
  }
}
