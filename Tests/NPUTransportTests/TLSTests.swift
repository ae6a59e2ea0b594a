import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite(
  "TLS", .timeLimit(.minutes(30)),
  .enabled(if: Certificates.openssl != nil, "the openssl program is not installed; apt-get install openssl"))
struct TLSTests {
  private func withCertificates(_ body: (Certificates) async throws -> Void) async throws {
    let openssl = try #require(Certificates.openssl)
    try await TemporaryFolder.with { folder in try await body(Certificates(openssl: openssl, folder: folder)) }
  }

  private func file(_ port: Int, host: String = "localhost") -> TransferRequest {
    .to("\(host):\(port)", path: "/hello.txt", scheme: "https") { $0.connection = .fresh }
  }

  private func expectRefusal(
    _ tls: TLSConfiguration, _ request: TransferRequest, hint: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await CurlTransport.with(TransportConfiguration(tls: tls)) { transport in
      let error = await #expect(throws: TransportError.self, sourceLocation: sourceLocation) {
        _ = try await transport.response(to: request)
      }
      #expect(error?.kind == .tls, "\(String(describing: error))", sourceLocation: sourceLocation)
      #expect(error?.message.contains(hint) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
      #expect(error?.description.contains(Certificates.passphrase) == false, sourceLocation: sourceLocation)
    }
  }

  @Test("a server is believed by its authority and name, and by nothing less")
  func verifiesServers() async throws {
    try await withCertificates { certificates in
      try await certificates.withServer { port in
        let own = TLSConfiguration(authorityPath: certificates.authority)
        try await CurlTransport.with(TransportConfiguration(tls: own)) { transport in
          let response = try await transport.response(to: file(port))
          #expect(String(decoding: response.body, as: UTF8.self).hasSuffix("hello over TLS"))
          let connect = try #require(response.metrics.connect)
          let tls = try #require(response.metrics.tls)
          #expect(connect < tls)
          #expect(tls <= response.metrics.firstByte ?? .zero)
        }
        try await expectRefusal(TLSConfiguration(), file(port), hint: "certificate")
        try await expectRefusal(TLSConfiguration(authorityPath: certificates.stranger), file(port), hint: "certificate")
        try await expectRefusal(own, file(port, host: "127.0.0.1"), hint: "127.0.0.1")
        try await expectRefusal(
          TLSConfiguration(authorityPath: "/nonexistent/ca.pem"), file(port), hint: "/nonexistent/ca.pem")
      }
    }
  }

  @Test("without verification any certificate and name will do")
  func skipsVerification() async throws {
    try await withCertificates { certificates in
      try await certificates.withServer { port in
        let tls = TLSConfiguration(verifiesServer: false)
        try await CurlTransport.with(TransportConfiguration(tls: tls)) { transport in
          for host in ["localhost", "127.0.0.1"] {
            let response = try await transport.response(to: file(port, host: host))
            #expect(String(decoding: response.body, as: UTF8.self).hasSuffix("hello over TLS"))
          }
        }
      }
    }
  }

  @Test("a server that asks for a certificate gets it", arguments: ["-tls1_2", "-tls1_3"])
  func provesItself(version: String) async throws {
    try await withCertificates { certificates in
      try await certificates.withServer(mutual: true, [version]) { port in
        func configuration(_ key: String, _ passphrase: Secret?) -> TLSConfiguration {
          TLSConfiguration(
            authorityPath: certificates.authority,
            clientCertificate: .init(
              certificatePath: certificates.client, keyPath: key, passphrase: passphrase))
        }
        for tls in [
          configuration(certificates.clientKey, nil),
          configuration(certificates.lockedClientKey, Secret(Certificates.passphrase)),
        ] {
          try await CurlTransport.with(TransportConfiguration(tls: tls)) { transport in
            let response = try await transport.response(to: file(port))
            #expect(String(decoding: response.body, as: UTF8.self).hasSuffix("hello over TLS"))
          }
        }
        let expired = TLSConfiguration(
          authorityPath: certificates.authority,
          clientCertificate: .init(
            certificatePath: certificates.expiredClient, keyPath: certificates.expiredClientKey))
        try await expectRefusal(
          TLSConfiguration(authorityPath: certificates.authority), file(port), hint: "asks for a client certificate")
        try await expectRefusal(expired, file(port), hint: "has expired")
        try await expectRefusal(
          TLSConfiguration(authorityPath: certificates.stranger), file(port), hint: "name the authority")
        try await expectRefusal(configuration(certificates.lockedClientKey, "wrong"), file(port))
        try await expectRefusal(configuration("/nonexistent/client.key", nil), file(port))
        try await expectRefusal(configuration(certificates.serverKey, nil), file(port))
      }
    }
  }

  @Test("versions of TLS that have nothing in common are told as that")
  func negotiatesVersions() async throws {
    try await withCertificates { certificates in
      try await certificates.withServer(["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_8_SHA256"]) { port in
        try await expectRefusal(TLSConfiguration(authorityPath: certificates.authority), file(port))
      }
    }
  }
}
