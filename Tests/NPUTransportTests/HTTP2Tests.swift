internal import Foundation
import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite(
  "HTTP/2", .timeLimit(.minutes(30)),
  .enabled(if: ServerProcess.nghttpd != nil, "nghttpd is not installed; apt-get install nghttp2-server"))
struct HTTP2Tests {
  /// Runs nghttpd on a folder with a small and a large file.
  private func withServer(
    _ extra: [String] = ["--no-tls"], in folder: String, _ body: (Int) async throws -> Void
  ) async throws {
    let program = try #require(ServerProcess.nghttpd)
    try "small".write(toFile: "\(folder)/small.txt", atomically: true, encoding: .utf8)
    try Data(repeating: 0x78, count: 8 << 20).write(to: URL(filePath: "\(folder)/large.bin"))
    // It has no way to choose a port by itself, and says "listen" once it has the one that it is given.
    for attempt in 1... {
      let port = try Loopback.portToTry()
      do {
        return try await ServerProcess.with(
          program, ["-v", "-a", "127.0.0.1", "-d", folder] + [String(port)] + extra, in: folder,
          ready: { $0.contains("listen 127.0.0.1:") ? port : nil }, body)
      } catch is ServerProcess.Failed where attempt < 10 {}
    }
  }

  private let priorKnowledge = TransportConfiguration(httpVersion: .http2PriorKnowledge)

  @Test("without TLS by prior knowledge: heads, bodies, one exchange after the other")
  func exchanges() async throws {
    try await TemporaryFolder.with { folder in
      try await withServer(in: folder) { port in
        try await CurlTransport.with(priorKnowledge) { transport in
          for _ in 0..<3 {
            let response = try await transport.response(to: .to("127.0.0.1:\(port)", path: "/small.txt"))
            #expect(response.head.status == .ok)
            #expect(response.body == bytes("small"))
            #expect(response.metrics.httpVersion == "HTTP/2")
          }
          let missing = try await transport.response(to: .to("127.0.0.1:\(port)", path: "/none"))
          #expect(missing.head.status == .notFound)
          let observer = RecordingObserver(keepsBody: false)
          observer.start(
            .to(
              "127.0.0.1:\(port)", path: "/small.txt", method: .post,
              body: .bytes([UInt8](repeating: 1, count: 200_000))),
            on: transport)
          #expect(await observer.ended().error == nil)
          #expect(observer.log.names == ["started", "sent", "head", "body", "ended"])
        }
      }
    }
  }

  @Test("a slow reader gets every byte, and neither it nor a cancelled stream harms another on their connection")
  func streams() async throws {
    let openssl = try #require(Certificates.openssl)
    try await TemporaryFolder.with { folder in
      let certificates = try Certificates(openssl: openssl, folder: folder)
      try await withServer([certificates.serverKey, certificates.server], in: folder) { port in
        let tls = TLSConfiguration(authorityPath: certificates.authority)
        try await CurlTransport.with(TransportConfiguration(tls: tls)) { transport in
          func request(_ file: String) -> TransferRequest { .to("localhost:\(port)", path: file, scheme: "https") }
          let first = try await transport.response(to: request("/small.txt"))
          #expect(!first.metrics.connectionReused)
          let resting = RecordingObserver(keepsBody: false) { _, log in log.count("body") == 1 ? .pause : .more }
          resting.start(request("/large.bin"), on: transport)
          await resting.wait { $0.bodyBytes > 0 && $0.handle != nil }
          let cancelled = RecordingObserver(keepsBody: false) { _, _ in .pause }
          cancelled.start(request("/large.bin"), on: transport)
          await cancelled.wait { $0.bodyBytes > 0 && $0.handle != nil }
          cancelled.log.handle?.cancel()
          #expect(await cancelled.ended().error?.kind == .cancelled)
          let small = try await transport.response(to: request("/small.txt"))
          #expect(small.body == bytes("small"))
          #expect(small.metrics.connectionReused)
          #expect(small.metrics.localAddress == first.metrics.localAddress)
          resting.log.handle?.resume()
          #expect(await resting.ended().error == nil)
          #expect(resting.log.bodyBytes == 8 << 20)

          let body = try await transport.stream(request("/large.bin")).body
          var count = 0
          for try await chunk in body { count += chunk.bytes.count }
          #expect(count == 8 << 20)
        }
      }
    }
  }

  @Test("over TLS it is negotiated, unless HTTP/1.1 is asked for")
  func negotiates() async throws {
    let openssl = try #require(Certificates.openssl)
    try await TemporaryFolder.with { folder in
      let certificates = try Certificates(openssl: openssl, folder: folder)
      try await withServer([certificates.serverKey, certificates.server], in: folder) { port in
        let tls = TLSConfiguration(authorityPath: certificates.authority)
        try await CurlTransport.with(TransportConfiguration(tls: tls)) { transport in
          let response = try await transport.response(to: .to("localhost:\(port)", path: "/small.txt", scheme: "https"))
          #expect(response.metrics.httpVersion == "HTTP/2")
          #expect(response.body == bytes("small"))
        }
        // This server speaks nothing but HTTP/2.
        try await CurlTransport.with(TransportConfiguration(tls: tls, httpVersion: .http1)) { transport in
          let error = await #expect(throws: TransportError.self) {
            _ = try await transport.response(to: .to("localhost:\(port)", path: "/small.txt", scheme: "https"))
          }
          #expect(error?.kind == .connectionLost || error?.kind == .tls || error?.kind == .protocolViolation)
        }
      }
    }
  }

  @Test("a server that speaks HTTP/1.1 to prior knowledge of HTTP/2 is told as that")
  func classifiesHTTP1() async throws {
    try await withAnswer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") { server, _ in
      try await CurlTransport.with(priorKnowledge) { transport in
        let error = await #expect(throws: TransportError.self) {
          _ = try await transport.response(to: .to(server.authority))
        }
        #expect(error?.kind == .protocolViolation || error?.kind == .connectionLost, "\(String(describing: error))")
      }
    }
  }
}
