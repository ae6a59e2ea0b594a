internal import HTTPTypes
internal import NPUBase
public import NPUServices
public import NPUTransport

/// The deployment API of ModelArts: the real-time services of one project.
///
/// ```swift
/// let key = AccessKey("AK", "SK", project: "0123456789abcdef0123456789abcdef")
/// let api = try Service("https://modelarts.cn-north-4.myhuaweicloud.com", authentication: .akSK(key))
/// let client = ModelArtsClient(api, project: "0123456789abcdef0123456789abcdef")
/// for service in try await client.services() { print(service.name, service.status) }
/// ```
///
/// Errors are those of ``ServiceError``, with the codes of the gateway and of ModelArts.
public struct ModelArtsClient: Sendable {
  /// Where the API is, who asks, and what carries the requests.
  public var api: Service
  /// The identity of the project.
  public var project: String

  /// Creates a client.
  ///
  /// - Parameters:
  ///   - api: The API of a region, such as `https://modelarts.cn-north-4.myhuaweicloud.com`, with ``Authentication`` by
  ///     access key or token.
  ///   - project: The identity of the project: 32 letters and digits.
  public init(_ api: Service, project: String) {
    self.api = api
    self.project = project
  }

  // MARK: Services

  /// Asks for a service alone, without the endpoint and the scaling policy that ``submit(_:)`` asks for, too.
  ///
  /// - Returns: The service, which is being deployed.
  /// - Throws: ``ModelArtsError`` of kind `invalidService`; ``ServiceError``.
  public func create(_ service: RealTimeService) async throws -> DeployedService {
    try await document(.post, "", json: try service.document())
  }

  /// A service, with its addresses.
  ///
  /// - Throws: ``ServiceError``; of status 404 for one that does not exist.
  public func service(_ id: String) async throws -> DeployedService { try await document(.get, path(id)) }

  /// The services of the project.
  ///
  /// - Parameters:
  ///   - name: Only those whose names hold this.
  ///   - status: Only those in this state.
  ///   - limit: How many at most.
  /// - Returns: The services, the one that was changed last first.
  /// - Throws: ``ServiceError``.
  public func services(
    name: String? = nil, status: DeployedService.Status? = nil, limit: Int = 1000
  ) async throws -> [DeployedService] {
    try await list("", [("name", name), ("status", status?.rawValue)], limit: limit)
  }

  /// Starts a service that was stopped.
  ///
  /// - Returns: The service, which is being deployed.
  public func start(_ id: String) async throws -> DeployedService { try await document(.post, path(id, "start")) }

  /// Stops a service; it can be started again.
  ///
  /// - Returns: The service, which is being stopped.
  public func stop(_ id: String) async throws -> DeployedService { try await document(.post, path(id, "stop")) }

  /// Deletes services.
  public func delete(_ ids: [String]) async throws {
    _ = try await response(.post, "/delete", json: ["service_ids": .array(ids.map { .string($0) })])
  }

  // MARK: Parts

  /// The deployments of a service.
  public func deployments(of id: String, limit: Int = 1000) async throws -> [DeployedService.Deployment] {
    try await list(path(id, "deployments"), [], limit: limit)
  }

  /// What happened to a service, the last first.
  ///
  /// - Parameters:
  ///   - id: The service.
  ///   - type: `NORMAL`, `WARNING` or `ABNORMAL`; `nil` for all.
  ///   - limit: How many at most.
  /// - Returns: The events.
  /// - Throws: ``ServiceError``.
  public func events(
    of id: String, type: String? = nil, limit: Int = 1000
  ) async throws -> [DeployedService.Event] {
    try await list(path(id, "events"), [("event_type", type)], limit: limit)
  }

  /// The resources that nodes can have.
  ///
  /// - Parameters:
  ///   - category: `ASCEND`, `GPU` or `CPU`; `nil` for all.
  ///   - limit: How many at most.
  /// - Returns: The flavors.
  /// - Throws: ``ServiceError``.
  public func flavors(_ category: String? = nil, limit: Int = 1000) async throws -> [NodeFlavor] {
    try await list("/flavors", [("flavor_type", category)], limit: limit)
  }

  /// Asks for a scaling policy between the least and the most instances of a description; for one number it does
  /// nothing.
  ///
  /// What is measured is left to ModelArts: the API names no metric.
  public func scale(_ service: RealTimeService, deployment: String, of id: String) async throws {
    guard let body = service.scaling(deployment: deployment) else { return }
    _ = try await response(.post, path(id, "deployments", deployment, "hpa"), json: body)
  }

  /// Asks for an endpoint in the network that a description names; for other channels it does nothing.
  public func connect(_ service: RealTimeService, to id: String) async throws {
    guard let body = service.connection(service: id) else { return }
    _ = try await response(.post, route: "/v2/\(PathSegment.encode(project))/intranet-connection", json: body)
  }

  // MARK: Keys

  /// Makes a key.
  ///
  /// - Parameters:
  ///   - name: Its name, 1 to 64 characters.
  ///   - scope: What it opens.
  ///   - description: What people read about it.
  /// - Returns: What ModelArts gives, which it gives only now: a file that holds the key.
  /// - Throws: ``ServiceError``.
  public func createKey(_ name: String, scope: ModelArtsKey.Scope, description: String = "") async throws -> Secret {
    let body: JSONValue = [
      "name": .string(name), "scope": .string(scope.rawValue), "description": .string(description),
    ]
    return Secret(String(decoding: try await response(.post, "/api-keys", json: body).body, as: UTF8.self))
  }

  /// The keys of the project, without the keys themselves.
  ///
  /// - Parameters:
  ///   - service: Only those that are bound to this service.
  ///   - limit: How many at most.
  /// - Returns: The keys.
  /// - Throws: ``ServiceError``.
  public func keys(of service: String? = nil, limit: Int = 1000) async throws -> [ModelArtsKey] {
    try await list("/api-keys", [("service_id", service)], limit: limit)
  }

  /// Lets a key open a service.
  public func bind(_ key: String, to id: String) async throws {
    _ = try await response(.post, path(id, "api-keys", key, "bind"))
  }

  /// Lets a key no longer open a service.
  public func unbind(_ key: String, from id: String) async throws {
    _ = try await response(.post, path(id, "api-keys", key, "unbind"))
  }

  /// Deletes a key.
  public func deleteKey(_ key: String) async throws { _ = try await response(.delete, path("api-keys", key)) }

  // MARK: Requests

  private static let pageSize = 100

  private func path(_ parts: String...) -> String {
    parts.map { "/" + PathSegment.encode($0) }.joined()
  }

  private func response(
    _ method: HTTPRequest.Method, _ path: String, json: JSONValue? = nil
  ) async throws -> TransferResponse {
    try await response(method, route: "/v2/\(PathSegment.encode(project))/services" + path, json: json)
  }

  private func response(
    _ method: HTTPRequest.Method, route: String, json: JSONValue?
  ) async throws -> TransferResponse {
    let request = try request(method, route, json)
    return try await api.response(to: request)
  }

  private func request(_ method: HTTPRequest.Method, _ route: String, _ json: JSONValue?) throws -> TransferRequest {
    if let json { return try api.request(method, route, json: json) }
    return try api.request(method, route)
  }

  private func document<Document: Decodable>(
    _ method: HTTPRequest.Method, _ path: String, json: JSONValue? = nil
  ) async throws -> Document {
    let request = try request(method, "/v2/\(PathSegment.encode(project))/services" + path, json)
    let response = try await api.response(to: request)
    // What a server wrote is shown to people. The values of a query are no secrets here: the response repeats them.
    let redactor = Redactor(api.configuration, over: api.transport)
    let body = redactor.clean(response.body)
    return try redactor.cleaning {
      try ServiceExchange.document(
        Document.self, head: response.head, body: body, request: request.identity,
        elapsed: response.instants.untilHead)
    }
  }

  /// All pages of a list.
  private func list<Element: Decodable>(
    _ path: String, _ filters: [(name: String, value: String?)], limit: Int
  ) async throws -> [Element] {
    var elements: [Element] = []
    while elements.count < limit {
      // The API wants a multiple of the size of a page.
      let offset = elements.count
      let query =
        filters.compactMap { filter in filter.value.map { "\(filter.name)=\(PathSegment.encode($0))" } }
        + ["limit=\(Self.pageSize)", "offset=\(offset)"]
      let page: Page<Element> = try await document(.get, path + "?" + query.joined(separator: "&"))
      elements += page.data
      // A page that is not full is the last one, whatever the total says.
      if page.data.count < Self.pageSize { break }
    }
    return Array(elements.prefix(max(0, limit)))
  }

  private struct Page<Element: Decodable>: Decodable {
    var data: [Element]
  }
}
