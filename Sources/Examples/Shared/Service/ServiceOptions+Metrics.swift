package import NPUTestKit

extension ServiceOptions {
  /// Where the metrics of a server are, and how they are asked for.
  ///
  /// The key and the fields for the service are shown to no other.
  ///
  /// - Parameters:
  ///   - url: An address, or a path of the service.
  ///   - address: Where the service is.
  /// - Returns: What is asked, and by which path.
  /// - Throws: `ValidationError` or `ServiceError` for what cannot be meant.
  package func metrics(at url: String, of address: String) throws -> (service: ServiceConfiguration, route: String) {
    let (base, route) = url.hasPrefix("/") ? (address, url) : ServerMetricsSource.parts(of: url)
    let service = ServiceConfiguration(endpoint: try Endpoint(base))
    let own = try self.service(address)
    let isSame = own.endpoint.scheme == service.endpoint.scheme && own.endpoint.authority == service.endpoint.authority
    return (isSame ? try self.service(base) : service, route)
  }
}
