internal import Crypto

/// SHA-1 as the handshake of WebSocket asks for it (RFC 6455, section 4.2.2): it proves nothing and keeps no secret.
package enum HandshakeDigest {
  /// The digest of bytes.
  package static func bytes(of bytes: [UInt8]) -> [UInt8] { Array(Insecure.SHA1.hash(data: bytes)) }
}
