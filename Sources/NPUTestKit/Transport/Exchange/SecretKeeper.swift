internal import NPUBase

/// A transport that has secrets of its own, such as the password of a proxy, which the far end may send back.
package protocol SecretKeeper {
  /// Texts that must not be shown.
  var secrets: [String] { get }
}

extension Transport {
  /// Texts that the transport sends beside the requests, and that must not be shown.
  package var secrets: [String] { (self as? any SecretKeeper)?.secrets ?? [] }
}

extension TransportConfiguration {
  /// What must not be shown: the password of the proxy, the words that stand for it in a header, and the passphrase of
  /// the client's key.
  package var secrets: [String] {
    var texts = [tls.clientCertificate?.passphrase?.reveal()].compactMap(\.self)
    guard let proxy else { return texts }
    var (user, password) = (proxy.user ?? "", proxy.password?.reveal() ?? "")
    // Somebody may have put both before the host.
    if let at = proxy.address.lastIndex(of: "@") {
      let start = proxy.address.firstRange(of: "://")?.upperBound ?? proxy.address.startIndex
      let parts = proxy.address[start..<at].split(separator: ":", maxSplits: 1).map(String.init)
      if password.isEmpty, parts.count == 2 { (user, password) = (parts[0], parts[1]) }
    }
    if !password.isEmpty { texts += [password, Base64.encode(Array("\(user):\(password)".utf8))] }
    return texts
  }
}
