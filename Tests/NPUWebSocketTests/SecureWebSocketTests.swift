import Foundation
import NIOSSL
import NPUServices
import NPUTransport
import NPUWebSocket
import TestSupport
import Testing

@Suite("A WebSocket over TLS", .timeLimit(.minutes(30)))
struct SecureWebSocketTests {
  /// SwiftNIO has a type of the same name.
  private typealias Trust = NPUTransport.TLSConfiguration

  private static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// A certificate for this machine, which is its own authority, and what serves with it.
  private static func withCertificate<Result>(
    _ body: (_ certificate: String, _ context: NIOSSLContext) async throws -> Result
  ) async throws -> Result {
    let openssl = try #require(openssl)
    return try await TemporaryFolder.with { folder in
      let (certificate, key) = (folder + "/cert.pem", folder + "/key.pem")
      let process = try ChildProcess(
        openssl,
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
          "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ], in: folder, output: .nullDevice, errors: .nullDevice)
      #expect(process.waitUntilEnd().status == 0)
      let context = try NIOSSLContext(
        configuration: .makeServerConfiguration(
          certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
          privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))))
      return try await body(certificate, context)
    }
  }

  private static func message(_ peer: RawPeer, host: String, _ tls: Trust) async throws -> String? {
    let client = try WebSocketClient(
      "wss://\(host):\(peer.port)", route: "/ws", configuration: TransportConfiguration(tls: tls))
    var messages = client.messages(for: "ask").makeAsyncIterator()
    return try await messages.next()?.text
  }

  private static let steps: [RawPeer.Step] = [.agree, .read, .write(Frames.text("hello") + Frames.close(1000))]

  @Test(
    "is made where the authority is trusted, by name and by address, or nobody checks", .enabled(if: openssl != nil),
    arguments: ["localhost", "127.0.0.1"])
  func trusted(host: String) async throws {
    try await Self.withCertificate { certificate, context in
      for tls in [Trust(authorityPath: certificate), Trust(verifiesServer: false)] {
        try await RawPeer.with(Self.steps, tls: context) { peer in
          let message = try await Self.message(peer, host: host, tls)
          #expect(message == "hello")
        }
      }
    }
  }

  @Test("is not made where it is not trusted, and says so", .enabled(if: openssl != nil))
  func stranger() async throws {
    try await Self.withCertificate { _, context in
      try await RawPeer.with(Self.steps, tls: context) { peer in
        let error = await #expect(throws: ServiceError.self) {
          try await Self.message(peer, host: "localhost", Trust())
        }
        #expect(error?.shortDescription == "tls", "\(String(describing: error))")
        #expect(peer.bytes.isEmpty)
      }
    }
  }

  @Test("cannot be begun with certificates that are none")
  func unreadable() {
    let error = #expect(throws: TransportError.self) {
      try WebSocketTransport(
        configuration: TransportConfiguration(tls: Trust(authorityPath: "/nonexistent/ca.pem")))
    }
    #expect(error?.kind == .tls)
  }
}
