import Foundation
import HTTPTypes
import NPUBase
import NPUTransport
import TestSupport
import Testing

@testable import NPUWebSocket

@Suite("The handshake of a WebSocket")
struct WebSocketHandshakeTests {
  /// The key and its proof in RFC 6455, section 1.3.
  private static let handshake = WebSocketHandshake(key: Array("the sample nonce".utf8))
  private static let accept = HTTPField.Name.named("Sec-WebSocket-Accept")
  private static let proof = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
  private static let offered = HTTPField.Name.named("Sec-WebSocket-Protocol")

  private static func request(_ scheme: String = "ws", fields: HTTPFields = [:]) -> TransferRequest {
    .to("h.example:8000", path: "/ws?a=1", scheme: scheme, fields: fields, body: .bytes([1]))
  }

  private static func head(_ change: (inout HTTPFields) -> Void = { _ in }) -> HTTPResponse {
    var fields: HTTPFields = [.upgrade: "WebSocket", .connection: "keep-alive, Upgrade", accept: proof]
    change(&fields)
    return HTTPResponse(status: 101, headerFields: fields)
  }

  @Test("is written with the fields of the request, and without those of a body")
  func written() {
    let fields: HTTPFields = [
      .authorization: "Bearer k", .contentType: "application/json", .accept: "a/b", .connection: "close",
      Self.accept: "x", .userAgent: "u",
    ]
    let request = WebSocketHandshake.request(for: Self.request("wss", fields: fields))
    #expect(request.head.method == .get && request.head.scheme == "https" && request.body == .empty)
    let lines = String(decoding: Self.handshake.bytes(of: request, userAgent: "kit"), as: UTF8.self)
      .components(separatedBy: "\r\n")
    #expect(lines.first == "GET /ws?a=1 HTTP/1.1")
    #expect(lines.contains("Host: h.example:8000") && lines.contains("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))
    #expect(
      lines.contains("Authorization: Bearer k") && lines.contains("Accept: a/b") && lines.contains("User-Agent: u"))
    #expect(!lines.contains { $0.hasPrefix("Content-Type") || $0.contains("close") || $0.contains("Accept: x") })
    #expect(lines.suffix(2) == ["", ""])
  }

  @Test("names no port that the scheme has anyway", arguments: [("ws", ":80"), ("wss", ":443")])
  func usualPort(scheme: String, port: String) {
    for (authority, shown) in [("h" + port, "h"), ("h:8443", "h:8443")] {
      let request = TransferRequest.to(authority, scheme: scheme)
      let text = String(decoding: Self.handshake.bytes(of: request, userAgent: ""), as: UTF8.self)
      #expect(text.contains("\r\nHost: \(shown)\r\n"))
    }
  }

  @Test("has succeeded where the service proves that it has read it")
  func agreed() {
    #expect(Self.handshake.fault(of: Self.head(), to: Self.request()) == nil)
    let chosen = Self.head { $0[Self.offered] = "b" }
    #expect(Self.handshake.fault(of: chosen, to: Self.request(fields: [Self.offered: "a, b"])) == nil)
  }

  @Test("has not succeeded where anything else comes back", arguments: 0...5)
  func refused(place: Int) throws {
    let head = Self.head { fields in
      switch place {
      case 0: fields[.upgrade] = "h2c"
      case 1: fields[.connection] = "keep-alive"
      case 2: fields[Self.accept] = nil
      case 3: fields[Self.accept] = "dGhlIHNhbXBsZSBub25jZQ=="
      case 4: fields[.named("Sec-WebSocket-Extensions")] = "permessage-deflate"
      default: fields[Self.offered] = "b"
      }
    }
    let fault = try #require(Self.handshake.fault(of: head, to: Self.request(fields: [Self.offered: "a"])))
    #expect(!fault.isEmpty)
  }

  @Test("is random: no two are alike")
  func random() {
    let first = WebSocketHandshake.random().bytes(of: Self.request(), userAgent: "")
    #expect(first != WebSocketHandshake.random().bytes(of: Self.request(), userAgent: ""))
  }
}

@Suite("Messages as events")
struct MessageRenderingTests {
  @Test(
    "A message is the data of its event, whatever line ends it holds",
    arguments: [
      ("", ""), ("a", "a"), ("a\nb", "a\nb"), ("a\r\nb\rc\n", "a\nb\nc\n"), ("\n\n", "\n\n"), ("data: x", "data: x"),
      (" a", " a"), (":a", ":a"), ("人\r\n😀", "人\n😀"),
    ])
  func events(message: String, data: String) throws {
    let rendering = MessageRendering.events
    let stream = rendering.silence + rendering.message(.text, Array(message.utf8)) + rendering.silence
    for pieces in stream.divisions {
      var found: [String] = []
      var parser = ServerSentEventParser(maximumLineBytes: 1000, maximumEventBytes: 1000)
      for piece in pieces {
        let bytes = Array(piece)
        try parser.feed(bytes.span) { data, _, _ in found.append(String(repairing: data)) }
      }
      #expect(found == [data])
      #expect(parser.finish().isEmpty)
    }
  }
}
