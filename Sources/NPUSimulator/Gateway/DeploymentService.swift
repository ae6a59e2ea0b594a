internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// The deployment API of a simulated ModelArts: real-time services behind the gateway, which has seen who asks.
///
/// Its error codes stand in for those of ModelArts, which are not published one by one.
final class DeploymentService: Sendable {
  private let store = Mutex(DeploymentStore())

  var routes: [Route] {
    [
      Route(path: "/v2/**", methods: ["GET", "POST", "DELETE"], exists: { $0.gateway != nil }) { [self] context in
        respond(context)
      }
    ]
  }

  private func respond(_ context: RequestContext) -> Response {
    do throws(DeploymentRefusal) {
      let bytes = try reply(context)
      return .fixed(bytes)
    } catch {
      return .fixed(context.format.response(error.status, body: error.body(number: context.number)))
    }
  }

  private func reply(_ context: RequestContext) throws(DeploymentRefusal) -> ByteBuffer {
    let query = DeploymentQuery(context.request.head.uri)
    let parts = context.name.split(separator: "/").map { DeploymentQuery.decoded($0) }
    guard let project = parts.first, parts.count >= 2 else { throw .notFound }
    let method = context.request.head.method
    let body = try Self.body(context, method)
    let gateway = context.behaviour.gateway ?? GatewayBehaviour()
    let now = WallTime.nanoseconds / 1_000_000
    func document(_ value: JSONValue) -> ByteBuffer {
      context.format.response(200, body: ByteBuffer(string: value.pythonText))
    }
    return try store.withLock { store throws(DeploymentRefusal) in
      switch (method, Array(parts.dropFirst())) {
      case (.POST, ["services"]):
        return document(try store.create(body, project, gateway, now).document)
      case (.GET, ["services"]):
        return document(
          query.page(store.services(of: project).filter { query.matches($0) }.map(\.summary)))
      case (.GET, ["services", "flavors"]):
        return document(query.page(DeploymentFlavor.documents(query["flavor_type"])))
      case (.POST, ["services", "delete"]):
        return document(try store.delete(body["service_ids"], project, gateway, now))
      case (.POST, ["services", "api-keys"]):
        let key = try store.createKey(body, project)
        return context.format.response(
          200, contentType: "application/octet-stream",
          body: ByteBuffer(string: "name,api_key\n\(key.name),\(key.text)\n"))
      case (.GET, ["services", "api-keys"]):
        return document(query.page(store.keys(of: project, service: query["service_id"]).map(\.document)))
      case (.DELETE, let path) where path.count == 3 && path[0] == "services" && path[1] == "api-keys":
        try store.deleteKey(path[2], project)
        return document(.object([]))
      case (.POST, ["intranet-connection"]):
        return document(try store.connect(body, project))
      case (_, let path) where path.count >= 2 && path[0] == "services":
        return document(
          try store.act(on: path[1], project, method, Array(path.dropFirst(2)), body, query, gateway, now))
      default: throw .notFound
      }
    }
  }

  private static func body(
    _ context: RequestContext, _ method: HTTPMethod
  ) throws(DeploymentRefusal) -> JSONValue {
    guard method == .POST, context.request.bodySize > 0 else { return .object([]) }
    guard context.request.isJSON, let body = try? JSONParser.parse(context.request.bytes), body.members != nil else {
      throw .invalid("the body is no JSON object")
    }
    return body
  }
}

/// Why the API refuses.
struct DeploymentRefusal: Error {
  var status: Int
  var code: String
  var message: String

  static let notFound = DeploymentRefusal(status: 404, code: "ModelArts.0404", message: "The resource does not exist.")

  static func invalid(_ message: String) -> DeploymentRefusal {
    DeploymentRefusal(status: 400, code: "ModelArts.0400", message: "Invalid request: \(message).")
  }

  static func conflict(_ message: String) -> DeploymentRefusal {
    DeploymentRefusal(status: 409, code: "ModelArts.0409", message: message)
  }

  func body(number: Int) -> ByteBuffer {
    ByteBuffer(
      string: DeploymentJSON.object([
        "error_code": .string(code), "error_msg": .string(message), "request_id": .string("\(number)"),
      ]).pythonText)
  }
}

/// Objects written in the order of their members.
enum DeploymentJSON {
  static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { JSONValue.Member(key: $0.key, value: $0.value) })
  }
}

/// What stands behind the question mark.
struct DeploymentQuery {
  private var values: [String: String] = [:]

  init(_ uri: String) {
    let query = uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    for pair in query.split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1)
      if let name = sides.first { values[Self.decoded(name)] = sides.count > 1 ? Self.decoded(sides[1]) : "" }
    }
  }

  subscript(name: String) -> String? { values[name] }

  /// Whether a service is one of those that are asked for.
  func matches(_ service: SimulatedDeployment) -> Bool {
    (self["name"].map { service.name.contains($0) } ?? true) && (self["status"].map { $0 == service.status } ?? true)
  }

  /// One page of a list, as it is asked for.
  func page(_ documents: [JSONValue]) -> JSONValue {
    let limit = min(500, max(1, self["limit"].flatMap { Int($0) } ?? 10))
    let offset = min(documents.count, max(0, self["offset"].flatMap { Int($0) } ?? 0))
    let data = Array(documents[offset...].prefix(limit))
    return DeploymentJSON.object([
      "data": .array(data), "current": .integer(offset / limit), "size": .integer(data.count),
      "pages": .integer((documents.count + limit - 1) / limit), "total": .integer(documents.count),
    ])
  }

  static func decoded(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
