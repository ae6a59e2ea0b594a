import HTTPTypes
internal import NPUTransport

/// What a server answered to a route that not every server has.
public enum Availability<Value> {
  /// The server has the route; this is its response.
  case available(Value)
  /// The server does not have the route: it answered 404, 405 or 501, or its protocol knows none.
  case notSupported(status: Int?, message: String)

  /// The response, or `nil` if there is no such route.
  public var value: Value? {
    guard case .available(let value) = self else { return nil }
    return value
  }
}

extension Availability: Sendable where Value: Sendable {}
extension Availability: Equatable where Value: Equatable {}
extension Availability: Hashable where Value: Hashable {}

extension ServiceExchange {
  /// The document of a 2xx response, or that the route is missing.
  ///
  /// A 404 that speaks of a model is an error like any other: the route is there, the model is not.
  func availability<Document: Decodable>(of type: Document.Type) async throws -> Availability<Document> {
    let response = try await response()
    let status = response.head.status.code
    if [404, 405, 501].contains(status) {
      let error = ErrorBody(response.body)
      let isAboutModel =
        status == 404
        && (error.parameter == "model"
          || (error.type == "NotFoundError" && error.message.lowercased().contains("model")))
      if !isAboutModel { return .notSupported(status: status, message: redactor.clean(error.message)) }
    }
    return .available(try document(type, of: response))
  }
}
