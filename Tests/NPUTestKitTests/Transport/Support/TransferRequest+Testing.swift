import HTTPTypes
import NPUTestKit
import Testing

extension TransferRequest {
  /// A request to a server of the test, with timeouts that end a broken test and nothing else.
  static func to(
    _ authority: String, path: String = "/", method: HTTPRequest.Method = .get, scheme: String = "http",
    fields: HTTPFields = [:], body: TransferBody = .empty, _ change: (inout TransferRequest) -> Void = { _ in }
  ) -> TransferRequest {
    let head = HTTPRequest(method: method, scheme: scheme, authority: authority, path: path, headerFields: fields)
    var request = TransferRequest(head: head, body: body)
    request.timeouts = TransferTimeouts(connect: .seconds(300), firstByte: .seconds(300), idle: .seconds(300))
    change(&request)
    return request
  }
}

extension HTTPField.Name {
  /// A name that is known to be right; a wrong one fails the test that uses it.
  static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .warningField }
}

extension HTTPField.Name {
  private static var warningField: HTTPField.Name {
    Issue.record("a test names a header field that cannot be")
    return .via
  }
}

extension CurlTransport {
  /// Runs a transport for as long as a closure runs.
  static func with<Result>(
    _ configuration: TransportConfiguration = TransportConfiguration(),
    _ body: (CurlTransport) async throws -> Result
  ) async throws -> Result {
    let transport = try CurlTransport(configuration: configuration)
    defer { transport.shutDown() }
    return try await body(transport)
  }
}

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
