internal import HTTPTypes
package import NPUTransport

extension ServiceError {
  /// The error without the secrets that a server may have written into its words.
  package func redacted(by redactor: Redactor) -> ServiceError {
    guard !redactor.isIdle else { return self }
    var error = self
    error.message = redactor.clean(message)
    error.type = type.map(redactor.clean)
    error.code = code.map(redactor.clean)
    error.parameter = parameter.map(redactor.clean)
    error.requestID = requestID.map(redactor.clean)
    // The service may have named the address itself.
    error.request = redactor.clean(request)
    error.underlying = underlying.flatMap { redactor.cleaned(cause: $0) }
    return error
  }
}

extension Redactor {
  /// Knows the credentials of a service, the values of its extra header fields, and what its transport keeps.
  package init(_ service: ServiceConfiguration, over transport: (any Transport)? = nil) {
    var fields = service.headers
    // Credentials that no header can hold are never sent.
    for field in (try? service.authentication.fields()) ?? [] { fields.append(field) }
    self.init(fields, others: transport?.secrets ?? [], authenticator: service.authentication.authenticator)
  }

  /// An error that lies below another one; `nil` for one that holds a secret and is of a type that is not known here.
  fileprivate func cleaned(cause error: any Error) -> (any Error)? {
    switch error {
    case let error as TransportError: return error.redacted(by: self)
    case let error as ServiceError: return error.redacted(by: self)
    default:
      let text = String(reflecting: error)
      return clean(text) == text ? error : nil
    }
  }

  /// Does something whose errors may hold what a server wrote.
  package func cleaning<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as ServiceError { throw error.redacted(by: self) }
  }
}
