import Foundation
import NPUSimulator

/// Sends requests as text and reads answers.
extension Simulator {
  /// One request on a connection of its own.
  func exchange(
    _ path: String, _ body: String? = nil, method: String? = nil, headers: [String] = [], patience: Int32 = 300_000,
    limit: Int = 1 << 26
  ) async throws -> RawResponse {
    let connection = try RawConnection(port: port)
    connection.send(Self.request(path, body, method: method, headers: headers))
    return await connection.receive(patience: patience, limit: limit)
  }

  /// The bytes of a request.
  static func request(
    _ path: String, _ body: String? = nil, method: String? = nil, headers: [String] = []
  ) -> String {
    var lines = ["\(method ?? (body == nil ? "GET" : "POST")) \(path) HTTP/1.1", "Host: test"] + headers
    if let body {
      if !headers.contains(where: { $0.lowercased().hasPrefix("content-type") }) {
        lines.append("Content-Type: application/json")
      }
      lines.append("Content-Length: \(body.utf8.count)")
    }
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
  }

  /// A chat of one message.
  func chat(
    _ members: String = "", behaviour: String? = nil, headers: [String] = [], patience: Int32 = 300_000,
    limit: Int = 1 << 26
  ) async throws -> RawResponse {
    try await exchange(
      "/v1/chat/completions", Self.chatBody(members, behaviour: behaviour), headers: headers, patience: patience,
      limit: limit)
  }

  /// The body of a chat of one message.
  static func chatBody(_ members: String = "", behaviour: String? = nil) -> String {
    let own = members.isEmpty ? "" : ",\(members)"
    let override = behaviour.map { ",\"simulator\":\($0)" } ?? ""
    return #"{"model":"simulated-chat","messages":[{"role":"user","content":"Tell me a story"}]\#(own)\#(override)}"#
  }

  /// The number of tokens of a text by the server's own count.
  func count(_ text: String) async throws -> Int? {
    let quoted = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    return try await exchange("/tokenize", #"{"prompt":\#(quoted)}"#).json["count"].int
  }
}
