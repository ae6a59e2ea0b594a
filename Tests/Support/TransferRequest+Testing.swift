package import HTTPTypes
package import NPUTransport

extension TransferRequest {
  /// A request to a server of the test, with timeouts that end a broken test and nothing else.
  package static func to(
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
  /// A name that is known to be right; a wrong one is a defect of the test.
  package static func named(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("no header field can have the name \(name)") }
    return name
  }
}

extension CurlTransport {
  /// Runs a transport for as long as a closure runs.
  package static func with<Result>(
    _ configuration: TransportConfiguration = TransportConfiguration(),
    _ body: (CurlTransport) async throws -> Result
  ) async throws -> Result {
    let transport = try CurlTransport.make(configuration)
    defer { transport.shutDown() }
    return try await body(transport)
  }
}

extension TransferRequest {
  /// The body as text.
  package var text: String {
    guard case .bytes(let bytes) = body else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
